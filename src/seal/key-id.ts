/** Names and ids of keys, as C2SP signed-note defines them. */
import { hash } from 'node:crypto'
import { SealError } from './seal-error.ts'

export const ED25519_TYPE = 0x01
/** For types that have no byte of their own; what they are follows as text. */
export const PRIVATE_TYPE = 0xff

// Names stand between spaces and plus signs, in notes, whose text has no control characters.
const NAME = /^[^\p{White_Space}+\u{0}-\u{1f}]+$/u
const KEY_ID = /^[0-9a-f]{8}$/

export function isKeyName(name: string): boolean {
  return NAME.test(name) && name.isWellFormed()
}

/** @throws SealError `malformed-key`. */
export function checkKeyName(name: string): void {
  if (isKeyName(name)) return
  throw new SealError('malformed-key', 'the name of a key is empty, or has a space, a plus sign or a control character')
}

/** The first four bytes of SHA-256 over name, line feed, type and public key. */
export function keyIdOf(name: string, typedKey: Uint8Array): number {
  return Number.parseInt(hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typedKey]), 'hex').slice(0, 8), 16)
}

/** As in a key's text form: eight hexadecimal digits. */
export function formatKeyId(keyId: number): string {
  return keyId.toString(16).padStart(8, '0')
}

/** Name and id, with a plus sign between them: what a verifier key begins with, and what messages call a key. */
export function fullKeyName({ name, keyId }: { readonly name: string; readonly keyId: number }): string {
  return `${name}+${formatKeyId(keyId)}`
}

/** Undefined for anything but eight lower-case hexadecimal digits. */
export function parseKeyId(text: string): number | undefined {
  return KEY_ID.test(text) ? Number.parseInt(text, 16) : undefined
}
