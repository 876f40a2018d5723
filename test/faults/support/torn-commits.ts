/** States that a crash between two steps of a commit can leave, made byte by byte from two commits of one log. */
import { cpSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { appendAll, asAfterKill, type TestLog } from '../../journal/support/test-logs.ts'
import { expectIntact, expectVerdict } from './verified-log.ts'

const SEALED = ['0', '1', 'zwölf']
const UNSEALED = ['3', '監査 😀', '5']
const ALL = [...SEALED, ...UNSEALED]

export interface TwoCommits {
  /** After the first commit: lines 0 to 2 are sealed. */
  readonly older: TestLog
  /** After the second one: lines 0 to 5. */
  readonly newer: TestLog
}

export async function twoCommits(newLog: () => TestLog): Promise<TwoCommits> {
  const log = newLog()
  const journal = log.open()
  appendAll(journal, ...SEALED)
  await journal.commit()
  const older = asAfterKill(log, newLog())
  appendAll(journal, ...UNSEALED)
  await journal.commit()
  return { older, newer: asAfterKill(log, newLog()) }
}

/** The second commit got as far as its lines: each length of the file, from nothing of it to all. */
export async function tearLines({ older, newer }: TwoCommits, newLog: () => TestLog, step: number): Promise<void> {
  const whole = readFileSync(newer.path('audit.jsonl'))
  const ends = lineEnds(whole)
  for (let length = older.size('audit.jsonl'); length <= whole.length; length += step) {
    const log = copyOf(older, newLog())
    writeFileSync(log.path('audit.jsonl'), whole.subarray(0, length))
    const complete = ends.filter(end => end <= length).length
    await expectVerdict(log.dir, length === older.size('audit.jsonl') ? 'intact' : 'incomplete')
    const records = await expectIntact(log.dir, ALL.slice(0, complete), { sealed: SEALED })
    expect(records).to.have.length(complete)
    log.remove()
  }
}

/** What a power failure leaves behind the lines that were synced. */
export async function spoilTail({ newer }: TwoCommits, newLog: () => TestLog, tails: readonly Buffer[]): Promise<void> {
  for (const tail of tails) {
    const log = copyOf(newer, newLog())
    writeFileSync(log.path('audit.jsonl'), Buffer.concat([readFileSync(newer.path('audit.jsonl')), tail]))
    await expectVerdict(log.dir, 'incomplete', ['torn-line'])
    await expectIntact(log.dir, ALL, { sealed: ALL })
    log.remove()
  }
}

/** The second commit got as far as its tile: each length of that. */
export async function tearTile({ older, newer }: TwoCommits, newLog: () => TestLog, step: number): Promise<void> {
  const tile = `seal/tile/0/000.p/${ALL.length}`
  for (let length = 0; length <= newer.size(tile); length += step) {
    const log = withLinesOf(newer, older, newLog())
    cpSync(newer.path(tile), log.path(tile))
    truncateSync(log.path(tile), length)
    await expectVerdict(log.dir, 'incomplete', ['unsealed-tail'])
    await expectIntact(log.dir, ALL, { sealed: SEALED })
    log.remove()
  }
}

/** The second commit got as far as its checkpoint in the history: each length of that. */
export async function tearCheckpoint({ older, newer }: TwoCommits, newLog: () => TestLog, step: number): Promise<void> {
  const tile = `seal/tile/0/000.p/${ALL.length}`
  const [start, end] = [older.size('seal/checkpoints'), newer.size('seal/checkpoints')]
  for (let length = start; length <= end; length += step) {
    const log = withLinesOf(newer, older, newLog())
    cpSync(newer.path(tile), log.path(tile))
    cpSync(newer.path('seal/checkpoints'), log.path('seal/checkpoints'))
    truncateSync(log.path('seal/checkpoints'), length)
    const { problems } = await expectVerdict(log.dir, 'incomplete')
    if (length > start) expect(problems.map(({ kind }) => kind)).to.include('unfinished-commit')
    await expectIntact(log.dir, ALL, { sealed: SEALED })
    log.remove()
  }
}

function withLinesOf(lines: TestLog, from: TestLog, to: TestLog): TestLog {
  copyOf(from, to)
  cpSync(lines.path('audit.jsonl'), to.path('audit.jsonl'))
  return to
}

function copyOf(from: TestLog, to: TestLog): TestLog {
  cpSync(from.dir, to.dir, { recursive: true })
  expect(existsSync(to.path('lock'))).to.equal(false)
  return to
}

function lineEnds(bytes: Buffer): number[] {
  const ends: number[] = []
  for (let at = bytes.indexOf('\n'); at !== -1; at = bytes.indexOf('\n', at + 1)) ends.push(at + 1)
  return ends
}
