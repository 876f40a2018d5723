/** Texts that an SDK's objects hold, perhaps. */

/** A text with something in it. */
export function givenText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
