import { ALPHANUMERIC, classAt } from './characters.ts'

const LONGEST_ESCAPE = 24
/** `\n`, `=`, `%3D`, `%253D`, the colours of a terminal: letters and digits that are no part of the word after them. */
const ESCAPE_BEFORE = /(?:\\[nrtbfv0]|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|%(?:25){0,4}[0-9a-f]{2}|\[[\d;]{0,12}m)$/i

/** True where a word may begin at `at`: not in the middle of a longer word, hash or base64 run. */
export function beginsWord(text: string, at: number): boolean {
  if ((classAt(text, at - 1) & ALPHANUMERIC) === 0) return true
  return ESCAPE_BEFORE.test(text.slice(Math.max(0, at - LONGEST_ESCAPE), at))
}
