/** The `seq` of a line, read from its end, where it stands on every line of ours: `…,"seq":41}`. */

export const NO_SEQ = -1
/** As many as the largest number has that JavaScript can count with. */
const MAX_DIGITS = 16
const ZERO = 0x30
const NINE = 0x39
const CLOSING_BRACE = 0x7d
const KEY = Buffer.from(',"seq":')

/** Of the line `bytes[start, end)`, without its line break. */
export function seqAtEnd(bytes: Buffer, start: number, end: number): number {
  let at = end - 1
  if (at < start || bytes[at] !== CLOSING_BRACE) return NO_SEQ
  let value = 0
  let power = 1
  for (at--; at >= start; at--) {
    const digit = bytes[at] ?? 0
    if (digit < ZERO || digit > NINE) break
    value += (digit - ZERO) * power
    power *= 10
  }
  const digits = end - 2 - at
  if (digits === 0 || digits > MAX_DIGITS || value > Number.MAX_SAFE_INTEGER) return NO_SEQ
  const keyAt = at + 1 - KEY.length
  if (keyAt < start) return NO_SEQ
  for (let index = 0; index < KEY.length; index++) if (bytes[keyAt + index] !== KEY[index]) return NO_SEQ
  return value
}
