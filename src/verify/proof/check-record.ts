/** Checks offline what `kansa prove` made: that a log holds a record. No journal is needed for it. */
import { verifyInclusion } from '../../seal/inclusion-proof.ts'
import { leafHash } from '../../seal/merkle-hash.ts'
import { parseTlogProof } from '../../seal/tlog-proof.ts'
import { NotProven, orNotProven } from './not-proven.ts'
import { openTrusted, signersOf } from './open-trusted.ts'
import type { Trust } from './open-trusted.ts'

export interface ProvenRecord {
  readonly origin: string
  /** The record's `seq`. */
  readonly seq: number
  readonly treeSize: number
  /** The trusted keys that signed, by name and id. */
  readonly signedBy: readonly string[]
}

const LINE_FEED = 0x0a

/**
 * Checks a C2SP tlog-proof in the order that its format asks for: signature, origin, inclusion. `line` is the record as
 * it is stored, byte for byte, with its line break or without.
 * @throws NotProven
 */
export function checkRecord(proofFile: Uint8Array, line: Uint8Array, trust: Trust): ProvenRecord {
  const { index, proof, checkpoint } = orNotProven('the proof is malformed', () => parseTlogProof(proofFile))
  const opened = openTrusted('the checkpoint in the proof', checkpoint, trust)
  const { origin, size, root } = opened
  try {
    verifyInclusion({ leafHash: leafHash(withoutLineBreak(line)), index, size, root, proof })
  } catch (error) {
    throw new NotProven(
      `this line is not record ${index} of the log ${origin}, or the proof is another's. A line is proven as it is ` +
        'stored: another space in it is another line',
      { cause: error },
    )
  }
  return { origin, seq: index, treeSize: size, signedBy: signersOf(opened) }
}

/** One: a stored line has none in itself. */
export function withoutLineBreak(line: Uint8Array): Uint8Array {
  return line.at(-1) === LINE_FEED ? line.subarray(0, -1) : line
}
