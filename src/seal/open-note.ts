/** Opens signed notes: reads them, and believes them only when a trusted key signed. */
import { fullKeyName } from './key-id.ts'
import { SealError } from './seal-error.ts'
import { parseNote } from './signed-note.ts'
import type { NoteSignature } from './signed-note.ts'
import type { Verifier } from './signer.ts'

export interface OpenedNote {
  /** What the trusted keys signed. */
  readonly text: string
  /** Signatures by trusted keys, all of them checked. */
  readonly verified: readonly NoteSignature[]
  /** Signatures by other keys: they say nothing, and nobody notices when they are altered. */
  readonly unknown: readonly NoteSignature[]
}

/**
 * A signature by a trusted key that does not fit refuses the whole note, whatever else signed it; signatures by keys
 * that nobody named are passed over.
 * @throws SealError `invalid-signature`, `not-signed`, `ambiguous-key`, or what `parseNote` throws.
 */
export function openNote(bytes: Uint8Array, trusted: readonly Verifier[]): OpenedNote {
  const verifiers = byName(trusted)
  const { text, signatures } = parseNote(bytes)
  const signed = Buffer.from(text)
  const verified: NoteSignature[] = []
  const unknown: NoteSignature[] = []
  for (const signature of signatures) {
    const verifier = verifiers.get(fullKeyName(signature))
    if (verifier === undefined) {
      unknown.push(signature)
    } else if (verifier.verify(signed, signature.signature)) {
      verified.push(signature)
    } else {
      throw new SealError('invalid-signature', `the signature by ${fullKeyName(signature)} does not fit the text`)
    }
  }
  if (verified.length === 0) throw notSigned(signatures, [...verifiers.keys()])
  return { text, verified, unknown }
}

function byName(trusted: readonly Verifier[]): ReadonlyMap<string, Verifier> {
  const verifiers = new Map<string, Verifier>()
  for (const verifier of trusted) {
    const name = fullKeyName(verifier)
    const other = verifiers.get(name)
    // Ids are short: somebody who may add a key could have searched for one that has another's.
    if (other !== undefined && other !== verifier && (other.vkey === undefined || other.vkey !== verifier.vkey)) {
      throw new SealError('ambiguous-key', `two different trusted keys are called ${name}`)
    }
    verifiers.set(name, verifier)
  }
  return verifiers
}

function notSigned(signatures: readonly NoteSignature[], trusted: readonly string[]): SealError {
  const by = signatures.map(fullKeyName).join(', ')
  return new SealError('not-signed', `signed by ${by}, by none of the trusted keys (${trusted.join(', ') || 'none'})`)
}
