/** Values of flags, read and checked. */
import { InvalidArgumentError } from 'commander'
import { parseDuration } from '../query/time-expression.ts'

/** How many events `tail` shows when nobody says. */
export const DEFAULT_LINES = 10

export function parseCount(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 0 or more.')
  return Number(text)
}

export function parsePositive(text: string): number {
  const count = parseCount(text)
  if (count === 0) throw new InvalidArgumentError('It must be a whole number, 1 or more.')
  return count
}

/** A duration in milliseconds. Timers take no more than 2^31 - 1 of them. */
export function parseDurationFlag(text: string): number {
  const millis = parseDuration(text)
  if (millis === undefined || millis > 2 ** 31 - 1) {
    throw new InvalidArgumentError('It must be a duration such as 500ms, 30s, 5m or 2h, at most 24 days.')
  }
  return Math.ceil(millis)
}

/** Values of a flag that may be repeated, and hold several with commas between them. */
export function listed(text: string, before: readonly string[] = []): readonly string[] {
  const items = text.split(',').map(item => item.trim())
  if (items.includes('')) throw new InvalidArgumentError('There is an empty name in it.')
  return [...before, ...items]
}

/** Values of a flag that may be repeated; commas are part of them. */
export function repeated(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text]
}
