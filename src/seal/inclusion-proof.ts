/**
 * Inclusion proofs (RFC 6962 section 2.1.1, checked as RFC 9162 section 2.1.3.2 says): that a record is at its index in
 * the tree with a given root. The proof lists the sibling of the leaf first, the child of the root last.
 */
import { rangeHash } from './hash-reader.ts'
import type { HashReader } from './hash-reader.ts'
import { checkHash, nodeHash } from './merkle-hash.ts'
import { SealError } from './seal-error.ts'
import { checkCount, halfOf, isOdd, splitOf } from './tree-size.ts'

export interface Inclusion {
  readonly leafHash: Uint8Array
  readonly index: number
  /** Size and root belong together: take both from one verified checkpoint, never from whoever brings the proof. */
  readonly size: number
  readonly root: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/** The proof that leaf `index` is in the tree of the first `size` leaves. */
export function proveInclusion(reader: HashReader, index: number, size: number): Buffer[] {
  checkIndex(index, size)
  const proof: Buffer[] = []
  let start = 0
  let end = size
  while (end - start > 1) {
    const middle = start + splitOf(end - start)
    if (index < middle) {
      proof.push(rangeHash(reader, middle, end))
      end = middle
    } else {
      proof.push(rangeHash(reader, start, middle))
      start = middle
    }
  }
  return proof.toReversed()
}

/** @throws SealError `wrong-root`, `wrong-proof-length`, `index-outside-tree` or for malformed input. */
export function verifyInclusion({ leafHash, index, size, root, proof }: Inclusion): void {
  checkIndex(index, size)
  checkHash(root)
  checkHash(leafHash)
  let node = index
  let last = size - 1
  let hash = leafHash
  for (const sibling of proof) {
    if (last === 0) throw wrongLength()
    if (isOdd(node) || node === last) {
      hash = nodeHash(sibling, hash)
      // A right edge without sibling is its own parent.
      while (!isOdd(node) && node !== 0) {
        node = halfOf(node)
        last = halfOf(last)
      }
    } else {
      hash = nodeHash(hash, sibling)
    }
    node = halfOf(node)
    last = halfOf(last)
  }
  if (last !== 0) throw wrongLength()
  if (Buffer.compare(hash, root) !== 0) {
    throw new SealError('wrong-root', `record ${index} is not in the tree of size ${size} with this root`)
  }
}

function checkIndex(index: number, size: number): void {
  checkCount(index, 'the index')
  checkCount(size, 'the tree size')
  if (index >= size) {
    throw new SealError('index-outside-tree', `there is no record ${index} in a tree of size ${size}`)
  }
}

function wrongLength(): SealError {
  return new SealError('wrong-proof-length', 'the proof has more or fewer hashes than there are on the way to the root')
}
