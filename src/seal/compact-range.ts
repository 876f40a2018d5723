/**
 * A tree that grows, kept as its compact range: the hashes of the complete subtrees that its leaves make up, one for
 * each bit that is set in its size. That is all it takes to append a leaf and to tell the root.
 */
import type { HashReader } from './hash-reader.ts'
import { EMPTY_ROOT, HASH_BYTES, writeNodeHash } from './merkle-hash.ts'
import { SealError } from './seal-error.ts'
import { MAX_LEVELS, checkCount, halfOf, isOdd } from './tree-size.ts'

/** Told of each subtree of two and more leaves when its last leaf comes. The bytes are valid during the call. */
export type SubtreeListener = (level: number, hash: Buffer) => void

// Owned by who appends: one writer, never two.
export class CompactRange {
  private leaves = 0
  /** The hash of the subtree at each level; valid where that bit of the size is set. */
  private readonly subtrees = Buffer.alloc(MAX_LEVELS * HASH_BYTES)
  private readonly carry = Buffer.alloc(HASH_BYTES)
  private readonly onSubtree: SubtreeListener | undefined

  constructor(onSubtree?: SubtreeListener) {
    this.onSubtree = onSubtree
  }

  /** The range of a tree of `size` leaves whose hashes are stored. The listener hears only of what is appended. */
  static restore(size: number, reader: HashReader, onSubtree?: SubtreeListener): CompactRange {
    checkCount(size, 'the tree size')
    const range = new CompactRange(onSubtree)
    range.leaves = size
    let level = 0
    for (let rest = size; rest > 0; rest = halfOf(rest), level++) {
      if (isOdd(rest)) reader.hashAt(level, rest - 1).copy(range.subtrees, level * HASH_BYTES)
    }
    return range
  }

  /** The same range once more: what is appended to one of them is not in the other. */
  fork(onSubtree?: SubtreeListener): CompactRange {
    const range = new CompactRange(onSubtree)
    range.leaves = this.leaves
    this.subtrees.copy(range.subtrees)
    return range
  }

  get size(): number {
    return this.leaves
  }

  /** Appends the leaf whose hash is `source[at, at + 32)`: one node hash on average, one per level at most. */
  append(source: Buffer, at = 0): void {
    this.checkRoom(1)
    source.copy(this.carry, 0, at, at + HASH_BYTES)
    this.carryUp(0, this.leaves)
    this.leaves++
  }

  /**
   * Appends 2^level leaves at once: the complete subtree whose hash is `source[at, at + 32)`. The range's size is a
   * multiple of that. The listener hears of this subtree too, not of those within it.
   */
  appendSubtree(level: number, source: Buffer, at = 0): void {
    const leaves = 2 ** level
    this.checkRoom(leaves)
    if (this.leaves % leaves !== 0) throw new RangeError(`no subtree of ${leaves} leaves begins at ${this.leaves}`)
    source.copy(this.carry, 0, at, at + HASH_BYTES)
    if (level > 0) this.onSubtree?.(level, this.carry)
    this.carryUp(level, this.leaves / leaves)
    this.leaves += leaves
  }

  /** The root as of now. */
  root(): Buffer {
    const root = Buffer.from(EMPTY_ROOT)
    let isFirst = true
    let level = 0
    for (let rest = this.leaves; rest > 0; rest = halfOf(rest), level++) {
      if (!isOdd(rest)) continue
      if (isFirst) this.subtrees.copy(root, 0, level * HASH_BYTES, (level + 1) * HASH_BYTES)
      else writeNodeHash(this.subtrees, level * HASH_BYTES, root, 0, root, 0)
      isFirst = false
    }
    return root
  }

  private checkRoom(leaves: number): void {
    if (this.leaves > Number.MAX_SAFE_INTEGER - leaves) throw new SealError('number-too-large', 'the tree is full')
  }

  /** The subtree in `carry` is the one at `index` of its level: makes larger ones of it and those before it. */
  private carryUp(subtreeLevel: number, index: number): void {
    const { carry, subtrees } = this
    let level = subtreeLevel
    for (let rest = index; isOdd(rest); rest = halfOf(rest)) {
      writeNodeHash(subtrees, level * HASH_BYTES, carry, 0, carry, 0)
      level++
      this.onSubtree?.(level, carry)
    }
    carry.copy(subtrees, level * HASH_BYTES)
  }
}
