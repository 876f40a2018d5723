/**
 * Keys as text: verifier keys as C2SP signed-note defines them, `name+id+base64(type ‖ key)`, and private keys in the
 * form of Go's golang.org/x/mod/sumdb/note, `PRIVATE+KEY+name+id+base64(type ‖ seed)`, so that either side reads the
 * other's. One form each: what is read is what would be written.
 */
import { randomBytes } from 'node:crypto'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { ED25519_KEY_BYTES, ed25519Signer, ed25519Verifier } from './ed25519-key.ts'
import type { Ed25519Signer, Ed25519Verifier } from './ed25519-key.ts'
import { HMAC_TYPE, hmacSigner } from './hmac-key.ts'
import { ED25519_TYPE, checkKeyName, formatKeyId, parseKeyId } from './key-id.ts'
import { SealError } from './seal-error.ts'
import type { LocalSigner, Verifier } from './signer.ts'

const PRIVATE_PREFIX = 'PRIVATE+KEY+'
const MAX_KEY_TEXT = 4096

interface KeyParts {
  readonly name: string
  readonly keyId: number
  /** Type and key. */
  readonly bytes: Buffer
}

/** @throws SealError `malformed-key`, `unknown-key-type` or `unsafe-key`. */
export function parseVerifierKey(vkey: string): Ed25519Verifier {
  if (vkey.startsWith(PRIVATE_PREFIX)) throw malformed('this is a private key, not a verifier key')
  const { name, keyId, bytes } = splitKey(vkey)
  if (bytes[0] !== ED25519_TYPE) throw unknownType(bytes)
  const verifier = ed25519Verifier(name, bytes.subarray(1))
  checkKeyId(verifier, keyId)
  return verifier
}

/**
 * Reads the key that signs: Ed25519, or a shared secret. The text never comes back in a message.
 * @throws SealError `malformed-key` or `unknown-key-type`.
 */
export function parseSigningKey(text: string): LocalSigner {
  if (!text.startsWith(PRIVATE_PREFIX)) throw malformed(`a signing key begins with ${PRIVATE_PREFIX}`)
  const { name, keyId, bytes } = splitKey(text.slice(PRIVATE_PREFIX.length))
  const signer = signerOf(name, bytes)
  checkKeyId(signer.verifier, keyId)
  return signer
}

/** The text of an Ed25519 signing key; keep it secret. */
export function formatSigningKey(name: string, seed: Uint8Array): string {
  return formatPrivateKey(ed25519Signer(name, seed), Buffer.from([ED25519_TYPE, ...seed]))
}

/** The text of a shared secret; keep it secret. */
export function formatHmacKey(name: string, secret: Uint8Array): string {
  return formatPrivateKey(hmacSigner(name, secret), Buffer.concat([HMAC_TYPE, secret]))
}

/** A new Ed25519 key for a log of this name: its text, and the signer that it is. */
export function generateSigningKey(name: string): { readonly text: string; readonly signer: Ed25519Signer } {
  const seed = randomBytes(ED25519_KEY_BYTES)
  return { text: formatSigningKey(name, seed), signer: ed25519Signer(name, seed) }
}

function signerOf(name: string, bytes: Buffer): LocalSigner {
  if (bytes[0] === ED25519_TYPE) return ed25519Signer(name, bytes.subarray(1))
  if (bytes.subarray(0, HMAC_TYPE.length).equals(HMAC_TYPE)) return hmacSigner(name, bytes.subarray(HMAC_TYPE.length))
  throw unknownType(bytes)
}

function formatPrivateKey({ verifier }: LocalSigner, bytes: Buffer): string {
  return `${PRIVATE_PREFIX}${verifier.name}+${formatKeyId(verifier.keyId)}+${encodeBase64(bytes)}`
}

/** At the first two plus signs only: base64 has such signs too. */
function splitKey(text: string): KeyParts {
  if (text.length > MAX_KEY_TEXT) throw malformed('the key is too long')
  const afterName = text.indexOf('+')
  const afterId = text.indexOf('+', afterName + 1)
  if (afterName === -1 || afterId === -1) throw malformed('a key is name+id+base64')
  const name = text.slice(0, afterName)
  const keyId = parseKeyId(text.slice(afterName + 1, afterId))
  const bytes = decodeBase64(text.slice(afterId + 1))
  checkKeyName(name)
  if (keyId === undefined) throw malformed('the id of the key is not eight lower-case hexadecimal digits')
  if (bytes === undefined || bytes.length === 0) throw malformed('the key is not in canonical base64')
  return { name, keyId, bytes }
}

function checkKeyId({ name, keyId }: Verifier, written: number): void {
  if (keyId === written) return
  throw malformed(`the key ${name} has the id ${formatKeyId(keyId)}, not ${formatKeyId(written)}: it was altered`)
}

function unknownType(bytes: Buffer): SealError {
  const type = bytes.toString('hex', 0, 1)
  return new SealError('unknown-key-type', `keys of type 0x${type} are not known; Ed25519 is 0x01`)
}

function malformed(message: string): SealError {
  return new SealError('malformed-key', message)
}
