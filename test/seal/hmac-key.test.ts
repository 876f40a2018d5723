import { createHmac } from 'node:crypto'
import { expect } from 'chai'
import { hmacSigner } from '../../src/seal/hmac-key.ts'
import { formatHmacKey } from '../../src/seal/key-text.ts'
import { sha256 } from './support/naive-tree.ts'
import { bitFlips, refusal } from './support/refusal.ts'

const SECRET = Buffer.from('a secret that is long enough for it')
const TEXT = Buffer.from('kansa.log/1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n')

describe('a shared secret', () => {
  it('signs with HMAC-SHA256 over the text of the note', () => {
    const signer = hmacSigner('kansa.log/1', SECRET)
    const { verifier } = signer
    const signature = signer.sign(TEXT)
    expect(Buffer.from(signature)).to.deep.equal(createHmac('sha256', SECRET).update(TEXT).digest())
    expect(verifier.verify(TEXT, signature)).to.equal(true)
    expect(verifier.verify(Buffer.concat([TEXT, TEXT]), signature)).to.equal(false)
    for (const flipped of bitFlips(signature)) expect(verifier.verify(TEXT, flipped)).to.equal(false)
    for (const wrong of [Buffer.alloc(0), signature.subarray(1)]) expect(verifier.verify(TEXT, wrong)).to.equal(false)
  })

  it('has the id that its definition says, which tells name and secret apart', () => {
    const { verifier } = hmacSigner('kansa.log/1', SECRET)
    const fingerprint = createHmac('sha256', SECRET).update('kansa/hmac-sha256 key id').digest()
    const id = sha256(Buffer.from('kansa.log/1\n\xffkansa/hmac-sha256', 'latin1'), fingerprint).readUInt32BE(0)
    expect(verifier.keyId).to.equal(id)
    expect(hmacSigner('kansa.log/2', SECRET).verifier.keyId).to.not.equal(id)
    expect(hmacSigner('kansa.log/1', Buffer.concat([SECRET, SECRET])).verifier.keyId).to.not.equal(id)
  })

  it('has a text form, and no verifier key that could be published', () => {
    expect(hmacSigner('kansa.log/1', SECRET).verifier).to.not.have.property('vkey')
    const [, , name, id, key = ''] = formatHmacKey('kansa.log/1', SECRET).split('+', 5)
    expect([name, id]).to.deep.equal(['kansa.log/1', '7741b273'])
    expect(Buffer.from(key, 'base64').toString('latin1')).to.equal(`\xffkansa/hmac-sha256${SECRET.toString()}`)
  })

  it('is refused when it is too short to be safe, or absurdly long', () => {
    for (const length of [0, 31, 1025]) {
      expect(refusal(() => hmacSigner('name', Buffer.alloc(length)))).to.equal('malformed-key')
    }
    expect(refusal(() => hmacSigner('a name', SECRET))).to.equal('malformed-key')
  })
})
