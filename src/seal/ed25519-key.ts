/** Ed25519 (RFC 8032) as C2SP signed-note uses it, type 0x01: raw 32-byte keys, the signature is over the note's text. */
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { encodeBase64 } from './base64.ts'
import { ED25519_TYPE, checkKeyName, formatKeyId, keyIdOf } from './key-id.ts'
import { SealError } from './seal-error.ts'
import type { LocalSigner, Verifier } from './signer.ts'

/** Bytes of a public key, and of the seed that a private key is made from. */
export const ED25519_KEY_BYTES = 32

// What stands before the raw key in DER (RFC 8410); Node reads no raw keys.
const PUBLIC_DER = Buffer.from('302a300506032b6570032100', 'hex')
const PRIVATE_DER = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The prime of the field, and the y coordinates of the eight points of small order. */
const P = 2n ** 255n - 19n
const ORDER_8_Y = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n
const SMALL_ORDER_Y: readonly bigint[] = [0n, 1n, P - 1n, ORDER_8_Y, P - ORDER_8_Y]

export interface Ed25519Verifier extends Verifier {
  readonly vkey: string
}

export interface Ed25519Signer extends LocalSigner {
  readonly verifier: Ed25519Verifier
}

/** @throws SealError `malformed-key`, or `unsafe-key` for a public key that fits signatures of nobody. */
export function ed25519Verifier(name: string, publicKey: Uint8Array): Ed25519Verifier {
  checkKeyName(name)
  checkPublicKey(publicKey)
  const key = createPublicKey({ key: Buffer.concat([PUBLIC_DER, publicKey]), format: 'der', type: 'spki' })
  const typedKey = Buffer.from([ED25519_TYPE, ...publicKey])
  const keyId = keyIdOf(name, typedKey)
  return {
    name,
    keyId,
    vkey: `${name}+${formatKeyId(keyId)}+${encodeBase64(typedKey)}`,
    verify: (text, signature) => verify(null, text, key, signature),
  }
}

/** @throws SealError `malformed-key`. */
export function ed25519Signer(name: string, seed: Uint8Array): Ed25519Signer {
  checkLength(seed)
  const key = createPrivateKey({ key: Buffer.concat([PRIVATE_DER, seed]), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(PUBLIC_DER.length)
  return { verifier: ed25519Verifier(name, publicKey), sign: text => sign(null, text, key) }
}

/**
 * Points of small order, and points written in another way than the canonical one, are refused: OpenSSL takes both, and
 * with the first anybody can make signatures that fit any text.
 */
function checkPublicKey(publicKey: Uint8Array): void {
  checkLength(publicKey)
  const littleEndian = Buffer.from(publicKey.toReversed())
  const y = BigInt(`0x${littleEndian.toString('hex')}`) % 2n ** 255n
  if (y >= P || SMALL_ORDER_Y.includes(y)) {
    throw new SealError('unsafe-key', 'the public key is a point of small order or not in canonical form')
  }
}

function checkLength(key: Uint8Array): void {
  if (key.length === ED25519_KEY_BYTES) return
  throw new SealError('malformed-key', `an Ed25519 key has ${key.length} bytes instead of ${ED25519_KEY_BYTES}`)
}
