/** What the files of proofs have in common: lines of ASCII, an empty line, and a signed checkpoint as it stands. */
import { SealError } from './seal-error.ts'
import { parseNote } from './signed-note.ts'

export interface ProofText {
  /** Those before the empty line; at least one. */
  readonly lines: readonly string[]
  /** What stands behind the empty line; not looked at here. */
  readonly checkpoint: Buffer
}

const MAX_FILE_BYTES = 4 * 1024 * 1024

export function formatProofText(lines: readonly string[], checkpoint: Uint8Array): Buffer {
  parseNote(checkpoint)
  return Buffer.concat([Buffer.from([...lines, '', ''].join('\n')), checkpoint])
}

/** @throws SealError `malformed-proof` or `too-large`. */
export function parseProofText(bytes: Uint8Array): ProofText {
  if (bytes.length > MAX_FILE_BYTES) throw new SealError('too-large', `a proof has more than ${MAX_FILE_BYTES} bytes`)
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headEnd = buffer.indexOf('\n\n')
  if (headEnd === -1) throw malformedProof('no empty line stands before the checkpoint')
  // Latin 1 has a character for every byte: what is not ASCII is seen and refused.
  return { lines: buffer.toString('latin1', 0, headEnd).split('\n'), checkpoint: buffer.subarray(headEnd + 2) }
}

export function malformedProof(message: string): SealError {
  return new SealError('malformed-proof', message)
}
