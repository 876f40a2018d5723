/** Finds one's way in the bytes of a JSON object. */

const QUOTE = 0x22
const BACKSLASH = 0x5c
// `[` and `{`, `]` and `}` differ in one bit.
const OPENING = 0x7b
const CLOSING = 0x7d
const CASE_BIT = 0x20

/** Whether what stands at `at` is a member of the object whose members begin at `from`, not of one within, nor in a text. */
export function isMemberAt(bytes: Uint8Array, at: number, from: number): boolean {
  let depth = 0
  let isInText = false
  for (let i = from; i < at; i++) {
    const code = bytes[i] ?? 0
    if (code === QUOTE) isInText = !isInText
    else if (isInText) {
      if (code === BACKSLASH) i += 1
    } else if ((code | CASE_BIT) === OPENING) depth += 1
    else if ((code | CASE_BIT) === CLOSING) {
      depth -= 1
      if (depth < 0) return false
    }
  }
  return depth === 0 && !isInText
}
