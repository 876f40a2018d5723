/** Audit folders for tests of whole loggers: made when asked for, closed and deleted after each test. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuditLogger } from '../../../../src/index.ts'
import type { AuditEvent, AuditEventKind, AuditEventOf, AuditLogger, KansaError } from '../../../../src/index.ts'

type Options = NonNullable<Parameters<typeof createAuditLogger>[0]>

/** How full the disk of the tests is must not matter. */
const ANY_DISK = { minFreeBytes: 0, minFreePercent: 0 }

export class AuditFolder {
  readonly parent: string = mkdtempSync(join(tmpdir(), 'kansa-logger-'))
  readonly dir: string = join(this.parent, 'audit')
  private readonly opened: { shutdown(): Promise<void> }[] = []

  /** A logger that writes here and is shut down after the test. */
  open(options: Options = {}): AuditLogger {
    return this.closeLater(createAuditLogger({ dir: this.dir, ...ANY_DISK, ...options }))
  }

  closeLater<T extends { shutdown(): Promise<void> }>(closable: T): T {
    this.opened.push(closable)
    return closable
  }

  path(name: string): string {
    return join(this.parent, name)
  }

  /** Every line of every file, oldest first. A line that is no event fails the test. */
  events(dir: string = this.dir): AuditEvent[] {
    const names = readdirSync(dir).filter(name => /^audit\.jsonl(\.\d+)?$/.test(name))
    return names.toSorted((a, b) => ageOf(b) - ageOf(a)).flatMap(name => eventsIn(join(dir, name)))
  }

  /** What the application logged, without the log's own life. */
  logged(): AuditEvent[] {
    return this.events().filter(event => event.actor_id !== 'kansa')
  }

  of<K extends AuditEventKind>(kind: K): AuditEventOf<K>[] {
    return this.logged().filter((event): event is AuditEventOf<K> & AuditEvent => event.event_type.type === kind)
  }

  /** The log's own life: the categories in order. */
  life(dir: string = this.dir): string[] {
    return lifeOf(this.events(dir))
  }

  /** The contexts of all lifecycle events of one category. */
  contexts(category: string): Record<string, string>[] {
    return this.events().flatMap(({ event_type: { type, data } }) =>
      type === 'Security' && data.category === category ? [data.context] : [],
    )
  }

  async remove(): Promise<void> {
    for (const closable of this.opened) await closable.shutdown()
    rmSync(this.parent, { recursive: true, force: true })
  }
}

/** Inside a `describe`: a factory for folders that are cleaned up after each test. */
export function useAuditFolders(): () => AuditFolder {
  const folders: AuditFolder[] = []
  afterEach(async () => {
    for (const folder of folders.splice(0)) await folder.remove()
  })
  return () => {
    const folder = new AuditFolder()
    folders.push(folder)
    return folder
  }
}

/** Inside a `describe`: sets environment variables until the test ends; `undefined` removes one. */
export function useEnvironment(): (variables: Readonly<Record<string, string | undefined>>) => void {
  const before = new Map<string, string | undefined>()
  const put = (name: string, value: string | undefined): void => {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  afterEach(() => {
    for (const [name, value] of before) put(name, value)
    before.clear()
  })
  return variables => {
    for (const [name, value] of Object.entries(variables)) {
      if (!before.has(name)) before.set(name, process.env[name])
      put(name, value)
    }
  }
}

export function eventsIn(path: string): AuditEvent[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  if (lines.pop() !== '') throw new Error(`${path} does not end with a whole line`)
  return lines.map((line): AuditEvent => JSON.parse(line))
}

export function lifeOf(events: readonly AuditEvent[]): string[] {
  return events.flatMap(({ actor_id: actor, event_type: { type, data } }) =>
    type === 'Security' && actor === 'kansa' ? [data.category] : [],
  )
}

/** What must be there for the test to go on. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it is not there')
  return value
}

/** What a call throws. */
export function thrownBy(call: () => unknown): KansaError {
  try {
    call()
  } catch (error) {
    return error as KansaError
  }
  throw new Error('nothing was thrown')
}

/** What a promise rejects with. */
export function rejection(promise: Promise<unknown>): Promise<KansaError> {
  return promise.then(
    value => Promise.reject(new Error(`resolved with ${JSON.stringify(value)}`)),
    (error: KansaError) => error,
  )
}

/** Waits until `condition` holds; a deadline, not a speed. */
export async function eventually(condition: () => boolean, what: string, millis = 15_000): Promise<void> {
  const deadline = performance.now() + millis
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`did not happen: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

/** `0` is the active file, the newest. */
function ageOf(name: string): number {
  return Number(name.slice('audit.jsonl.'.length) || 0)
}
