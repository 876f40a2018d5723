/** Checkpoints that proofs end with: believed when a trusted key signed them, for the log that is meant. */
import { openCheckpoint } from '../../seal/checkpoint.ts'
import type { OpenedCheckpoint } from '../../seal/checkpoint.ts'
import { fullKeyName } from '../../seal/key-id.ts'
import type { Verifier } from '../../seal/signer.ts'
import { NotProven, orNotProven } from './not-proven.ts'

export interface Trust {
  /** Keys that were got from somewhere else than the proof: with a key that came along, anybody can prove anything. */
  readonly keys: readonly Verifier[]
  /** The log that must be meant; any log of these keys where absent. */
  readonly origin?: string | undefined
}

/** @throws NotProven, beginning with `what`. */
export function openTrusted(what: string, bytes: Uint8Array, { keys, origin }: Trust): OpenedCheckpoint {
  const checkpoint = orNotProven(`${what} is not to be believed`, () => openCheckpoint(bytes, keys))
  if (origin === undefined || checkpoint.origin === origin) return checkpoint
  throw new NotProven(`${what} is one of the log ${checkpoint.origin}, not of ${origin}`)
}

/** The trusted keys that signed, by name and id. */
export function signersOf({ note }: OpenedCheckpoint): string[] {
  return note.verified.map(fullKeyName)
}
