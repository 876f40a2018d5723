import { expect } from 'chai'
import fc from 'fast-check'
import { formatHmacKey, formatSigningKey, generateSigningKey } from '../../src/seal/key-text.ts'
import { parseSigningKey, parseVerifierKey } from '../../src/seal/key-text.ts'
import { SealError } from '../../src/seal/seal-error.ts'
import { RUNS } from '../support/arbitrary-event.ts'
import { hash, keyName } from './support/arbitrary-note.ts'
import { bitFlips, refusal } from './support/refusal.ts'

const SKEY = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz'
const VKEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const SPEC_VKEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'

describe('keys as text', () => {
  it("are those of Go's example and of the specification", () => {
    const signer = parseSigningKey(SKEY)
    expect(signer.verifier).to.include({ name: 'PeterNeumann', keyId: 0xc74f20a3, vkey: VKEY })
    expect(parseVerifierKey(VKEY)).to.include({ name: 'PeterNeumann', keyId: 0xc74f20a3, vkey: VKEY })
    expect(parseVerifierKey(SPEC_VKEY)).to.include({ name: 'example.com/foo', keyId: 0x530d903a })
    const seed = Buffer.from(SKEY.split('+').slice(4).join('+'), 'base64').subarray(1)
    expect(formatSigningKey('PeterNeumann', seed)).to.equal(SKEY)
  })

  it('are read back as the keys that they are, for every name and key', () => {
    const text = Buffer.from('text\n')
    fc.assert(
      fc.property(keyName, hash, (name, seed) => {
        for (const written of [formatSigningKey(name, seed), formatHmacKey(name, seed)]) {
          const signer = parseSigningKey(written)
          const { verifier } = signer
          expect(verifier.name).to.equal(name)
          expect(verifier.verify(text, signer.sign(text))).to.equal(true)
          if (verifier.vkey === undefined) continue
          const pinned = parseVerifierKey(verifier.vkey)
          expect(pinned).to.include({ name, keyId: verifier.keyId, vkey: verifier.vkey })
          expect(pinned.verify(text, signer.sign(text))).to.equal(true)
        }
      }),
      { numRuns: RUNS },
    )
  })

  it('are new each time they are generated', () => {
    const { text, signer } = generateSigningKey('kansa.log/1')
    expect(parseSigningKey(text).verifier.vkey).to.equal(signer.verifier.vkey)
    expect(generateSigningKey('kansa.log/1').text).to.not.equal(text)
  })

  it('are refused when any bit is flipped, because the id covers name, type and key', () => {
    for (const flipped of bitFlips(Buffer.from(VKEY))) {
      const reason = refusal(() => parseVerifierKey(flipped.toString()))
      expect(reason, flipped.toString()).to.be.oneOf(['malformed-key', 'unknown-key-type', 'unsafe-key'])
    }
    for (const flipped of bitFlips(Buffer.from(SKEY))) {
      const reason = refusal(() => parseSigningKey(flipped.toString()))
      expect(reason).to.be.oneOf(['malformed-key', 'unknown-key-type'])
    }
  })

  it('have one form only', () => {
    const [name, id, key] = ['PeterNeumann', 'c74f20a3', 'ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW']
    const wrong = [
      '',
      '+',
      '++',
      '+++',
      name,
      `${name}+${id}`,
      `${name}+${id}+`,
      `+${id}+${key}`,
      `${VKEY}\n`,
      ` ${VKEY}`,
      `${name}+C74F20A3+${key}`,
      `${name}+74f20a3+${key}`,
      `${name}+0c74f20a3+${key}`,
      `${name}+0xc74f20+${key}`,
      `${VKEY}=`,
      VKEY.replace('/', '_'),
      `${VKEY}AA==`,
      VKEY.slice(0, -4),
      `Peter Neumann+${id}+${key}`,
      SKEY,
      `${name}+${id}+${key}${'A'.repeat(5000)}`,
      `Peter\u{a0}Neumann+${id}+${key}`,
      `Peter\u{1}+${id}+${key}`,
    ]
    expect(wrong.filter(text => refusal(() => parseVerifierKey(text)) !== 'malformed-key')).to.deep.equal([])
    const wrongPrivate = ['', VKEY, SKEY.replace('PRIVATE', 'private'), `${SKEY}\n`, SKEY.replace('KEY+', 'KEY+x+')]
    expect(wrongPrivate.filter(text => refusal(() => parseSigningKey(text)) !== 'malformed-key')).to.deep.equal([])
    expect(refusal(() => formatSigningKey('a+b', Buffer.alloc(32)))).to.equal('malformed-key')
    expect(refusal(() => formatSigningKey('a', Buffer.alloc(31)))).to.equal('malformed-key')
    expect(refusal(() => formatHmacKey('', Buffer.alloc(32)))).to.equal('malformed-key')
  })

  it('of other types are named as such', () => {
    for (const type of [0x00, 0x02, 0x04, 0x06, 0xff]) {
      const text = `name+00000000+${Buffer.from([type, ...Buffer.alloc(32)]).toString('base64')}`
      expect(refusal(() => parseVerifierKey(text))).to.equal('unknown-key-type')
      expect(refusal(() => parseSigningKey(`PRIVATE+KEY+${text}`))).to.equal('unknown-key-type')
    }
  })

  it('that are secret never appear in a message', () => {
    const secret = SKEY.slice(-20)
    for (const text of [SKEY.slice(0, -1), SKEY.slice(12), `${SKEY} `, SKEY.replace('c74f', 'c74e'), `x${SKEY}`]) {
      for (const parse of [parseSigningKey, parseVerifierKey]) {
        expect(() => parse(text))
          .to.throw(SealError)
          .with.property('message')
          .that.does.not.include(secret.slice(0, 12))
      }
    }
  })
})
