/**
 * Makes text from an audit log harmless on a terminal. The attack: a tool's output, a file name or a model's answer holds
 * escape sequences that move the reader's cursor, erase or rewrite lines, set the clipboard or the title, or characters
 * that hide or reorder what is read.
 */

// Controls (C0, DEL, C1), format characters (bidi controls, zero-width space and joiners, tags, byte order mark), line and
// paragraph separators, lone surrogates, and everything else that is drawn as nothing (fillers, variation selectors). A
// single U+FE0F after a pictograph is let through: it only asks for the coloured picture.
const HIDDEN =
  /(?!(?<=\p{Extended_Pictographic})\uFE0F)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

/** Text on one line, for people: `\x1b` for control characters, `⟪U+202E⟫` for the others. */
export function escapeForTerminal(text: string): string {
  return text.replace(HIDDEN, character => SHORT.get(character) ?? visible(character.codePointAt(0) ?? 0))
}

/** JSON that means the same, every hidden character in its strings written as `\u001b` and the like. */
export function escapeJsonForTerminal(json: string): string {
  return json.replace(HIDDEN, character => {
    // Inside strings JSON forbids raw C0 controls, so these stand between tokens.
    if (character < ' ') return ' '
    return character.split('').map(jsonEscape).join('')
  })
}

function visible(codePoint: number): string {
  if (codePoint <= 0xff && codePoint !== 0xad) return `\\x${codePoint.toString(16).padStart(2, '0')}`
  return `⟪U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}⟫`
}

function jsonEscape(codeUnit: string): string {
  return `\\u${codeUnit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
