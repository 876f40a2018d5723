/** How many columns text takes on a terminal. Text MUST have been escaped for the terminal. */

// Marks that are drawn over the character before them.
const NO_COLUMN = /[\p{Mn}\p{Me}]/u
// East Asian wide and fullwidth characters, and emoji that are pictures without being asked.
const TWO_COLUMNS =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18DFF}\u{1AFF0}-\u{1B2FB}\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}\p{Emoji_Presentation}]/u
const PRINTABLE_ASCII = /^[ -~]*$/
/** More code points than this per column are not looked at: a tower of marks must not stall the terminal. */
const CODE_POINTS_PER_COLUMN = 4

const ELLIPSIS = '…'

/** The text in exactly `columns` columns: cut with an ellipsis, or filled with spaces. */
export function fitted(text: string, columns: number): string {
  const cut = truncated(text, columns)
  return cut + ' '.repeat(Math.max(0, columns - textWidth(cut)))
}

/** The text in at most `columns` columns, ended by an ellipsis where something was cut off. */
export function truncated(text: string, columns: number): string {
  if (columns <= 0) return ''
  if (text.length <= columns && PRINTABLE_ASCII.test(text)) return text
  let width = 0
  let codePoints = 0
  // Where to cut, should the rest not fit: the ellipsis needs a column of its own.
  let lastFitting = 0
  let position = 0
  for (const character of text) {
    width += characterWidth(character)
    codePoints += 1
    if (width > columns || codePoints > columns * CODE_POINTS_PER_COLUMN) return text.slice(0, lastFitting) + ELLIPSIS
    position += character.length
    if (width < columns) lastFitting = position
  }
  return text
}

export function textWidth(text: string): number {
  let width = 0
  for (const character of text) width += characterWidth(character)
  return width
}

function characterWidth(character: string): number {
  if (PRINTABLE_ASCII.test(character)) return 1
  if (NO_COLUMN.test(character) && character !== '\uFE0F') return 0
  return TWO_COLUMNS.test(character) ? 2 : 1
}
