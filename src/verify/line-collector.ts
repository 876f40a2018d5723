/** Gathers what is known of the lines of a block, in memory that grows with their number. */
import { HASH_BYTES, writeLeafHash } from '../seal/merkle-hash.ts'
import { rootOfHashes } from '../seal/tile-hash-reader.ts'
import { TILE_BYTES, TILE_WIDTH } from '../seal/tile.ts'
import type { FinishedLine } from './long-line.ts'
import { seqAtEnd } from './seq-at-end.ts'

/** Tiles whose leaves lie in one block, as far as their lines' `seq` is to be believed. */
export interface BlockTiles {
  /** Places of the lines with which they begin. */
  readonly starts: readonly number[]
  readonly roots: Buffer
}

const LIKELY_LINE_BYTES = 250

// Owned by who reads a block.
export class LineCollector {
  private lines = 0
  private hashBytes: Buffer
  private seqNumbers: Float64Array
  private endOffsets: Float64Array

  constructor(bytes: number) {
    const room = Math.ceil(bytes / LIKELY_LINE_BYTES) + 1
    this.hashBytes = Buffer.allocUnsafeSlow(room * HASH_BYTES)
    this.seqNumbers = new Float64Array(room)
    this.endOffsets = new Float64Array(room)
  }

  get count(): number {
    return this.lines
  }

  get hashes(): Buffer {
    return this.hashBytes.subarray(0, this.lines * HASH_BYTES)
  }

  get seqs(): Float64Array {
    return this.seqNumbers.subarray(0, this.lines)
  }

  get ends(): Float64Array {
    return this.endOffsets.subarray(0, this.lines)
  }

  /** The line `bytes[start, end)`, which ends at `endOffset` of its file. */
  add(bytes: Buffer, start: number, end: number, endOffset: number): void {
    this.makeRoom()
    writeLeafHash(bytes, start, end, this.hashBytes, this.lines * HASH_BYTES)
    this.seqNumbers[this.lines] = seqAtEnd(bytes, start, end)
    this.endOffsets[this.lines] = endOffset
    this.lines++
  }

  addFinished({ hash, seq, end }: FinishedLine): void {
    this.makeRoom()
    hash.copy(this.hashBytes, this.lines * HASH_BYTES)
    this.seqNumbers[this.lines] = seq
    this.endOffsets[this.lines] = end
    this.lines++
  }

  tiles(): BlockTiles {
    const starts: number[] = []
    const { seqs } = this
    for (let at = 0; at + TILE_WIDTH <= this.lines; ) {
      const seq = seqs[at] ?? 0
      const ahead = seq < 0 ? 1 : (TILE_WIDTH - (seq % TILE_WIDTH)) % TILE_WIDTH
      if (ahead > 0) {
        at += ahead
        continue
      }
      if (seqs[at + TILE_WIDTH - 1] === seq + TILE_WIDTH - 1) starts.push(at)
      at += TILE_WIDTH
    }
    const roots = starts.map(at => rootOfHashes(this.hashBytes.subarray(at * HASH_BYTES, at * HASH_BYTES + TILE_BYTES)))
    return { starts, roots: Buffer.concat(roots) }
  }

  private makeRoom(): void {
    if (this.lines < this.seqNumbers.length) return
    const room = this.lines * 2
    const { hashBytes, seqNumbers, endOffsets } = this
    this.hashBytes = Buffer.allocUnsafeSlow(room * HASH_BYTES)
    this.seqNumbers = new Float64Array(room)
    this.endOffsets = new Float64Array(room)
    hashBytes.copy(this.hashBytes)
    this.seqNumbers.set(seqNumbers)
    this.endOffsets.set(endOffsets)
  }
}
