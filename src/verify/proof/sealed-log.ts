/** What proofs are made from: one moment of a log. */
import { join } from 'node:path'
import { parseCheckpoint } from '../../seal/checkpoint.ts'
import type { OpenedCheckpoint } from '../../seal/checkpoint.ts'
import { SealError } from '../../seal/seal-error.ts'
import { parseNote } from '../../seal/signed-note.ts'
import { CHECKPOINT_FILE } from '../log-layout.ts'
import type { Snapshot } from '../snapshot.ts'
import { NotProven } from './not-proven.ts'
import { openTrusted } from './open-trusted.ts'
import type { Trust } from './open-trusted.ts'

export interface NewestCheckpoint extends OpenedCheckpoint {
  /** The signed note as it stands. */
  readonly bytes: Buffer
}

/** What `openSnapshot` gives of a log, as far as proofs need it. */
export type SealedLog = Pick<Snapshot, 'dir' | 'files' | 'checkpoint'>

/**
 * The newest checkpoint that is durable.
 * @throws NotProven
 */
export function openNewest({ dir, checkpoint: bytes }: SealedLog, trust: Trust): NewestCheckpoint {
  const path = join(dir, CHECKPOINT_FILE)
  if (bytes === 'absent') throw new NotProven(`the log in ${dir} has no checkpoint: there is no ${path}`)
  if (typeof bytes === 'string') throw new NotProven(`${path} is no checkpoint: it is too large or no regular file`)
  return { ...openTrusted(path, bytes, trust), bytes }
}

/** Which log the checkpoint says it is. Only good to choose one of several: nobody's signature was checked. */
export function claimedOrigin({ checkpoint }: SealedLog): string | undefined {
  if (typeof checkpoint === 'string') return undefined
  try {
    return parseCheckpoint(parseNote(checkpoint).text).origin
  } catch (error) {
    if (error instanceof SealError) return undefined
    throw error
  }
}
