/** Writers that are killed at a certain system call, and what must hold then. */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { TestLog } from '../../journal/support/test-logs.ts'
import { attachStrace, strace } from './strace.ts'
import { type Expected, expectIntact, expectVerdict } from './verified-log.ts'
import { type WriterPlan, WriterProcess } from './writer-process.ts'

/** Each line has about 100 bytes: three rotations, and a commit for every two lines. */
const RUN = { lines: 14, lineBytes: 60, linesPerTurn: 2, commitEvery: 2, options: { maxFileBytes: 400 } } as const
/** With deletions. Their records have 400 bytes. */
const DELETING: Partial<WriterPlan> = { lines: 24, options: { maxFileBytes: 1000, maxBackups: 1 } }

/** The files that have fixed names, as far as a run of `RUN` writes them. */
export const FILES: readonly string[] = [
  'audit.jsonl',
  'audit.jsonl.new',
  '.gitignore',
  'lock',
  'seal',
  'seal/checkpoint',
  'seal/checkpoints',
  'seal/format',
  'seal/kansa.vkey',
  'keys/signing.key',
  ...Array.from({ length: 16 }, (_, width) => `seal/tile/0/000.p/${width}`),
]

export interface KillPoint {
  readonly calls: string
  /** Calls on these only; on anything where it is not given. Relative to the audit folder. */
  readonly files?: readonly string[]
}

/** What a killed process left, and had promised. */
export interface BrokenLog {
  readonly dir: string
  readonly promised: readonly string[]
  readonly sealed: readonly string[]
}

/** Starts a process in `log`, or in a copy of the folder `from`, and kills it at the `nth` call. True when it got to its end. */
export async function killFromStart(
  log: TestLog,
  { calls, files = [] }: KillPoint,
  nth: number,
  from?: BrokenLog,
): Promise<boolean> {
  if (from !== undefined) cpSync(from.dir, log.dir, { recursive: true })
  const plan: WriterPlan = { ...RUN, dir: log.dir, name: 'next', lines: 2 }
  const writer = new WriterProcess(plan, strace(`${calls}:signal=SIGKILL:when=${nth}`, inLog(log, files)))
  const isAtEnd = await writer.end()
  expect(writer.errors).to.equal('')
  const { promised, sealed } = from ?? { promised: [], sealed: [] }
  await expectRight(log, writer, isAtEnd, [...promised, ...writer.written], { sealed: [...sealed, ...writer.sealed] })
  return isAtEnd
}

/** Kills a writer at the `nth` call after its start. True when it got to its end. */
export async function killWhileWriting(
  log: TestLog,
  { calls, files = [] }: KillPoint,
  nth: number,
  plan: Partial<WriterPlan> = {},
): Promise<boolean> {
  const writer = new WriterProcess({ ...RUN, ...plan, dir: log.dir, waitBefore: 0 })
  await writer.until('waiting')
  await attachStrace(writer.pid, `${calls}:signal=SIGKILL:when=${nth}`, inLog(log, files))
  writer.goOn()
  const isAtEnd = await writer.end()
  expect(writer.errors).to.equal('')
  await expectRight(log, writer, isAtEnd, writer.written, { sealed: writer.sealed })
  return isAtEnd
}

/** The same with a log that deletes its oldest files: what is gone was announced, and the announcement sealed. */
export async function killWhileDeleting(log: TestLog, point: KillPoint, nth: number): Promise<boolean> {
  const plan = { ...RUN, ...DELETING, dir: log.dir, waitBefore: 0 }
  const writer = new WriterProcess(plan)
  await writer.until('waiting')
  await attachStrace(writer.pid, `${point.calls}:signal=SIGKILL:when=${nth}`, inLog(log, point.files ?? []))
  writer.goOn()
  const isAtEnd = await writer.end()
  expect(writer.errors).to.equal('')
  const records = await expectIntact(log.dir, [], { firstSeq: 'any' })
  const ids = new Set(records.map(({ id }) => id))
  const kept = writer.written.findIndex(id => ids.has(id))
  const missing = writer.written.slice(kept).filter(id => !ids.has(id))
  expect(missing, 'records behind the deleted ones').to.deep.equal([])
  return isAtEnd
}

async function expectRight(
  log: TestLog,
  { lines }: WriterProcess,
  isAtEnd: boolean,
  promised: readonly string[],
  expected: Expected,
): Promise<void> {
  if (isAtEnd) {
    expect(lines).to.include('durable all')
    await expectVerdict(log.dir, 'intact')
  }
  await expectIntact(log.dir, promised, expected)
}

function inLog(log: TestLog, files: readonly string[]): string[] {
  return files.map(name => join(log.dir, name))
}
