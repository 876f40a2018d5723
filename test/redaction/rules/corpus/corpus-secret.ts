/** A made-up secret, in parts: scanners of code hosts would take it for a real one if it stood here whole. */
export interface CorpusSecret {
  readonly kind: string
  /** What must stand before and after it so that it is one, such as the rest of an address; not part of the secret. */
  readonly before?: string
  readonly parts: readonly string[]
  readonly after?: string
}

/** Pieces that are no token of any kind: the first cuts through what tokens begin with. */
export function inParts(secret: string): string[] {
  const pieces = secret.slice(3).match(/[^]{1,11}/g) ?? []
  return [secret.slice(0, 3), ...pieces]
}

export function secretText({ parts }: CorpusSecret): string {
  return parts.join('')
}
