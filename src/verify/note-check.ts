/** Judges one signed checkpoint by itself: its form, its signatures, and whether it is one of this log. */
import { openCheckpoint, parseCheckpoint } from '../seal/checkpoint.ts'
import type { Checkpoint, OpenedCheckpoint } from '../seal/checkpoint.ts'
import { fullKeyName } from '../seal/key-id.ts'
import { SealError } from '../seal/seal-error.ts'
import { parseNote } from '../seal/signed-note.ts'
import type { Verifier } from '../seal/signer.ts'
import type { ProblemKind } from './report.ts'

export interface NoteFault {
  readonly kind: ProblemKind
  readonly message: string
}

export interface CheckedNote {
  /** What a key that counts signed, about this log. */
  readonly signed: Checkpoint | undefined
  /** What it says, whoever signed it: good for finding out what was changed, not for believing. */
  readonly claimed: Checkpoint | undefined
  /** Full names of the keys whose signatures fit. */
  readonly signers: readonly string[]
  readonly fault: NoteFault | undefined
}

const MALFORMED: CheckedNote = {
  signed: undefined,
  claimed: undefined,
  signers: [],
  fault: { kind: 'changed-checkpoint', message: 'this is no signed checkpoint' },
}

/** `bytes` are undefined where they cannot be a note; `origin` where the log's name is unknown. */
export function checkNote(
  bytes: Buffer | undefined,
  verifiers: readonly Verifier[],
  origin: string | undefined,
): CheckedNote {
  if (bytes === undefined) return MALFORMED
  let opened: OpenedCheckpoint
  try {
    opened = openCheckpoint(bytes, verifiers)
  } catch (error) {
    if (!(error instanceof SealError)) throw error
    const kind = error.reason === 'wrong-root' ? 'inconsistent-checkpoint' : 'changed-checkpoint'
    return { signed: undefined, claimed: claimOf(bytes), signers: [], fault: { kind, message: error.message } }
  }
  const signers = opened.note.verified.map(fullKeyName)
  if (origin !== undefined && opened.origin !== origin) {
    const message = `this is a checkpoint of the log ${opened.origin}`
    return { signed: undefined, claimed: opened, signers, fault: { kind: 'inconsistent-checkpoint', message } }
  }
  return { signed: opened, claimed: opened, signers, fault: addedTo(opened, signers) }
}

/**
 * Whoever may write can add signature lines without any key; nothing that was signed contradicts them. Kansa writes no
 * such lines.
 */
function addedTo({ note, extensions }: OpenedCheckpoint, signers: readonly string[]): NoteFault | undefined {
  const [unknown] = note.unknown
  if (unknown !== undefined) return changed(`it has a signature by ${fullKeyName(unknown)}, a key that nobody named`)
  if (new Set(signers).size < signers.length) return changed('it has two signatures by one key')
  return extensions.length > 0 ? changed('it has lines that Kansa does not write') : undefined
}

function changed(message: string): NoteFault {
  return { kind: 'changed-checkpoint', message }
}

function claimOf(bytes: Buffer): Checkpoint | undefined {
  try {
    return parseCheckpoint(parseNote(bytes).text)
  } catch {
    return undefined
  }
}
