/**
 * Sizes of trees and indexes in them: numbers up to 2^53−1, beyond which JavaScript cannot count. Bit operators are of
 * no use here: they cut numbers to 32 bits, silently.
 */
import { SealError } from './seal-error.ts'

/** Levels of a binary tree of the largest size. */
export const MAX_LEVELS = 53

const DECIMAL = /^(0|[1-9][0-9]*)$/

/** Reads ASCII decimal digits without leading zeros. `what` is named in the message. */
export function parseCount(text: string, what: string): number {
  if (!DECIMAL.test(text)) {
    throw new SealError('malformed-number', `${what} is no decimal number without leading zeros`)
  }
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new SealError('number-too-large', `${what} is above 2^53-1`)
  return value
}

export function checkCount(value: number, what: string): void {
  if (value > Number.MAX_SAFE_INTEGER) throw new SealError('number-too-large', `${what} is above 2^53-1`)
  if (!Number.isSafeInteger(value) || value < 0) throw new SealError('malformed-number', `${what} is no whole number`)
}

export function isOdd(value: number): boolean {
  return value % 2 === 1
}

/** `value >> 1` for large numbers. */
export function halfOf(value: number): number {
  return Math.floor(value / 2)
}

/** Where RFC 6962 splits a tree of more than one leaf: the largest power of two below its size. */
export function splitOf(size: number): number {
  let power = 1
  while (power * 2 < size) power *= 2
  return power
}

/** How often `value` can be halved: the level of a subtree with so many leaves. Undefined when that is no power of two. */
export function levelOf(leaves: number): number | undefined {
  let level = 0
  let rest = leaves
  while (rest > 1 && !isOdd(rest)) {
    rest /= 2
    level++
  }
  return rest === 1 ? level : undefined
}
