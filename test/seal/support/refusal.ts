import { expect } from 'chai'
import { SealError } from '../../../src/seal/seal-error.ts'
import type { SealReason } from '../../../src/seal/seal-error.ts'

/** The reason for which a call is refused; undefined where it is not. Anything else that is thrown is a bug. */
export function refusal(call: () => unknown): SealReason | undefined {
  try {
    call()
    return undefined
  } catch (error) {
    if (error instanceof SealError && error.message !== '') return error.reason
    throw error
  }
}

export function expectRefusal(reason: string, call: () => unknown, label: string): void {
  expect(refusal(call), label).to.equal(reason)
}

/** Every copy of the bytes in which one bit is flipped. */
export function* bitFlips(bytes: Uint8Array): Generator<Buffer, void, undefined> {
  for (let at = 0; at < bytes.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const flipped = Buffer.from(bytes)
      flipped[at] = (flipped[at] ?? 0) ^ (1 << bit)
      yield flipped
    }
  }
}

/** One bit flipped, the one of this number. */
export function flipBit(bytes: Uint8Array, bit: number): Buffer {
  const flipped = Buffer.from(bytes)
  const at = Math.floor(bit / 8) % flipped.length
  flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit % 8))
  return flipped
}

/** Proofs made of one: with a hash more before it, without one of its hashes, with one twice, and in reverse. */
export function misshapenProofs(proof: readonly Uint8Array[], which: number): (readonly Uint8Array[])[] {
  const preceded = [Buffer.alloc(32), ...proof]
  if (proof.length === 0) return [preceded]
  const at = which % proof.length
  const shorter = proof.toSpliced(at, 1)
  const doubled = proof.toSpliced(at, 0, proof[at] ?? Buffer.alloc(32))
  return [preceded, shorter, doubled, ...(proof.length > 1 ? [proof.toReversed()] : [])]
}

/** As many copies as there are bytes, each with another byte of which one bit is flipped. */
export function* byteFlips(bytes: Uint8Array): Generator<Buffer, void, undefined> {
  for (let at = 0; at < bytes.length; at++) yield flipBit(bytes, at * 8 + (at % 8))
}
