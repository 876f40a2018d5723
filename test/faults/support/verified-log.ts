/** What must hold of a log whatever the fault was: as `kansa verify` sees it, and as the files themselves say. */
import { existsSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { type JournalOptions, openJournal, type Repair } from '../../../src/journal/journal.ts'
import { listLogFiles } from '../../../src/journal/layout.ts'
import type { LogReport, LogStatus, ProblemKind } from '../../../src/verify/report.ts'
import { verifyLog } from '../../../src/verify/verify-log.ts'
import { defaults } from '../../journal/support/journal-options.ts'
import { expectGapless, recordsOf, type StoredRecord } from '../../journal/support/test-logs.ts'

export interface Expected {
  /** Ids of records that are covered by a checkpoint, as somebody was told. */
  readonly sealed?: readonly string[]
  /** `seq` of the oldest record that is left: 0 unless something was deleted on purpose. */
  readonly firstSeq?: number | 'any'
  /** What the next process opens the log with. */
  readonly options?: Partial<JournalOptions>
}

/**
 * The invariant of every fault. As it is found, before anybody opens it, the log is never tampered with. Once the next
 * process has opened it, what was promised is in it exactly once, every line is a record, `seq` has no gap, and it is
 * intact. Returns the records.
 */
export async function expectIntact(
  dir: string,
  promised: readonly string[],
  expected: Expected = {},
): Promise<StoredRecord[]> {
  const found = await expectAsFound(dir, expected.sealed)
  const repairs = await expectOpensCleanly(dir, expected.options)
  const records = recordsOf(listLogFiles(dir))
  const { firstSeq = 0 } = expected
  expectGapless(records, firstSeq === 'any' ? records[0]?.seq : firstSeq)
  expectOnce(records, promised)
  await expectVerdict(dir, 'intact')
  expectAdopted(repairs, found, records)
  return records
}

/** What `kansa verify` says when nobody is writing. */
export async function verdictOf(dir: string): Promise<LogReport> {
  return verifyLog({ dir })
}

/** `kinds`: of everything that it objects to, in any order; not looked at where it is not given. */
export async function expectVerdict(
  dir: string,
  status: LogStatus,
  kinds?: readonly ProblemKind[],
): Promise<LogReport> {
  const report = await verdictOf(dir)
  expect(report.status, textOf(report)).to.equal(status)
  const found = new Set(report.problems.map(({ kind }) => kind))
  if (kinds !== undefined) expect([...found], textOf(report)).to.have.members([...kinds])
  return report
}

/**
 * The log as a fault left it: `incomplete` or `intact`, and `intact` only where every byte is sealed. Undefined where there
 * is no log yet.
 */
export async function expectAsFound(dir: string, sealed: readonly string[] = []): Promise<LogReport | undefined> {
  if (!existsSync(dir)) return undefined
  const report = await verdictOf(dir)
  expect(report.status, textOf(report)).to.not.equal('tampered')
  const seqs = listLogFiles(dir).flatMap(seqsIn)
  if (report.status === 'intact') {
    expect(
      seqs.filter(seq => seq === undefined || seq >= report.treeSize),
      'lines that are not covered, in a log that is called intact',
    ).to.deep.equal([])
  }
  const seqOf = new Map(listLogFiles(dir).flatMap(file => wholeLinesOf(file).map(({ id, seq }) => [id, seq] as const)))
  const uncovered = sealed.filter(id => (seqOf.get(id) ?? Number.POSITIVE_INFINITY) >= report.treeSize)
  expect(uncovered, 'said to be sealed, and not covered by a checkpoint').to.deep.equal([])
  return report
}

/** Every whole line of the file; it may end in the middle of one, or in NUL bytes. */
export function wholeLinesOf(file: string): StoredRecord[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.flatMap(line => {
    const record = recordIn(line)
    return record === undefined ? [] : [{ ...record, file }]
  })
}

export function expectOnce(records: readonly StoredRecord[], promised: readonly string[]): void {
  const count = new Map<string, number>()
  for (const { id } of records) count.set(id, (count.get(id) ?? 0) + 1)
  const wrong = promised.filter(id => count.get(id) !== 1).map(id => `${id}: ${count.get(id) ?? 0} times`)
  expect(wrong, 'promised records that are not there exactly once').to.deep.equal([])
}

function textOf({ problems, ...report }: LogReport): string {
  return `${problems.map(problem => JSON.stringify(problem)).join('\n')}\n${JSON.stringify(report)}`
}

async function expectOpensCleanly(dir: string, options: Expected['options']): Promise<readonly Repair[]> {
  const journal = openJournal({ ...defaults(dir), ...options })
  await journal.close()
  const { repairs } = journal.opening
  const serious = repairs.filter(({ kind }) => kind === 'missing-records' || kind === 'log-set-aside')
  expect(serious, 'what no fault of the machine brings about').to.deep.equal([])
  return repairs
}

/** What was found unsealed is said, from the first such record to the last. */
function expectAdopted(
  repairs: readonly Repair[],
  found: LogReport | undefined,
  records: readonly StoredRecord[],
): void {
  const firstSeq = found?.treeSize ?? 0
  const lastSeq = records.at(-1)?.seq ?? -1
  const adopted = repairs.filter(({ kind }) => kind === 'adopted-unsealed')
  expect(adopted).to.deep.equal(lastSeq >= firstSeq ? [{ kind: 'adopted-unsealed', firstSeq, lastSeq }] : [])
}

/** Of each line, also of an unfinished one; undefined where it is no record. */
function seqsIn(file: string): (number | undefined)[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  const unfinished = lines.pop()
  return [...lines.map(line => recordIn(line)?.seq), ...(unfinished === '' ? [] : [undefined])]
}

function recordIn(line: string): { id: string; seq: number } | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
