/** Audit folders for tests, with journals that are closed and folders that are deleted after each test. */
import { accessSync, constants, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect } from 'chai'
import { type Journal, type JournalNotice, type JournalOptions, openJournal } from '../../../src/journal/journal.ts'
import { listLogFiles, LOCK_FILE } from '../../../src/journal/layout.ts'
import { defaults, head } from './journal-options.ts'

export { head } from './journal-options.ts'

export interface StoredRecord {
  readonly id: string
  readonly seq: number
  readonly file: string
}

/** One audit folder (not yet made), and everything the journals in it reported. */
export class TestLog {
  readonly parent: string
  readonly dir: string
  readonly notices: JournalNotice[] = []
  private readonly journals: Journal[] = []

  constructor(place: string = tmpdir()) {
    this.parent = mkdtempSync(join(place, 'kansa-journal-'))
    this.dir = join(this.parent, 'audit')
  }

  open(options: Partial<JournalOptions> = {}): Journal {
    const journal = openJournal({ ...defaults(this.dir), onNotice: notice => this.notices.push(notice), ...options })
    this.journals.push(journal)
    return journal
  }

  path(name: string): string {
    return join(this.dir, name)
  }

  /** Every line of the log, oldest first. A line that is no record fails the test. */
  records(dir: string = this.dir): StoredRecord[] {
    return recordsOf(listLogFiles(dir))
  }

  ids(): string[] {
    return this.records().map(record => record.id)
  }

  names(): string[] {
    return readdirSync(this.dir).toSorted()
  }

  text(name: string): string {
    return readFileSync(this.path(name), 'utf8')
  }

  size(name: string): number {
    return statSync(this.path(name)).size
  }

  /** What was reported, except checkpoints: those come with the commits. */
  kinds(): string[] {
    return this.notices.map(notice => notice.kind).filter(kind => kind !== 'checkpoint')
  }

  /** The sizes of the checkpoints that were reported. */
  sealedSizes(): number[] {
    return this.notices.flatMap(notice => (notice.kind === 'checkpoint' ? [notice.size] : []))
  }

  notice<K extends JournalNotice['kind']>(kind: K): Extract<JournalNotice, { kind: K }> {
    const found = this.notices.find((one): one is Extract<JournalNotice, { kind: K }> => one.kind === kind)
    if (found === undefined) throw new Error(`no notice ${kind} among ${this.kinds().join(', ')}`)
    return found
  }

  closeAll(): void {
    for (const journal of this.journals.splice(0)) journal.closeSync()
  }

  remove(): void {
    this.closeAll()
    rmSync(this.parent, { recursive: true, force: true })
  }
}

/** Where syncs cost nothing, for tests with many small logs; a disk where there is no such place. */
export const MEMORY: string = isWritable('/dev/shm') ? '/dev/shm' : tmpdir()

/** Inside a `describe`: a factory for logs that are cleaned up after each test. */
export function useTestLogs(place?: string): () => TestLog {
  const logs: TestLog[] = []
  afterEach(() => {
    for (const log of logs.splice(0)) log.remove()
  })
  return () => {
    const log = new TestLog(place)
    logs.push(log)
    return log
  }
}

/**
 * Makes `copy` what `log` would be if its process were killed now: what the kernel has. Unlike the dead, the living hold
 * on to their lock.
 */
export function asAfterKill(log: TestLog, copy: TestLog): TestLog {
  cpSync(log.dir, copy.dir, { recursive: true, filter: path => basename(path) !== LOCK_FILE })
  return copy
}

export function appendAll(journal: Journal, ...ids: string[]): number[] {
  return ids.map(id => journal.append(head(id)))
}

export function recordsOf(files: readonly string[]): StoredRecord[] {
  return files.flatMap(file => {
    const text = readFileSync(file, 'utf8')
    if (text !== '' && !text.endsWith('\n')) throw new Error(`${file} ends in the middle of a line`)
    return text
      .split('\n')
      .slice(0, -1)
      .map(line => ({ ...JSON.parse(line), file }))
  })
}

/** `seq` counts up by one from `first`, over all files. */
export function expectGapless(records: readonly StoredRecord[], first = 0): void {
  expect(records.map(record => record.seq)).to.deep.equal(records.map((_, index) => first + index))
}

/** Waits until `condition` holds; a deadline, not a speed. */
export async function eventually(condition: () => boolean, what: string, millis = 10_000): Promise<void> {
  const deadline = performance.now() + millis
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`did not happen: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

export function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
