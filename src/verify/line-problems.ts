/** Says what is wrong with the lines: one problem for what one change made, in the order of the journal. */
import type { LineAlignment } from './line-alignment.ts'
import type { LinePlace, LineRun } from './line-runs.ts'
import type { ProblemLog } from './problem-log.ts'
import type { ProblemKind, SeqRange } from './report.ts'
import { NO_SEQ } from './seq-at-end.ts'
import type { JournalFile } from './snapshot.ts'

export interface LineFindings {
  readonly files: readonly JournalFile[]
  readonly lines: LineAlignment
  /** Lines that are not what was sealed. */
  readonly edited: readonly LineRun[]
  /** Lines that contradict their tiles; one of the two was changed. */
  readonly undecided: readonly LineRun[]
  /** Records that are missing without explanation. */
  readonly gaps: readonly SeqRange[]
  /** Why the oldest ones count as missing, where they do. */
  readonly headReason: string
  /** Of the newest checkpoint. */
  readonly size: number
  /** Sizes of files that the log says were left as they were, with what is no record in them. */
  readonly excusedFileSizes: ReadonlySet<number>
}

interface Finding {
  readonly kind: ProblemKind
  /** Where it goes in the order of problems. */
  readonly place: LinePlace
  readonly file: string | undefined
  readonly line: number | undefined
  readonly seq: number | undefined
  readonly message: string
}

export function reportLines(findings: LineFindings, problems: ProblemLog): void {
  const { moved, duplicated, inserted } = findings.lines
  const foreign = foreignFiles(findings)
  const isElsewhere = ({ fileIndex }: LineRun): boolean => !foreign.has(fileIndex)
  const found = [
    ...[...foreign].map(fileIndex => foreignFinding(findings, fileIndex)),
    ...findings.edited.filter(isElsewhere).map(run => runFinding('edited-line', EDITED, findings, run)),
    ...findings.undecided.filter(isElsewhere).map(run => runFinding('edited-line', UNDECIDED, findings, run)),
    ...moved.items.map(run => runFinding('moved-line', MOVED, findings, run)),
    ...duplicated.items.map(run => runFinding('duplicated-line', DUPLICATED, findings, run)),
    ...inserted.items
      .filter(run => isElsewhere(run) && !isExcused(findings, run))
      .map(run => runFinding('inserted-line', INSERTED, findings, run)),
    ...unbrokenFindings(findings),
    ...findings.gaps.map(gap => gapFinding(findings, gap)),
  ]
  for (const { kind, message, ...place } of found.toSorted((a, b) => compare(a.place, b.place))) {
    problems.add(kind, place, message)
  }
}

/** What is wrong with one line, and with several. */
interface Wording {
  one(seq: number): string
  several(first: number, last: number, count: number): string
}

const EDITED: Wording = {
  one: seq => `record ${seq} is not what was sealed`,
  several: (first, last) => `records ${first} to ${last} are not what was sealed`,
}
const UNDECIDED: Wording = {
  one: seq => `record ${seq} contradicts its tile, and no checkpoint tells which of the two was changed`,
  several: (first, last) =>
    `records ${first} to ${last} contradict their tiles, and no checkpoint tells which of the two were changed`,
}
const MOVED: Wording = {
  one: seq => `record ${seq} stands in the wrong place`,
  several: (first, last) => `records ${first} to ${last} stand in the wrong place`,
}
const DUPLICATED: Wording = {
  one: seq => `record ${seq} is there twice`,
  several: (first, last) => `records ${first} to ${last} are there twice`,
}
const INSERTED: Wording = {
  one: () => 'this line is no record of this log',
  several: (_first, _last, count) => `${count} lines are no records of this log`,
}

function runFinding(kind: ProblemKind, wording: Wording, { files }: LineFindings, run: LineRun): Finding {
  const { fileIndex, line, seq, count } = run
  return {
    kind,
    place: run,
    file: files[fileIndex]?.name,
    line,
    seq: seq === NO_SEQ ? undefined : seq,
    message: count === 1 ? wording.one(seq) : wording.several(seq, seq + count - 1, count),
  }
}

function gapFinding({ files, lines, size, headReason }: LineFindings, { firstSeq, lastSeq }: SeqRange): Finding {
  const isHead = firstSeq === 0 && lastSeq < size - 1
  const isEnd = lastSeq === size - 1
  const kind = isHead ? 'missing-head' : isEnd ? 'truncated-log' : 'missing-line'
  const follower = isEnd ? undefined : lines.followers.get(firstSeq)
  const last = files.length - 1
  const which = firstSeq === lastSeq ? `record ${firstSeq} is` : `records ${firstSeq} to ${lastSeq} are`
  return {
    kind,
    place: follower ?? { fileIndex: isEnd ? files.length : last, line: Infinity },
    file: files[follower?.fileIndex ?? last]?.name,
    line: follower?.line,
    seq: firstSeq,
    message: `${which} missing${isHead ? `: ${headReason}` : ''}`,
  }
}

function foreignFinding({ files, lines }: LineFindings, fileIndex: number): Finding {
  const count = lines.files.at(fileIndex).lines
  return {
    kind: 'foreign-file',
    place: { fileIndex, line: 0 },
    file: files[fileIndex]?.name,
    line: undefined,
    seq: undefined,
    message: `none of its ${count} lines is a record of this log as it was sealed`,
  }
}

function unbrokenFindings({ files, lines }: LineFindings): Finding[] {
  if (lines.unbroken === undefined) return []
  const { fileIndex, line, seq } = lines.unbroken
  const message = `the line break behind record ${seq} is missing`
  return [{ kind: 'edited-line', place: lines.unbroken, file: files[fileIndex]?.name, line, seq, message }]
}

/** Files of several lines, each of which is edited or no record at all. One line alone is only an edited line. */
function foreignFiles(findings: LineFindings): Set<number> {
  const { files, lines, edited, undecided } = findings
  const strange = new Map<number, number>()
  for (const run of [...edited, ...undecided, ...lines.inserted.items]) {
    if (isExcused(findings, run)) continue
    strange.set(run.fileIndex, (strange.get(run.fileIndex) ?? 0) + run.count)
  }
  const indexes = files.map((_, fileIndex) => fileIndex)
  return new Set(
    indexes.filter(fileIndex => {
      const count = lines.files.at(fileIndex).lines
      return count > 1 && strange.get(fileIndex) === count
    }),
  )
}

/** Another program's file, or a tail that could not be set aside: a sealed record says so, and of what size. */
function isExcused({ files, lines, excusedFileSizes }: LineFindings, run: LineRun): boolean {
  const size = files[run.fileIndex]?.size ?? -1
  return run.seq === NO_SEQ && excusedFileSizes.has(size) && lines.files.isBehindRecords(run)
}

function compare(a: LinePlace, b: LinePlace): number {
  return a.fileIndex - b.fileIndex || (a.line === b.line ? 0 : a.line - b.line)
}
