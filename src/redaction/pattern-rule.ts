/** One kind of secret that has no literal of its own, and so is searched for in the whole text. */
export interface PatternRule {
  /** e.g. `email`; kebab-case, stable: it is stored in logs. */
  readonly kind: string
  /** Cheap: false where the text cannot have a match. */
  readonly gate?: (text: string) => boolean
  /** Global (`g`) and linear, under the same rules as the pattern of a `TokenRule`. The whole match is the secret. */
  readonly pattern: RegExp
  /** A further check such as a checksum. */
  readonly accepts?: (match: string) => boolean
}
