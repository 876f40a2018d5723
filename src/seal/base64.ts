/**
 * Base64 in its one canonical form (RFC 4648 section 4: standard alphabet, padded, unused bits zero). Node reads much
 * more than that; with it, one signature could be written in many ways, and a flipped bit go unnoticed.
 */
import { HASH_BYTES } from './merkle-hash.ts'
import { SealError } from './seal-error.ts'

export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

/** Undefined for anything but the canonical form. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

/** Reads a hash. `what` is named in the message. */
export function parseHash(text: string, what: string): Buffer {
  const bytes = decodeBase64(text)
  if (bytes?.length !== HASH_BYTES) {
    throw new SealError('malformed-hash', `${what} is no hash of ${HASH_BYTES} bytes in canonical base64`)
  }
  return bytes
}
