/** Says what is wrong with tiles and checkpoints, as the rebuilt tree shows it. */
import { encodeBase64 } from '../seal/base64.ts'
import { TILE_WIDTH, widthOf } from '../seal/tile.ts'
import type { Evidence } from './judgement.ts'
import { CHECKPOINTS_FILE } from './log-layout.ts'
import type { ProblemLog } from './problem-log.ts'
import type { FaultyTile } from './rebuilt-tree.ts'
import type { SeqRange } from './report.ts'
import { tileFileName } from './tile-files.ts'
import type { TreeFindings } from './tree-check.ts'

/** Tiles in a row with the same fault are one problem. */
export function reportTiles(faults: readonly FaultyTile[], problems: ProblemLog): void {
  for (let at = 0; at < faults.length; ) {
    const first = faults[at]
    if (first === undefined) return
    let count = 1
    while (goesOn(first, faults[at + count], count)) count++
    const more = count === 1 ? '' : `, and the same holds for ${count - 1} behind it`
    problems.add(first.fault.kind, { file: first.name }, `${first.fault.message}${more}`)
    at += count
  }
}

export function reportInconsistent({ inconsistent }: TreeFindings, problems: ProblemLog): void {
  if (inconsistent === undefined) return
  const { first, count } = inconsistent
  const more = count === 1 ? '' : ` (and ${count - 1} more)`
  const message = `the checkpoint of size ${first.size}${more} does not fit the records, though a later one does`
  problems.add('inconsistent-checkpoint', { file: CHECKPOINTS_FILE, line: first.line }, message)
}

function goesOn(first: FaultyTile, next: FaultyTile | undefined, count: number): boolean {
  return (
    next !== undefined &&
    next.level === first.level &&
    next.index === first.index + count &&
    next.fault.kind === first.fault.kind &&
    next.fault.message === first.fault.message
  )
}

/**
 * Somewhere between two checkpoints, lines and tiles were changed together, so that they agree with each other but not
 * with what was signed. Of records that were deleted by retention only the tiles are left.
 */
export function reportUnresolved(evidence: Evidence, head: SeqRange | undefined, problems: ProblemLog): void {
  const { tree, facts, snapshot, state, lines } = evidence
  // Lines that contradict their tiles are named, and say it all.
  if (tree.unresolved === undefined || tree.undecided.length > 0) return
  const { to, line } = tree.unresolved
  const size = state.newest?.checkpoint.size ?? 0
  const headEnd = head === undefined ? 0 : head.lastSeq + 1
  const headRoot = tree.headRoot && encodeBase64(tree.headRoot)
  const isHeadRight = facts.lastRetained.some(({ lastSeq, root }) => lastSeq === headEnd - 1 && root === headRoot)
  const from = isHeadRight ? Math.max(tree.unresolved.from, headEnd) : tree.unresolved.from
  const which = from === to - 1 ? `record ${from}` : `one of the records ${from} to ${to - 1}`
  const signed = `the root that was signed for ${to} records (${CHECKPOINTS_FILE}, line ${line})`
  if (from < headEnd) {
    const index = Math.floor(from / TILE_WIDTH)
    const file = tileFileName({ level: 0, index, width: widthOf(0, index, size) })
    problems.add('changed-tile', { file, seq: from }, `this tile, or one behind it, does not lead to ${signed}`)
    return
  }
  const file = snapshot.files.find((_, fileIndex) => (lines.files.at(fileIndex).lastSeq ?? -1) >= from)?.name
  const message = `${which} was changed, and the tiles with it: they do not lead to ${signed}`
  problems.add('edited-line', { file, seq: from }, message)
}
