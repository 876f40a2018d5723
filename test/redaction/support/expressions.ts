import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { PACKS, PATTERN_RULES, TOKEN_RULES } from '../../../src/redaction/rules/all-rules.ts'

const FOLDER = join(import.meta.dirname, '../../../src/redaction')
/** A regular expression as TypeScript writes it: behind an operator, with classes in which a slash is no end. */
const LITERAL =
  /(?<=[=([,!:?&|] {0,1}|=> |return |^ +)\/(?![/*])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/([dgimsuvy]*)/gm

export interface Expression {
  readonly where: string
  readonly expression: RegExp
}

/** Every regular expression that looks at texts: those of the rules, and those written in the files of the engine. */
export function builtInExpressions(): readonly Expression[] {
  const rules = [...TOKEN_RULES, ...PATTERN_RULES, ...Object.values(PACKS).flat()]
  const files = readdirSync(FOLDER).filter(name => /^[a-z0-9-]+\.ts$/.test(name))
  const written = files.flatMap(name => {
    const code = readFileSync(join(FOLDER, name), 'utf8').replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '')
    return [...code.matchAll(LITERAL)].map(
      ([, source = '', flags = '']): Expression => ({ where: name, expression: new RegExp(source, flags) }),
    )
  })
  return [...rules.map(({ kind, pattern }) => ({ where: kind, expression: pattern })), ...written]
}
