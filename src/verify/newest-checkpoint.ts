/** Which checkpoint is the newest, and whether `seal/checkpoint` and `seal/checkpoints` agree about that. */
import type { Checkpoint } from '../seal/checkpoint.ts'
import type { CheckpointHistory, ExpectedRoot } from './checkpoint-history.ts'
import type { LogKeys } from './log-keys.ts'
import { CHECKPOINT_FILE, CHECKPOINTS_FILE } from './log-layout.ts'
import { checkNote } from './note-check.ts'
import type { ProblemLog } from './problem-log.ts'
import type { Snapshot } from './snapshot.ts'

export interface NewestCheckpoint {
  readonly checkpoint: Checkpoint
  /** Full names of the keys that signed it. */
  readonly signers: readonly string[]
}

export interface CheckpointFiles {
  readonly snapshot: Pick<Snapshot, 'checkpoint' | 'checkpoints'>
  readonly history: CheckpointHistory
  readonly keys: LogKeys
  readonly origin: string | undefined
  /** A commit may be under way. */
  readonly isLive: boolean
}

/** Undefined where there is none, which is for the caller to judge: it knows whether there are records. */
export function newestCheckpoint(files: CheckpointFiles, problems: ProblemLog): NewestCheckpoint | undefined {
  const { history, keys, origin, snapshot } = files
  const note = typeof snapshot.checkpoint === 'string' ? undefined : snapshot.checkpoint
  const isLast = note !== undefined && history.last?.equals(note) === true
  const checked = isLast ? history.lastChecked : note && checkNote(note, keys.verifiers, origin)
  // The history has objected to the same note already.
  if (checked?.fault !== undefined && !isLast) {
    problems.add(checked.fault.kind, { file: CHECKPOINT_FILE }, checked.fault.message)
  } else {
    compareFiles(files, isLast, problems)
  }
  if (history.first !== undefined && history.first.size > 0) {
    const message = 'the first checkpoint is not that of the empty log: those before it are gone'
    problems.add('missing-checkpoint', { file: CHECKPOINTS_FILE, line: 1 }, message)
  }
  const fromNote = checked?.signed ?? (history.signed === 0 ? checked?.claimed : undefined)
  const fromHistory = history.newest
  if (fromNote !== undefined && fromNote.size >= (fromHistory?.size ?? 0)) {
    return { checkpoint: fromNote, signers: checked?.signers ?? [] }
  }
  return fromHistory === undefined ? undefined : { checkpoint: fromHistory, signers: history.newestSigners }
}

/** What the tree is to be compared with: each checkpoint of the history, and the newest, which may be missing there. */
export function* expectedRoots(
  history: CheckpointHistory,
  { checkpoint: { size, root } }: NewestCheckpoint,
): Generator<ExpectedRoot, void, undefined> {
  let last = -1
  for (const expected of history.expected()) {
    if (expected.size > size) break
    yield expected
    last = expected.size
  }
  if (last < size) yield { size, root, line: 1 }
}

function compareFiles({ snapshot, history, isLive }: CheckpointFiles, isLast: boolean, problems: ProblemLog): void {
  const { checkpoint, checkpoints } = snapshot
  const { notes, torn, beforeLast } = history
  const newest = { file: CHECKPOINT_FILE }
  const all = { file: CHECKPOINTS_FILE }
  const unfinished = (message: string): void => {
    if (!isLive) problems.add('unfinished-commit', { ...all, line: torn?.line }, message)
  }
  if (checkpoint === 'absent' && checkpoints === 'absent') return
  if (checkpoint === 'no-plain-file' || checkpoint === 'too-large') {
    problems.add('changed-checkpoint', newest, 'it is no regular file of the size of a checkpoint')
  } else if (typeof checkpoints === 'string' || (typeof checkpoint !== 'string' && notes === 0)) {
    const why = typeof checkpoints === 'string' ? 'it is gone, or no regular file' : 'it has no whole checkpoint'
    problems.add('missing-checkpoint', all, why)
  } else if (checkpoint === 'absent') {
    // The very first commit ended within.
    if (notes + (torn === undefined ? 0 : 1) <= 1) unfinished('the first checkpoint is not in place yet')
    else problems.add('missing-checkpoint', newest, 'it is gone')
  } else if (isLast) {
    if (torn !== undefined) unfinished('it ends within a checkpoint')
  } else if (beforeLast?.equals(checkpoint) === true && torn === undefined) {
    unfinished(`its last checkpoint is not in ${CHECKPOINT_FILE} yet`)
  } else {
    problems.add('changed-checkpoint', newest, `it is not the last one of ${CHECKPOINTS_FILE}`)
  }
}
