/** Text as the man(7) macros want it. What is escaped here comes out of every formatter as it went in. */

/** Characters that formatters take for commands, or replace by typographic ones. */
const SPECIAL: ReadonlyMap<string, string> = new Map([
  ['\\', String.raw`\e`],
  ['-', String.raw`\-`],
  ["'", String.raw`\(aq`],
  ['"', String.raw`\(dq`],
  ['`', String.raw`\(ga`],
  ['^', String.raw`\(ha`],
  ['~', String.raw`\(ti`],
])

export function escaped(text: string): string {
  return [...text].map(escapedCharacter).join('').replaceAll(/^\./gm, String.raw`\&.`)
}

export function bold(text: string): string {
  return String.raw`\fB${escaped(text)}\fR`
}

export function italic(text: string): string {
  return String.raw`\fI${escaped(text)}\fR`
}

/** A macro with one argument, which is already escaped: a heading, a title. */
export function macro(name: string, argument: string): string {
  return `.${name} "${argument}"`
}

/** Each sentence on a line of its own: formatters then know where one ends. For the first text below a heading. */
export function sentences(text: string): string {
  return escaped(text.replaceAll(/(?<=[a-z)][.!?]) (?=[A-Z-])/g, '\n'))
}

export function paragraph(text: string): string {
  return `.PP\n${sentences(text)}`
}

/** A term and what it means, indented below it or beside it. `term` is already escaped. */
export function definition(term: string, meaning: string): string {
  return `.TP\n${term}\n${sentences(meaning)}`
}

/** Lines that are to be copied: not filled, not broken, each at the start of a line of the text. */
export function verbatim(lines: readonly string[]): string {
  return ['.PP', '.RS 4', '.nf', ...lines, '.fi', '.RE'].join('\n')
}

function escapedCharacter(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0
  if (codePoint > 0x7e) return String.raw`\[u${codePoint.toString(16).toUpperCase().padStart(4, '0')}]`
  return SPECIAL.get(character) ?? character
}
