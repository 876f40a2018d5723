/**
 * Consistency proofs (RFC 6962 section 2.1.2, checked as RFC 9162 section 2.1.4.2 says): that a tree only appended to an
 * older one. They stop whoever holds the key from showing two histories to those who kept an old checkpoint.
 */
import { rangeHash } from './hash-reader.ts'
import type { HashReader } from './hash-reader.ts'
import { checkHash, nodeHash } from './merkle-hash.ts'
import { SealError } from './seal-error.ts'
import { checkCount, halfOf, isOdd, levelOf, splitOf } from './tree-size.ts'

export interface Consistency {
  readonly oldSize: number
  readonly oldRoot: Uint8Array
  readonly size: number
  readonly root: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/** The proof that the tree of the first `size` leaves extends the one of the first `oldSize`, which is not 0. */
export function proveConsistency(reader: HashReader, oldSize: number, size: number): Buffer[] {
  checkSizes(oldSize, size)
  const proof: Buffer[] = []
  let start = 0
  let end = size
  while (oldSize !== end) {
    const middle = start + splitOf(end - start)
    if (oldSize <= middle) {
      proof.push(rangeHash(reader, middle, end))
      end = middle
    } else {
      proof.push(rangeHash(reader, start, middle))
      start = middle
    }
  }
  // The old root itself is known to who checks.
  if (start > 0) proof.push(rangeHash(reader, start, end))
  return proof.toReversed()
}

/**
 * An old size of 0 is refused, also with an empty proof: every tree extends the empty one, so such a proof would say
 * nothing while it looks like one. Who accepts that case says so before calling.
 * @throws SealError `inconsistent-trees`, `wrong-proof-length`, `nothing-to-extend` or for malformed input.
 */
export function verifyConsistency({ oldSize, oldRoot, size, root, proof }: Consistency): void {
  checkSizes(oldSize, size)
  checkHash(oldRoot)
  checkHash(root)
  if (oldSize === size) {
    if (proof.length > 0) throw wrongLength()
    if (Buffer.compare(oldRoot, root) !== 0) throw inconsistent(oldSize, size)
    return
  }
  const [first, ...rest] = levelOf(oldSize) === undefined ? proof : [oldRoot, ...proof]
  if (first === undefined || proof.length === 0) throw wrongLength()
  checkHash(first)
  let node = oldSize - 1
  let last = size - 1
  while (isOdd(node)) {
    node = halfOf(node)
    last = halfOf(last)
  }
  let older = first
  let newer = first
  for (const hash of rest) {
    if (last === 0) throw wrongLength()
    if (isOdd(node) || node === last) {
      older = nodeHash(hash, older)
      newer = nodeHash(hash, newer)
      while (!isOdd(node) && node !== 0) {
        node = halfOf(node)
        last = halfOf(last)
      }
    } else {
      newer = nodeHash(newer, hash)
    }
    node = halfOf(node)
    last = halfOf(last)
  }
  if (last !== 0) throw wrongLength()
  if (Buffer.compare(older, oldRoot) !== 0 || Buffer.compare(newer, root) !== 0) throw inconsistent(oldSize, size)
}

function checkSizes(oldSize: number, size: number): void {
  checkCount(oldSize, 'the old tree size')
  checkCount(size, 'the tree size')
  if (oldSize === 0) throw new SealError('nothing-to-extend', 'a proof from the empty tree proves nothing')
  if (oldSize > size) {
    throw new SealError('inconsistent-trees', `a tree of size ${size} cannot extend one of size ${oldSize}`)
  }
}

function inconsistent(oldSize: number, size: number): SealError {
  return new SealError('inconsistent-trees', `the tree of size ${size} does not extend the one of size ${oldSize}`)
}

function wrongLength(): SealError {
  return new SealError('wrong-proof-length', 'the proof has more or fewer hashes than there are between the two roots')
}
