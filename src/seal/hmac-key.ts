/**
 * HMAC-SHA256 (RFC 2104) for those who share a secret instead of publishing a key. C2SP has no type for it, so it is of
 * the private type:
 *
 * - type = the byte 0xff and the ASCII text `kansa/hmac-sha256`
 * - in place of a public key = HMAC-SHA256(secret, `kansa/hmac-sha256 key id`), which says nothing about the secret and
 *   can never be a signature, because the text of a note ends with a line break
 * - key id = SHA-256(name ‖ 0x0A ‖ type ‖ that)[:4]
 * - signature = HMAC-SHA256(secret, text of the note), 32 bytes, so that the blob of a signature line has 36
 *
 * Whoever can check can also sign: there is no verifier key to publish.
 */
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import { PRIVATE_TYPE, checkKeyName, keyIdOf } from './key-id.ts'
import { SealError } from './seal-error.ts'
import type { LocalSigner } from './signer.ts'

/** What stands before the secret in the text form of a key, and before its fingerprint in the key id. */
export const HMAC_TYPE: Buffer = Buffer.concat([Buffer.from([PRIVATE_TYPE]), Buffer.from('kansa/hmac-sha256')])
const KEY_ID_TEXT = 'kansa/hmac-sha256 key id'

/** Shorter secrets could be guessed from one signature; longer ones than a block are of no more use. */
const MIN_SECRET_BYTES = 32
const MAX_SECRET_BYTES = 1024

/** @throws SealError `malformed-key`. */
export function hmacSigner(name: string, secret: Uint8Array): LocalSigner {
  checkKeyName(name)
  if (secret.length < MIN_SECRET_BYTES || secret.length > MAX_SECRET_BYTES) {
    throw new SealError('malformed-key', `a shared secret has ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} bytes`)
  }
  const key = createSecretKey(secret)
  const sign = (text: Uint8Array | string): Buffer => createHmac('sha256', key).update(text).digest()
  return {
    verifier: {
      name,
      keyId: keyIdOf(name, Buffer.concat([HMAC_TYPE, sign(KEY_ID_TEXT)])),
      verify: (text, signature) => {
        const expected = sign(text)
        return signature.length === expected.length && timingSafeEqual(signature, expected)
      },
    },
    sign,
  }
}
