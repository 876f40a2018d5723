/**
 * A file that proves offline that a log only appended to what an older checkpoint of it says. C2SP has no format for such
 * files; this is the body of an `add-checkpoint` request of C2SP tlog-witness, so that the file can also be sent to a
 * witness as it stands: the line `old <size>`, the consistency proof with one base64 hash on each line, an empty line,
 * and the newer signed checkpoint. The older checkpoint is not in it: who checks has kept it.
 */
import { encodeBase64, parseHash } from './base64.ts'
import { checkHash } from './merkle-hash.ts'
import { formatProofText, malformedProof, parseProofText } from './proof-text.ts'
import { SealError } from './seal-error.ts'
import { parseNote } from './signed-note.ts'
import { checkCount, parseCount } from './tree-size.ts'

export interface ConsistencyFile {
  /** The size of the tree in the older checkpoint. */
  readonly oldSize: number
  readonly proof: readonly Uint8Array[]
  /** The newer checkpoint: a signed note, byte for byte. Its signatures are not checked here. */
  readonly checkpoint: Uint8Array
}

const OLD = 'old '
const MAX_HASHES = 63

export function formatConsistencyFile({ oldSize, proof, checkpoint }: ConsistencyFile): Buffer {
  checkCount(oldSize, 'the old size')
  checkHashes(proof.length)
  for (const hash of proof) checkHash(hash)
  return formatProofText([OLD + oldSize, ...proof.map(encodeBase64)], checkpoint)
}

/**
 * Reads such a file without checking it. What is left to do: open both checkpoints with trusted keys, compare their
 * origins, and the old size with the older one's, verify the consistency of the two trees.
 * @throws SealError `malformed-proof`, `wrong-proof-length`, or for a malformed number, hash or note.
 */
export function parseConsistencyFile(bytes: Uint8Array): ConsistencyFile {
  const { lines, checkpoint } = parseProofText(bytes)
  const [oldLine, ...hashes] = lines
  if (!oldLine?.startsWith(OLD)) throw malformedProof('the first line does not say `old` and a size')
  checkHashes(hashes.length)
  parseNote(checkpoint)
  return {
    oldSize: parseCount(oldLine.slice(OLD.length), 'the old size'),
    proof: hashes.map(line => parseHash(line, 'a line of the proof')),
    checkpoint,
  }
}

function checkHashes(hashes: number): void {
  if (hashes > MAX_HASHES) throw new SealError('wrong-proof-length', 'no consistency proof has so many hashes')
}
