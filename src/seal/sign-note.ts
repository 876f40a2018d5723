/** Signs notes. Each signature is checked before it is used: a broken signer must not make a log that looks forged. */
import { fullKeyName } from './key-id.ts'
import { SealError } from './seal-error.ts'
import { checkNoteText, formatNote } from './signed-note.ts'
import type { NoteSignature } from './signed-note.ts'
import type { Signer, Verifier } from './signer.ts'

/** The note with one signature of each signer, in their order. Rejects with what a signer throws. */
export async function signNote(text: string, signers: readonly Signer[]): Promise<Buffer> {
  checkNoteText(text)
  const bytes = Buffer.from(text)
  const signatures = await Promise.all(
    signers.map(async signer => checkedSignature(signer.verifier, bytes, await signer.sign(bytes))),
  )
  return formatNote({ text, signatures })
}

/** The same at once, as it must be when a process exits; undefined where a signer would take its time. */
export function signNoteSync(text: string, signers: readonly Signer[]): Buffer | undefined {
  checkNoteText(text)
  const bytes = Buffer.from(text)
  const signatures: NoteSignature[] = []
  for (const signer of signers) {
    const signature = signer.sign(bytes)
    if (signature instanceof Promise) {
      // Nobody waits for it any more; it must not become an unhandled rejection.
      signature.catch(() => {})
      return undefined
    }
    signatures.push(checkedSignature(signer.verifier, bytes, signature))
  }
  return formatNote({ text, signatures })
}

function checkedSignature(verifier: Verifier, text: Buffer, signature: Uint8Array): NoteSignature {
  const { name, keyId } = verifier
  if (signature instanceof Uint8Array && verifier.verify(text, signature)) return { name, keyId, signature }
  throw new SealError(
    'invalid-signature',
    `the signer ${fullKeyName(verifier)} returned a signature that does not fit its own key`,
  )
}
