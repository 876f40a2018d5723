// Control characters, and those that hide or turn the direction of text: a file or a model must not steer the terminal,
// conceal a part of a command, or write a line that looks like another.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** The text on one line, with everything escaped that would do something to a terminal instead of being seen. */
export function visible(text: string): string {
  return text.replaceAll(UNSAFE, character =>
    character === '\n' ? '\\n' : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  )
}
