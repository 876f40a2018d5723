import type { TokenRule } from './token-rule.ts'

const SHORTEST = 40

/**
 * JWT and its relatives (RFC 7515, 7516, 7519) and what web frameworks sign in the same form. Each part but the first may be
 * empty; two parts alone are one only where the second is JSON too.
 */
export const JSON_WEB_TOKEN: TokenRule = {
  kind: 'jwt',
  prefixes: ['eyJ'],
  pattern:
    /eyJ[A-Za-z0-9_-]{8,1500}(?:\.eyJ[A-Za-z0-9_-]{4,6000}(?:\.[A-Za-z0-9_-]{0,1500})?|(?:\.[A-Za-z0-9_-]{0,4000}){2,4})/y,
  accepts: match => match.length >= SHORTEST,
}
