// Random names, texts and keys as notes may have them.
import fc from 'fast-check'
import { ed25519Signer } from '../../../src/seal/ed25519-key.ts'
import { hmacSigner } from '../../../src/seal/hmac-key.ts'
import { isKeyName } from '../../../src/seal/key-id.ts'

export const keyName = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
    fc.constantFrom('kansa.log/6f1c', '—', 'a', '\u{feff}', '𝕏', 'PRIVATE', 'x=y'),
  )
  .filter(isKeyName)

const seed = fc.uint8Array({ minLength: 32, maxLength: 32 })

export const signer = fc.oneof(
  fc.tuple(keyName, seed).map(([name, bytes]) => ed25519Signer(name, bytes)),
  fc.tuple(keyName, seed).map(([name, bytes]) => hmacSigner(name, bytes)),
)

/** A line without its line break. */
export const line = fc
  .string({ unit: 'grapheme', maxLength: 30 })
  .map(text => text.replaceAll(/[\u{0}-\u{1f}]/gu, ''))
  .filter(text => text.isWellFormed())

export const noteText = fc
  .array(fc.oneof(line, fc.constantFrom('', '— a b', '\u{feff}')), { maxLength: 6 })
  .map(lines => `${lines.join('\n')}\n`)

export const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })
