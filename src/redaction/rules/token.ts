import type { TokenRule } from '../token-rule.ts'

export const ALNUM = '[A-Za-z0-9]'
export const HEX = '[0-9a-f]'
/** RFC 4648 section 5, without padding. */
export const BASE64URL = '[A-Za-z0-9_-]'
/** RFC 4648 section 4, without padding. */
export const BASE64 = '[A-Za-z0-9+/]'
export const UUID: string = `${HEX}{8}-${HEX}{4}-${HEX}{4}-${HEX}{4}-${HEX}{12}`

/**
 * A token begins where no word is under way. What an escape ends with is no word: `\n`, `\u003d`, `\x3d`, `%3D`, and the colour of a terminal (`[32m`).
 */
export const START: string = String.raw`(?<=^|[^A-Za-z0-9_]|\\[bfnrt]|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|%[0-9A-Fa-f]{2}|\[[0-9;]{0,8}m)`
/** A longer word is something else than a token of fixed length. */
export const END = '(?![A-Za-z0-9_])'

/**
 * A rule for tokens that stand as words of their own.
 * @param body The token as the source of a regular expression, its prefix included.
 */
export function token(
  kind: string,
  prefixes: readonly string[],
  body: string,
  more: Pick<TokenRule, 'lead' | 'accepts'> = {},
): TokenRule {
  const { accepts } = more
  return {
    kind,
    prefixes,
    pattern: new RegExp(`${START}(?:${body})${END}`, 'y'),
    ...more,
    accepts: accepts === undefined ? isNoPlaceholder : match => isNoPlaceholder(match) && accepts(match),
  }
}

/** Below this many different characters in its last 16, a token was typed and not drawn: random hex digits have fewer once in 100,000 times. */
const LEAST_VARIETY = 5
const PLACEHOLDER =
  /EXAMPLE|[Ee]xample|your[_-]|YOUR[_-]|[_-]here|[_-]HERE|placeholder|PLACEHOLDER|redacted|REDACTED|dummy|xxxxxx|XXXXXX|123456789|abcdefgh|ABCDEFGH/
/** Where a placeholder says what it is. The bound keeps repeated beginnings of long tokens cheap. */
const PLACEHOLDER_CHARACTERS = 64

/** False for what documentation writes in the place of a token. */
function isNoPlaceholder(match: string): boolean {
  return hasVariety(match.slice(-16)) && !PLACEHOLDER.test(match.slice(0, PLACEHOLDER_CHARACTERS))
}

function hasVariety(text: string): boolean {
  let seen = ''
  for (const character of text) {
    if (seen.includes(character)) continue
    seen += character
    if (seen.length === LEAST_VARIETY) return true
  }
  return false
}

/** True where there is a capital, a small letter and a digit: what separates a token with a short prefix from words joined by hyphens. */
export function isMixed(match: string): boolean {
  return /[A-Z]/.test(match) && /[a-z]/.test(match) && /[0-9]/.test(match)
}
