/** What stands in the place of a secret. */
import { createHmac } from 'node:crypto'

const HMAC_DIGITS = 12
const MARK = /\[REDACTED:[a-z0-9-]{1,64}(?::[0-9a-f]{12})?\]/y
export const MARK_BEGIN = '[REDACTED:'

/**
 * `[REDACTED:kind:hmac]` with the first 12 hex digits of HMAC-SHA256(key, secret): equal secrets have equal marks, and without the key
 * nobody can try out what the secret was.
 */
export function markOf(kind: string, secret: string, key: Uint8Array): string {
  const digest = createHmac('sha256', key).update(secret, 'utf8').digest('hex')
  return `${MARK_BEGIN}${kind}:${digest.slice(0, HMAC_DIGITS)}]`
}

/**
 * The end of the mark that begins at `at`; `at` where there is none. Only the exact form counts: whoever writes a secret between
 * such brackets must not have it spared.
 */
export function endOfMark(text: string, at: number): number {
  MARK.lastIndex = at
  return at + (MARK.exec(text)?.[0].length ?? 0)
}

/** True where `text` is one mark and nothing else. */
export function isMark(text: string): boolean {
  return text.startsWith(MARK_BEGIN) && endOfMark(text, 0) === text.length
}
