import type { PatternRule } from '../pattern-rule.ts'

/** Endings of file names that follow an `@` in ordinary text: `icon@2x.png`, `pkg@next.tgz`. */
const FILE_ENDINGS: ReadonlySet<string> = new Set(
  'avif bmp cjs conf css csv gif gz htm html ico jpeg jpg js json jsx lock log map md mjs pdf png svg tar tgz toml ts tsx txt wasm webp xml yaml yml zip'.split(
    ' ',
  ),
)

/** Addresses of mail (RFC 5322 dot-atoms at a domain with at least two labels). Those of services that take any user, such as `git@`, are no one's. */
export const EMAIL_PATTERNS: readonly PatternRule[] = [
  {
    kind: 'email',
    gate: text => text.includes('@'),
    pattern:
      /(?<![A-Za-z0-9._%+-])[A-Za-z0-9_][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,62}){0,6}\.[A-Za-z]{2,24}(?![A-Za-z0-9])/g,
    accepts: isMailbox,
  },
]

function isMailbox(address: string): boolean {
  const ending = address.slice(address.lastIndexOf('.') + 1).toLowerCase()
  return !address.startsWith('git@') && !FILE_ENDINGS.has(ending)
}
