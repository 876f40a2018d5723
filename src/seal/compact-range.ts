/**
 * A tree that grows, kept as its compact range: the hashes of the complete subtrees that its leaves make up, one for
 * each bit that is set in its size. That is all it takes to append a leaf and to tell the root.
 */
import type { HashReader } from './hash-reader.ts'
import { EMPTY_ROOT, HASH_BYTES, nodeHashText } from './merkle-hash.ts'
import { SealError } from './seal-error.ts'
import { TILE_HEIGHT } from './tile.ts'
import { checkCount, halfOf, isOdd } from './tree-size.ts'

/** Told of each subtree that is a full tile when its last leaf comes: of every eighth level. The bytes are valid during the call. */
export type SubtreeListener = (level: number, hash: Buffer) => void

// Owned by who appends: one writer, never two.
export class CompactRange {
  private leaves = 0
  /** The hash of the subtree at each level, as a binary string; valid where that bit of the size is set. */
  private subtrees: string[] = []
  /** What the listener is shown. */
  private readonly shown = Buffer.alloc(HASH_BYTES)
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
      range.subtrees.push(isOdd(rest) ? reader.hashAt(level, rest - 1).toString('latin1') : '')
    }
    return range
  }

  /** The same range once more: what is appended to one of them is not in the other. */
  fork(onSubtree?: SubtreeListener): CompactRange {
    const range = new CompactRange(onSubtree)
    range.leaves = this.leaves
    range.subtrees = [...this.subtrees]
    return range
  }

  get size(): number {
    return this.leaves
  }

  /** Appends the leaf whose hash is `source[at, at + 32)`: one node hash on average, one per level at most. */
  append(source: Buffer, at = 0): void {
    this.appendText(source.toString('latin1', at, at + HASH_BYTES))
  }

  /** The same for a hash that is a binary string. */
  appendText(hash: string): void {
    this.checkRoom(1)
    this.carryUp(0, this.leaves, hash)
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
    const hash = source.toString('latin1', at, at + HASH_BYTES)
    if (level > 0 && level % TILE_HEIGHT === 0) this.tell(level, hash)
    this.carryUp(level, this.leaves / leaves, hash)
    this.leaves += leaves
  }

  /** The root as of now. */
  root(): Buffer {
    let root: string | undefined
    for (const [level, hash] of this.subtrees.entries()) {
      if (this.hasSubtree(level)) root = root === undefined ? hash : nodeHashText(hash, root)
    }
    return root === undefined ? Buffer.from(EMPTY_ROOT) : Buffer.from(root, 'latin1')
  }

  private checkRoom(leaves: number): void {
    if (this.leaves > Number.MAX_SAFE_INTEGER - leaves) throw new SealError('number-too-large', 'the tree is full')
  }

  private hasSubtree(level: number): boolean {
    return isOdd(Math.floor(this.leaves / 2 ** level))
  }

  /** `hash` is that of the subtree at `index` of its level: makes larger ones of it and those before it. */
  private carryUp(subtreeLevel: number, index: number, subtree: string): void {
    let level = subtreeLevel
    let hash = subtree
    for (let rest = index; isOdd(rest); rest = halfOf(rest)) {
      hash = nodeHashText(this.subtrees[level] ?? '', hash)
      level++
      if (level % TILE_HEIGHT === 0) this.tell(level, hash)
    }
    this.subtrees[level] = hash
  }

  private tell(level: number, hash: string): void {
    this.shown.write(hash, 0, HASH_BYTES, 'latin1')
    this.onSubtree?.(level, this.shown)
  }
}
