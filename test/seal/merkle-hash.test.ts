import { expect } from 'chai'
import fc from 'fast-check'
import { EMPTY_ROOT, leafHash, leafHashText, nodeHash, nodeHashText } from '../../src/seal/merkle-hash.ts'
import { writeLeafHash, writeNodeHash } from '../../src/seal/merkle-hash.ts'
import { RUNS } from '../support/arbitrary-event.ts'
import { naiveLeafHash, sha256 } from './support/naive-tree.ts'
import { refusal } from './support/refusal.ts'

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

describe('hashes of the tree', () => {
  it('are those of RFC 6962', () => {
    expect(hex(EMPTY_ROOT)).to.equal('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(hex(leafHash(Buffer.alloc(0)))).to.equal('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d')
    expect(hex(leafHash(Buffer.from('L123456')))).to.equal(
      '395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56',
    )
    // The vector of the specification's authors hashes texts that are no hashes; the rule is the same.
    expect(hex(sha256(Buffer.of(1), Buffer.from('N123'), Buffer.from('N456')))).to.equal(
      'aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb',
    )
  })

  it('are the same for entries of any bytes and any length, wherever they stand in a buffer', () => {
    const lengths = fc.oneof(fc.nat({ max: 300 }), fc.constantFrom(65_535, 65_536, 65_537, 300_000))
    fc.assert(
      fc.property(lengths, fc.nat({ max: 255 }), fc.nat({ max: 40 }), (length, fill, start) => {
        const source = Buffer.alloc(start + length + 9, fill)
        source.writeUInt8(fill ^ 0xff, start + length)
        const target = Buffer.alloc(96, 0xee)
        writeLeafHash(source, start, start + length, target, 33)
        const expected = naiveLeafHash(source.subarray(start, start + length))
        expect(hex(target)).to.equal(`${'ee'.repeat(33)}${hex(expected)}${'ee'.repeat(31)}`)
        expect(leafHash(new Uint8Array(source.subarray(start, start + length)))).to.deep.equal(expected)
        expect(leafHashText(source, start, start + length)).to.equal(expected.toString('latin1'))
      }),
      { numRuns: RUNS },
    )
  })

  it('of nodes are made of the left hash and the right hash, also in place', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (left, right) => {
          const expected = sha256(Buffer.of(1), left, right)
          expect(nodeHash(left, right)).to.deep.equal(expected)
          const both = Buffer.concat([left, right])
          writeNodeHash(both, 0, both, 32, both, 0)
          expect(both).to.deep.equal(Buffer.concat([expected, right]))
          const texts = [left, right].map(hash => Buffer.from(hash).toString('latin1'))
          expect(nodeHashText(texts[0] ?? '', texts[1] ?? '')).to.equal(expected.toString('latin1'))
        },
      ),
      { numRuns: RUNS },
    )
  })

  it('are not made of anything that is not as long as a hash', () => {
    const hash = Buffer.alloc(32)
    expect(refusal(() => nodeHash(hash, Buffer.alloc(31)))).to.equal('malformed-hash')
    expect(refusal(() => nodeHash(Buffer.alloc(33), hash))).to.equal('malformed-hash')
  })

  it('tell a leaf from a node over the same bytes', () => {
    const [left, right] = [leafHash(Buffer.from('a')), leafHash(Buffer.from('b'))]
    const both = Buffer.concat([left, right])
    expect(leafHash(both)).to.not.deep.equal(nodeHash(left, right))
    expect(leafHash(Buffer.concat([Buffer.of(1), both]))).to.not.deep.equal(nodeHash(left, right))
  })
})
