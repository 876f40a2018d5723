/** Classes of ASCII characters as bits of one table: a look-up costs less than a chain of comparisons. */
export const ALPHANUMERIC = 1
export const DIGIT = 2
export const UPPER = 4
/** Letters, digits, `_`, `-`, `.`: what the name of a member, variable, header or flag is written with. */
export const NAME = 8
/** Both alphabets of base64, without padding. */
export const BASE64 = 16
/** Space, tab and line breaks. */
export const SPACE = 32
export const HEX = 64
/** What stands between the groups of a printed number: space or hyphen. */
export const GAP = 128

/** By code, for characters up to U+00FF. */
export const CLASSES: Uint8Array = classes()

/** The classes of the character at `index`; 0 beyond the ends and for what is not ASCII. */
export function classAt(text: string, index: number): number {
  const code = text.charCodeAt(index)
  return code < 128 ? (CLASSES[code] ?? 0) : 0
}

/** The first index from `start` on, at most `limit`, whose character is not of `mask`. */
export function endOfRun(text: string, start: number, limit: number, mask: number): number {
  const end = Math.min(limit, text.length)
  let index = start
  while (index < end && (classAt(text, index) & mask) !== 0) index++
  return index
}

/** The lowest index down to `limit` from which everything up to `end` is of `mask`. */
export function startOfRun(text: string, end: number, limit: number, mask: number): number {
  const first = Math.max(0, limit)
  let index = end
  while (index > first && (classAt(text, index - 1) & mask) !== 0) index--
  return index
}

function classes(): Uint8Array {
  const table = new Uint8Array(256)
  const add = (characters: string, bits: number): void => {
    for (const character of characters) table[character.charCodeAt(0)] = (table[character.charCodeAt(0)] ?? 0) | bits
  }
  add('ABCDEFGHIJKLMNOPQRSTUVWXYZ', ALPHANUMERIC | UPPER | NAME | BASE64)
  add('abcdefghijklmnopqrstuvwxyz', ALPHANUMERIC | NAME | BASE64)
  add('0123456789', ALPHANUMERIC | DIGIT | NAME | BASE64 | HEX)
  add('abcdefABCDEF', HEX)
  add('_-', NAME | BASE64)
  add('.', NAME)
  add('+/', BASE64)
  add(' -', GAP)
  add(' \t\r\n', SPACE)
  return table
}
