/** Texts as the SDK and its process give them, perhaps. */

/** Where there is something in it. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
