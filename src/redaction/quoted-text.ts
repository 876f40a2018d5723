/** Strings in quotes inside strings in quotes: JSON in JSON, shell in JSON, at any depth of escaping. */

/** Six times escaped JSON has 63 backslashes before a quote; more is no string but an attack on the time this takes. */
const MAX_BACKSLASHES = 64
const BACKSLASH = 92

export interface QuotedText {
  /** The first character inside the quotes, and the one behind the last. */
  readonly start: number
  readonly end: number
  /** Behind the closing quote; `end` where it is missing. */
  readonly after: number
  readonly isClosed: boolean
}

/** The quote, with its backslashes, that begins at `at`: how many backslashes, -1 where there is no quote. */
export function quoteDepth(text: string, at: number): number {
  let index = at
  while (index - at < MAX_BACKSLASHES && text.charCodeAt(index) === BACKSLASH) index++
  return isQuote(text.charCodeAt(index)) ? index - at : -1
}

/**
 * The text behind an opening quote at `at`, which has `depth` backslashes. It ends at the next such quote with at most as many: one with
 * more belongs to the text itself.
 */
export function readQuoted(text: string, at: number, depth: number): QuotedText {
  const quote = text.charAt(at + depth)
  const start = at + depth + 1
  for (let index = text.indexOf(quote, start); index !== -1; index = text.indexOf(quote, index + 1)) {
    let first = index
    while (first > start && index - first <= MAX_BACKSLASHES && text.charCodeAt(first - 1) === BACKSLASH) first--
    if (index - first <= depth) return { start, end: first, after: index + 1, isClosed: true }
  }
  return { start, end: text.length, after: text.length, isClosed: false }
}

export function isQuote(code: number): boolean {
  return code === 34 || code === 39 || code === 96
}
