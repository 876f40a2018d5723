/** One kind of token that is recognised by how it begins. */
export interface TokenRule {
  /** e.g. `github-token`, `openai-key`; kebab-case, stable: it is stored in logs. */
  readonly kind: string
  /** Literal beginnings (case-sensitive, at least 3 characters, as distinctive as possible). Every occurrence is a candidate. */
  readonly prefixes: readonly string[]
  /**
   * Sticky (`y`), matched where a prefix begins. Must be linear: every quantifier bounded, none nested, none adjacent to another that
   * takes the same characters, no lookbehind over unbounded text. The whole match is the secret.
   */
  readonly pattern: RegExp
  /**
   * How many characters of the secret stand before the literal, where that is inside the secret (`123456789:AA…`); 0 unless given.
   * The pattern is tried there and nowhere else, so that a literal repeated costs no more than any other, and matches the whole secret.
   */
  readonly lead?: number
  /** A further check such as a checksum. */
  readonly accepts?: (match: string) => boolean
}

/** The length of what matches `rule` at `at`, 0 for nothing. */
export function matchLength(rule: TokenRule, text: string, at: number): number {
  rule.pattern.lastIndex = at
  const match = rule.pattern.exec(text)?.[0] ?? ''
  return match !== '' && (rule.accepts?.(match) ?? true) ? match.length : 0
}
