/** The `seq` of a line of ours without parsing it: it is the last field. */

const DIGIT_0 = 0x30
const DIGIT_9 = 0x39
const CLOSING_BRACE = 0x7d
const KEY = Buffer.from(',"seq":')
/** 2^53 has as many. */
const MAX_DIGITS = 16

/** Of the line from `from` to `to`. Undefined where it does not end as ours do. */
export function seqAtEnd(bytes: Buffer, from = 0, to: number = bytes.length): number | undefined {
  let at = to - 2
  if (to <= from || bytes[to - 1] !== CLOSING_BRACE) return undefined
  let seq = 0
  let scale = 1
  for (; at >= from && isDigit(bytes[at]) && to - at <= MAX_DIGITS + 1; at--) {
    seq += ((bytes[at] ?? DIGIT_0) - DIGIT_0) * scale
    scale *= 10
  }
  if (scale === 1 || at + 1 - KEY.length < from) return undefined
  return bytes.compare(KEY, 0, KEY.length, at + 1 - KEY.length, at + 1) === 0 ? seq : undefined
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= DIGIT_0 && byte <= DIGIT_9
}
