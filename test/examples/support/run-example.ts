/** Starts an example as a user would, as a process of its own, and reads the journal that it leaves. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { AuditDataByKind, AuditEvent, AuditEventKind, AuditEventOf } from 'kansa'

export const REPOSITORY: string = resolve(import.meta.dirname, '../../..')
const LOOPBACK_ONLY = join(REPOSITORY, 'test/examples/programs/loopback-only.ts')

export interface ExampleOptions {
  readonly args?: readonly string[]
  /** Default: the repository. */
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
}

export interface RunningExample {
  readonly child: ChildProcess
  /** What was printed so far. */
  readonly output: () => string
  /** Resolves with the exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>
}

/** Network traffic other than to 127.0.0.1 makes the example fail. */
export function startExample(program: string, { args = [], cwd, env = {} }: ExampleOptions): RunningExample {
  const child = spawn(process.execPath, ['--import', LOOPBACK_ONLY, join(REPOSITORY, program), ...args], {
    cwd: cwd ?? REPOSITORY,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
  }
  const ended = once(child, 'close').then(
    ([code, signal]: (number | NodeJS.Signals | null)[]) => code ?? signal ?? null,
  )
  return { child, output: () => output, ended }
}

/** Resolves once `condition` holds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 15_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

/** Every line of the journal in `dir`, parsed. Throws for a line that is no JSON. */
export function readJournal(dir: string): AuditEvent[] {
  const lines = readFileSync(join(dir, 'audit.jsonl'), 'utf8').split('\n')
  if (lines.pop() !== '') throw new Error('the last line of the journal is not complete')
  return lines.map(line => JSON.parse(line) as AuditEvent)
}

export function eventsOf<K extends AuditEventKind>(events: readonly AuditEvent[], kind: K): AuditEventOf<K>[] {
  return events.filter((event): event is Extract<AuditEvent, AuditEventOf<K>> => event.event_type.type === kind)
}

export function dataOf<K extends AuditEventKind>(events: readonly AuditEvent[], kind: K): AuditDataByKind[K][] {
  return eventsOf(events, kind).map(event => event.event_type.data)
}

/** A temporary folder, removed by `remove`. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'kansa-example-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
