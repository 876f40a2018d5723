// RFC 6962 section 2.1 word for word, on lists of leaves, with a hash function of its own: what the fast code must equal.
import { createHash } from 'node:crypto'

export type Leaves = readonly Buffer[]

export function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

export function naiveLeafHash(entry: Uint8Array): Buffer {
  return sha256(Buffer.of(0), entry)
}

/** MTH(D), where the leaves are given by their hashes. */
export function naiveRoot(leaves: Leaves): Buffer {
  const [only = sha256()] = leaves
  if (leaves.length <= 1) return only
  const k = naiveSplit(leaves.length)
  return sha256(Buffer.of(1), naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)))
}

/** PATH(m, D). */
export function naiveInclusion(index: number, leaves: Leaves): Buffer[] {
  if (leaves.length === 1) return []
  const k = naiveSplit(leaves.length)
  return index < k
    ? [...naiveInclusion(index, leaves.slice(0, k)), naiveRoot(leaves.slice(k))]
    : [...naiveInclusion(index - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))]
}

/** SUBPROOF(m, D, b). */
export function naiveConsistency(oldSize: number, leaves: Leaves, isOldRoot = true): Buffer[] {
  if (oldSize === leaves.length) return isOldRoot ? [] : [naiveRoot(leaves)]
  const k = naiveSplit(leaves.length)
  return oldSize <= k
    ? [...naiveConsistency(oldSize, leaves.slice(0, k), isOldRoot), naiveRoot(leaves.slice(k))]
    : [...naiveConsistency(oldSize - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))]
}

/** The sides on which the siblings of a leaf stand, from the leaf to the root: all of a size that a proof can tell. */
export function sidesOfInclusion(index: number, size: number): string {
  if (size === 1) return ''
  const k = naiveSplit(size)
  return index < k ? `${sidesOfInclusion(index, k)}R` : `${sidesOfInclusion(index - k, size - k)}L`
}

/** The same for a consistency proof; it begins with the old root itself, or with the hash of a part of it. */
export function sidesOfConsistency(oldSize: number, size: number, isOldRoot = true): string {
  if (oldSize === size) return isOldRoot ? 'root ' : 'part '
  const k = naiveSplit(size)
  return oldSize <= k
    ? `${sidesOfConsistency(oldSize, k, isOldRoot)}R`
    : `${sidesOfConsistency(oldSize - k, size - k, false)}L`
}

function naiveSplit(size: number): number {
  let k = 1
  while (k < size / 2) k *= 2
  return k
}
