/**
 * C2SP tlog-proof: a file that proves offline that a log holds a record: the record's index, the inclusion proof and the
 * signed checkpoint, as they stand. File names end with `.tlog-proof`.
 */
import { decodeBase64, encodeBase64, parseHash } from './base64.ts'
import { checkHash } from './merkle-hash.ts'
import { formatProofText, malformedProof, parseProofText } from './proof-text.ts'
import { SealError } from './seal-error.ts'
import { parseNote } from './signed-note.ts'
import { MAX_LEVELS, checkCount, parseCount } from './tree-size.ts'

export interface TlogProof {
  /** Anything; nobody signed it. */
  readonly extra?: Uint8Array
  readonly index: number
  /** The leaf's sibling first. */
  readonly proof: readonly Uint8Array[]
  /** The signed note, byte for byte. Its signatures are not checked here. */
  readonly checkpoint: Uint8Array
}

const FIRST_LINE = 'c2sp.org/tlog-proof@v1'
const EXTRA = 'extra '
const INDEX = 'index '
const MAX_EXTRA_BYTES = 1024 * 1024

export function formatTlogProof({ extra, index, proof, checkpoint }: TlogProof): Buffer {
  checkCount(index, 'the index')
  checkLevels(proof.length)
  for (const hash of proof) checkHash(hash)
  const lines = [FIRST_LINE]
  if (extra !== undefined) {
    checkExtra(extra)
    lines.push(EXTRA + encodeBase64(extra))
  }
  lines.push(INDEX + index, ...proof.map(encodeBase64))
  return formatProofText(lines, checkpoint)
}

/**
 * Reads a proof without checking it. What is left to do, in this order: open the checkpoint with a trusted key, compare
 * its origin, verify the inclusion of the record's leaf hash under its size and root.
 */
export function parseTlogProof(bytes: Uint8Array): TlogProof {
  const { lines: all, checkpoint } = parseProofText(bytes)
  const [first, ...lines] = all
  if (first !== FIRST_LINE) throw malformedProof(`the first line is not ${FIRST_LINE}`)
  const extra = lines[0]?.startsWith(EXTRA) ? parseExtra(lines.shift() ?? '') : undefined
  const indexLine = lines.shift()
  if (!indexLine?.startsWith(INDEX)) throw malformedProof('there is no line with the index')
  checkLevels(lines.length)
  parseNote(checkpoint)
  return {
    ...(extra === undefined ? {} : { extra }),
    index: parseCount(indexLine.slice(INDEX.length), 'the index'),
    proof: lines.map(line => parseHash(line, 'a line of the proof')),
    checkpoint,
  }
}

function parseExtra(line: string): Buffer {
  const extra = decodeBase64(line.slice(EXTRA.length))
  if (extra === undefined) throw malformedProof('the extra data is not in canonical base64')
  checkExtra(extra)
  return extra
}

function checkExtra(extra: Uint8Array): void {
  if (extra.length === 0) throw malformedProof('the line of the extra data is left out where there is none')
  if (extra.length > MAX_EXTRA_BYTES) throw new SealError('too-large', `more than ${MAX_EXTRA_BYTES} bytes extra`)
}

function checkLevels(hashes: number): void {
  if (hashes > MAX_LEVELS) throw new SealError('wrong-proof-length', 'no tree has so many levels')
}
