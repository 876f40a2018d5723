/** Says what lies behind the newest checkpoint, where no writer is about to seal it. */
import type { LinePlace } from './line-runs.ts'
import type { Place, ProblemLog } from './problem-log.ts'
import type { JournalFile } from './snapshot.ts'
import type { UnsealedTail } from './unsealed-tail.ts'

export function reportTail(tail: UnsealedTail, files: readonly JournalFile[], problems: ProblemLog): void {
  const at = (place: LinePlace | undefined, seq?: number): Place => ({
    file: place && files[place.fileIndex]?.name,
    line: place?.line,
    seq,
  })
  if (tail.withSeq > 0) {
    const message = `${countOf(tail.withSeq, 'record')} behind the newest checkpoint: nothing says what they should be`
    problems.add('unsealed-tail', at(tail.first, tail.firstSeq), message)
  }
  if (tail.strangeLines > 0) {
    const message = `${countOf(tail.strangeLines, 'line')} behind the newest checkpoint, not going on with the log`
    problems.add('torn-line', at(tail.strange), message)
  }
  if (tail.torn !== undefined) problems.add('torn-line', at(tail.torn), 'the last line has no end')
}

/**
 * There is no checkpoint at all. `hasSeal`: something of a seal is there. `isPinned`: somebody knows the key that this log
 * is sealed with, so that it cannot be the journal of a program that seals nothing.
 */
export function reportUnsealedLog(
  tail: UnsealedTail,
  files: readonly JournalFile[],
  { hasSeal, isLive, isPinned }: { readonly hasSeal: boolean; readonly isLive: boolean; readonly isPinned: boolean },
  problems: ProblemLog,
): void {
  const place = { file: files[tail.first?.fileIndex ?? 0]?.name, line: tail.first?.line }
  if (tail.withSeq > 0) {
    const message = `${countOf(tail.withSeq, 'record')} with seq, but no checkpoint: the seal was removed, or never made`
    // A signer that takes its time may not have signed the first one yet.
    problems.add('missing-checkpoint', { ...place, seq: tail.firstSeq }, message, isLive ? 'incomplete' : 'tampered')
  } else if (isPinned && tail.lines > 0) {
    problems.add(
      'missing-checkpoint',
      place,
      `a key was given, and ${countOf(tail.lines, 'line')} without any seal are there`,
    )
  } else if (tail.lines > 0 || tail.torn !== undefined) {
    const message = `${countOf(tail.lines, 'line')} without seq and without seal, as other programs write them`
    problems.add('unsealed-journal', place, message)
  } else if (hasSeal && !isLive) {
    problems.add('unfinished-commit', {}, 'there is no checkpoint yet, and no record')
  }
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
