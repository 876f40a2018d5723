/** Writers whose system calls fail, to their end. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { TestLog } from '../../journal/support/test-logs.ts'
import { attachStrace, strace, tracing } from './strace.ts'
import { expectIntact, expectVerdict } from './verified-log.ts'
import { type WriterPlan, WriterProcess } from './writer-process.ts'

export const PLAN = { lines: 14, lineBytes: 60, linesPerTurn: 2, commitEvery: 4 } as const
export const ALL_LINES: readonly string[] = Array.from({ length: PLAN.lines }, (_, line) => `line-${line}`)

/** Runs the program under a fault on `files` of the log, by default the active one. */
export async function runUnder(
  log: TestLog,
  fault: string,
  options: WriterPlan['options'] = {},
  files: readonly string[] = ['audit.jsonl'],
): Promise<WriterProcess> {
  const paths = files.map(name => log.path(name))
  const writer = new WriterProcess({ ...PLAN, dir: log.dir, options }, strace(fault, paths))
  expect(await writer.end(), writer.output + writer.errors).to.equal(true)
  return writer
}

/** The same with a fault that begins when the log is open. */
export async function runThenFault(
  log: TestLog,
  fault: string,
  files: readonly string[] = [],
  plan: Partial<WriterPlan> = {},
): Promise<WriterProcess> {
  const writer = new WriterProcess({ ...PLAN, ...plan, dir: log.dir, waitBefore: 0 })
  await writer.until('waiting')
  await attachStrace(
    writer.pid,
    fault,
    files.map(name => log.path(name)),
  )
  writer.goOn()
  expect(await writer.end(), writer.output + writer.errors).to.equal(true)
  return writer
}

/** Runs under a fault on the active file, and returns the calls that follow those that `failed`, as traced. */
export async function traceAfter(
  log: TestLog,
  fault: string,
  calls: string,
  failed: RegExp,
): Promise<{ writer: WriterProcess; after: string }> {
  const trace = join(log.parent, 'trace')
  const wrapper = tracing(trace, calls, ['-P', log.path('audit.jsonl'), '-e', `inject=${fault}`])
  const writer = new WriterProcess({ ...PLAN, dir: log.dir }, wrapper)
  expect(await writer.end()).to.equal(true)
  await expectIntact(log.dir, ALL_LINES)
  const text = readFileSync(trace, 'utf8')
  const found = failed.exec(text)
  if (found === null) throw new Error(`the fault did not happen:\n${text}`)
  return { writer, after: text.slice(found.index + found[0].length) }
}

/**
 * Lets the `nth` of these calls fail, in each thread: the start is refused, or every line arrives and all are sealed in the
 * end. True when there was no such call.
 */
export async function failOnce(log: TestLog, { calls, error, files = [] }: FailingCall, nth: number): Promise<boolean> {
  const trace = join(log.parent, 'trace')
  const paths = files.flatMap(name => ['-P', log.path(name)])
  const wrapper = tracing(trace, calls, [...paths, '-e', `inject=${calls}:error=${error}:when=${nth}`])
  const writer = new WriterProcess({ ...PLAN, dir: log.dir, options: { maxFileBytes: 400 } }, wrapper)
  if (await writer.end()) {
    expect(writer.lines).to.include('refused 0')
    expect(writer.said('not-durable').length, 'commits that were not confirmed').to.be.at.most(1)
    // If that was the last one: closing made up for it.
    await expectVerdict(log.dir, 'intact')
    await expectIntact(log.dir, ALL_LINES, { sealed: ALL_LINES })
  } else {
    expect(writer.errors).to.include('KANSA_DIR_UNUSABLE')
    await expectIntact(log.dir, writer.written)
  }
  return !readFileSync(trace, 'utf8').includes('(INJECTED)')
}

export interface FailingCall {
  readonly calls: string
  readonly error: string
  /** Calls on these only; on anything where it is not given. */
  readonly files?: readonly string[]
}

export async function expectAllSealed(log: TestLog, writer: WriterProcess): Promise<void> {
  expect(writer.lines, writer.output).to.include('durable all').and.include('refused 0')
  await expectVerdict(log.dir, 'intact')
  await expectIntact(log.dir, ALL_LINES, { sealed: ALL_LINES })
}
