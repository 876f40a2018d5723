/** The `seq` of a line of ours without parsing it: it is the last field. */

const DIGIT_0 = 0x30
const DIGIT_9 = 0x39
const CLOSING_BRACE = 0x7d
const KEY = Buffer.from(',"seq":')
/** 2^53 has as many. */
const MAX_DIGITS = 16

/** Undefined where the line does not end as ours do. */
export function seqAtEnd(line: Buffer): number | undefined {
  let at = line.length - 2
  if (line[line.length - 1] !== CLOSING_BRACE) return undefined
  let seq = 0
  let scale = 1
  for (; isDigit(line[at]) && line.length - at <= MAX_DIGITS + 1; at--) {
    seq += ((line[at] ?? DIGIT_0) - DIGIT_0) * scale
    scale *= 10
  }
  if (scale === 1 || at + 1 < KEY.length) return undefined
  return line.compare(KEY, 0, KEY.length, at + 1 - KEY.length, at + 1) === 0 ? seq : undefined
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= DIGIT_0 && byte <= DIGIT_9
}
