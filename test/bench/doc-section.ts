/** Puts the tables into the documentation, between two comments. */
import { readFileSync, writeFileSync } from 'node:fs'

const BEGIN = '<!-- bench:begin (written by `npm run bench -- --doc`) -->'
const END = '<!-- bench:end -->'

/** @throws Error when the file has no place for them. */
export function writeDocSection(file: URL, text: string): void {
  const document = readFileSync(file, 'utf8')
  const begin = document.indexOf(BEGIN)
  const end = document.indexOf(END)
  if (begin === -1 || end < begin) throw new Error(`${file.pathname} lacks the comments ${BEGIN} and ${END}`)
  writeFileSync(file, `${document.slice(0, begin)}${BEGIN}\n\n${text.trimEnd()}\n\n${document.slice(end)}`)
}
