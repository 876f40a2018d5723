/** Makes the report of one log from what its seal and its lines came to. */
import { BoundedList } from './bounded-list.ts'
import { explainsHead, isRootOf } from './head-check.ts'
import { reportLines } from './line-problems.ts'
import { CHECKPOINT_FILE } from './log-layout.ts'
import type { ProblemLog } from './problem-log.ts'
import type { FileReport, LogReport, RetainedRange, SeqRange } from './report.ts'
import { checkSealFiles } from './seal-files.ts'
import { reportInconsistent, reportTiles, reportUnresolved } from './seal-problems.ts'
import type { SealedState } from './sealed-state.ts'
import type { Snapshot } from './snapshot.ts'
import { reportTail, reportUnsealedLog } from './tail-problems.ts'
import type { CheckedLines } from './verify-log.ts'

export interface Evidence extends CheckedLines {
  readonly snapshot: Snapshot
  readonly state: SealedState
  readonly writer: LogReport['writer']
}

export function judge(evidence: Evidence, problems: ProblemLog): LogReport {
  const { snapshot, state, writer, lines, tree, facts } = evidence
  const { dir, files, noFiles, hasSeal } = snapshot
  const size = state.newest?.checkpoint.size ?? 0
  const isLive = writer === 'live'
  const isPinned = state.trust === 'pinned'
  for (const file of noFiles) problems.add('changed-file', { file }, 'it is no regular file')
  const { head, reason } = explainHead(evidence, size)
  const gaps = lines.missing.items.filter(range => range !== head)
  const { edited, undecided } = tree
  const excusedFileSizes = facts.foreignFileSizes
  reportLines({ files, lines, edited, undecided, gaps, headReason: reason, size, excusedFileSizes }, problems)
  reportTiles(tree.tileFaults, problems)
  reportInconsistent(tree, problems)
  reportUnresolved(evidence, head, problems)
  for (const { size: keptSize } of tree.contradicted) {
    const message = `the first ${keptSize} records are others than those of the checkpoint that was kept`
    problems.add('rolled-back', { file: CHECKPOINT_FILE }, message)
  }
  if (state.newest === undefined) reportUnsealedLog(lines.tail, files, { hasSeal, isLive, isPinned }, problems)
  else if (!isLive) reportTail(lines.tail, files, problems)
  const records = isLive ? Infinity : size + lines.tail.lines
  if (hasSeal) checkSealFiles({ dir, size, records, faulty: tree.tileFaults }, problems)
  return reportOf(evidence, gaps, problems)
}

/** The oldest records, where they are missing and the log says why; or the reason why they count as missing. */
function explainHead({ snapshot, lines, tree, facts }: Evidence, size: number): { head?: SeqRange; reason: string } {
  const [head] = lines.missing.items
  const explaining = head === undefined ? [] : facts.lastRetained.filter(retained => explainsHead(retained, head))
  const [first] = explaining
  if (head === undefined || first === undefined) return { reason: 'no record says that they were deleted on purpose' }
  // Where tiles were changed, another root says no more than that.
  const areTilesRight = tree.tileFaults.length === 0 && tree.unresolved === undefined
  const isRight = (retained: RetainedRange): boolean => isRootOf(snapshot.dir, size, retained) !== false
  if (!areTilesRight || explaining.some(isRight)) return { head, reason: '' }
  return { reason: `record ${first.seq} says that others were deleted: it has another root` }
}

function reportOf(
  { snapshot, state, writer, lines, tree, facts }: Evidence,
  missing: readonly SeqRange[],
  problems: ProblemLog,
): LogReport {
  const files = snapshot.files.map(({ name, size }, fileIndex): FileReport => {
    const { firstSeq = null, lastSeq = null, inPlace } = lines.files.at(fileIndex)
    const wrong = [...tree.edited, ...tree.undecided].filter(run => run.fileIndex === fileIndex)
    const records = wrong.reduce((sum, { count }) => sum - count, inPlace)
    return { name, firstSeq, lastSeq, records, bytes: size }
  })
  const gaps = new BoundedList<SeqRange>()
  for (const range of missing) gaps.add(range)
  const unfinished = facts.unfinished()
  const withRecords = files.filter(({ firstSeq }) => firstSeq !== null)
  return {
    dir: snapshot.dir,
    status: problems.status,
    trust: state.trust,
    origin: state.origin ?? null,
    writer,
    treeSize: state.newest?.checkpoint.size ?? 0,
    firstSeq: withRecords[0]?.firstSeq ?? null,
    lastSeq: withRecords.at(-1)?.lastSeq ?? null,
    records: files.reduce((sum, { records }) => sum + records, 0),
    unsealed: lines.tail.lines,
    checkpoints: state.history.signed,
    keys: state.keys,
    retained: facts.retained.items,
    gaps: gaps.items,
    adopted: facts.adopted.items,
    unfinished: unfinished.items,
    auditFailures: facts.auditFailures,
    files,
    problems: problems.items,
    omitted: {
      problems: problems.omitted,
      gaps: gaps.omitted,
      retained: facts.retained.omitted,
      adopted: facts.adopted.omitted,
      unfinished: unfinished.omitted,
    },
  }
}
