/** The rest of a line that does not end where reading ended: of any length, in bounded memory. */
import { LeafHasher, leafHash } from '../seal/merkle-hash.ts'
import { fillBuffer } from './plain-file.ts'
import type { PlainFile } from './plain-file.ts'
import { seqAtEnd } from './seq-at-end.ts'

/** Longer lines are hashed and not looked at: Kansa writes none. */
const MAX_KEPT_BYTES = 4 * 1024 * 1024
const BLOCK_BYTES = 256 * 1024
/** Enough for a `seq` at the end. */
const END_BYTES = 64
const LINE_FEED = 0x0a

export interface FinishedLine {
  readonly hash: Buffer
  readonly seq: number
  /** Where it ends in the file, with its line break. */
  readonly end: number
  /** False where the file ends without line break. */
  readonly isTerminated: boolean
  /** Without line break; undefined for a longer line than any of ours. */
  readonly bytes: Buffer | undefined
}

// Owned by `finishLine`, which never waits.
const block = Buffer.allocUnsafeSlow(BLOCK_BYTES)

/** `head` are the bytes of the line from `start` on, as far as they have been read; `fileEnd` is where reading stops. */
export function finishLine(
  file: Pick<PlainFile, 'path' | 'fd'>,
  start: number,
  head: Buffer,
  fileEnd: number,
): FinishedLine {
  const bytes = new LineBytes()
  bytes.add(head)
  let isTerminated = false
  while (!isTerminated) {
    const position = start + bytes.length
    const wanted = Math.max(0, Math.min(BLOCK_BYTES, fileEnd - position))
    const read = block.subarray(0, fillBuffer(file, block.subarray(0, wanted), position))
    if (read.length === 0) break
    const lineBreak = read.indexOf(LINE_FEED)
    isTerminated = lineBreak !== -1
    bytes.add(isTerminated ? read.subarray(0, lineBreak) : read)
  }
  return { ...bytes.end(), end: start + bytes.length + (isTerminated ? 1 : 0), isTerminated }
}

/** The bytes of one line: all of them as long as they are few, then only their hash and the last ones. */
class LineBytes {
  length = 0
  private kept: Buffer[] = []
  private last = Buffer.alloc(0)
  private hasher: LeafHasher | undefined

  /** Copies what is kept of `piece`. */
  add(piece: Buffer): void {
    this.length += piece.length
    this.last = Buffer.concat([this.last, piece.subarray(-END_BYTES)]).subarray(-END_BYTES)
    if (this.hasher === undefined && this.length > MAX_KEPT_BYTES) {
      this.hasher = new LeafHasher()
      for (const bytes of this.kept.splice(0)) this.hasher.add(bytes)
    }
    if (this.hasher === undefined) this.kept.push(Buffer.from(piece))
    else this.hasher.add(piece)
  }

  end(): Pick<FinishedLine, 'hash' | 'seq' | 'bytes'> {
    const seq = seqAtEnd(this.last, 0, this.last.length)
    const bytes = Buffer.concat(this.kept)
    if (this.hasher === undefined) return { hash: leafHash(bytes), seq, bytes }
    return { hash: this.hasher.end(), seq, bytes: undefined }
  }
}
