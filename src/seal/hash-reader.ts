/** Where proofs get their hashes from, and the hashes of ranges of leaves made of those. */
import { EMPTY_ROOT, nodeHash } from './merkle-hash.ts'
import { levelOf, splitOf } from './tree-size.ts'

/** The hashes of a tree's complete subtrees. */
export interface HashReader {
  /**
   * The hash of the subtree over the leaves `[index × 2^level, (index + 1) × 2^level)`; level 0 are leaf hashes.
   * @throws SealError where the tree has no such subtree, or its hash cannot be read.
   */
  hashAt(level: number, index: number): Buffer
}

/** The root of the first `size` leaves. */
export function rootOf(reader: HashReader, size: number): Buffer {
  return size === 0 ? Buffer.from(EMPTY_ROOT) : rangeHash(reader, 0, size)
}

/** The hash over the leaves `[start, end)`, where `start` is a place at which a tree of size `end` is split, or 0. */
export function rangeHash(reader: HashReader, start: number, end: number): Buffer {
  const leaves = end - start
  const level = levelOf(leaves)
  if (level !== undefined) return reader.hashAt(level, start / leaves)
  const middle = start + splitOf(leaves)
  return nodeHash(rangeHash(reader, start, middle), rangeHash(reader, middle, end))
}
