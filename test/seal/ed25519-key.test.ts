import { expect } from 'chai'
import { ed25519Signer, ed25519Verifier } from '../../src/seal/ed25519-key.ts'
import { bitFlips, expectRefusal, refusal } from './support/refusal.ts'

/** RFC 8032 section 7.1, tests 1 and 2: seed, public key, message, signature. */
const VECTORS = [
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
] as const

/** All encodings of the points of small order, and all that stand for a coordinate of the field's size or more. */
const UNSAFE = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  ...Array.from({ length: 19 }, (_, above) => `${(0xed + above).toString(16)}${'ff'.repeat(30)}7f`),
  ...Array.from({ length: 19 }, (_, above) => `${(0xed + above).toString(16)}${'ff'.repeat(30)}ff`),
]

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex')
}

describe('Ed25519', () => {
  it('makes and checks the signatures of RFC 8032', () => {
    for (const [seed, publicKey, message, signature] of VECTORS) {
      const signer = ed25519Signer('rfc8032', hex(seed))
      const { verifier } = signer
      expect(verifier.vkey).to.equal(ed25519Verifier('rfc8032', hex(publicKey)).vkey)
      expect(Buffer.from(signer.sign(hex(message))).toString('hex')).to.equal(signature)
      expect(verifier.verify(hex(message), hex(signature))).to.equal(true)
    }
  })

  it('refuses a signature in which any bit is flipped, of another length, or over another text', () => {
    const [[, publicKey, , signature]] = VECTORS
    const verifier = ed25519Verifier('rfc8032', hex(publicKey))
    for (const flipped of bitFlips(hex(signature))) expect(verifier.verify(Buffer.alloc(0), flipped)).to.equal(false)
    for (const wrong of [
      Buffer.alloc(0),
      hex(signature).subarray(1),
      Buffer.concat([hex(signature), Buffer.alloc(1)]),
    ]) {
      expect(verifier.verify(Buffer.alloc(0), wrong)).to.equal(false)
    }
    expect(verifier.verify(Buffer.from('x'), hex(signature))).to.equal(false)
  })

  it('refuses public keys under which anybody can sign, and those that are not in canonical form', () => {
    for (const key of UNSAFE) expectRefusal('unsafe-key', () => ed25519Verifier('unsafe', hex(key)), key)
  })

  it('refuses keys of another length and names that no key can have', () => {
    for (const length of [0, 31, 33, 64]) {
      expect(refusal(() => ed25519Verifier('name', Buffer.alloc(length, 2)))).to.equal('malformed-key')
      expect(refusal(() => ed25519Signer('name', Buffer.alloc(length, 2)))).to.equal('malformed-key')
    }
    for (const name of ['', 'a b', 'a+b', 'a\n', 'a\u{3000}b', 'a\u{85}', '\u{7}', 'a\u{d800}']) {
      expectRefusal('malformed-key', () => ed25519Signer(name, Buffer.alloc(32)), JSON.stringify(name))
    }
  })
})
