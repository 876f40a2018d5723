/** Puts the tables of one suite into the documentation, between two comments. */
import { readFileSync, writeFileSync } from 'node:fs'

/** The other suites' tables stay as they are. @throws Error when the file has no place for them. */
export function writeDocSection(file: URL, suite: string, text: string): void {
  const first = `<!-- bench:${suite}:begin (written by \`npm run bench -- --doc\`) -->`
  const last = `<!-- bench:${suite}:end -->`
  const document = readFileSync(file, 'utf8')
  const begin = document.indexOf(first)
  const end = document.indexOf(last)
  if (begin === -1 || end < begin) throw new Error(`${file.pathname} lacks the comments ${first} and ${last}`)
  writeFileSync(file, `${document.slice(0, begin)}${first}\n\n${text.trimEnd()}\n\n${document.slice(end)}`)
}
