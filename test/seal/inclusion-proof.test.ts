import { expect } from 'chai'
import fc from 'fast-check'
import { proveInclusion, verifyInclusion } from '../../src/seal/inclusion-proof.ts'
import type { Inclusion } from '../../src/seal/inclusion-proof.ts'
import { RUNS } from '../support/arbitrary-event.ts'
import { leafHashes, leafReader } from './support/leaves.ts'
import { naiveInclusion, naiveRoot, sidesOfInclusion } from './support/naive-tree.ts'
import { expectRefusal, flipBit, misshapenProofs, refusal } from './support/refusal.ts'

const MOST = 48

describe('an inclusion proof', () => {
  const leaves = leafHashes(600)
  const reader = leafReader(leaves)

  function inclusion(index: number, size: number): Inclusion {
    const root = naiveRoot(leaves.slice(0, size))
    return {
      leafHash: leaves[index] ?? Buffer.alloc(32),
      index,
      size,
      root,
      proof: proveInclusion(reader, index, size),
    }
  }

  const anyInclusion = fc
    .integer({ min: 1, max: 600 })
    .chain(size => fc.nat({ max: size - 1 }).map(index => inclusion(index, size)))

  it(`is that of RFC 6962 and verifies, for every record of every tree up to ${MOST} and some of 600`, () => {
    const sizes = [...Array.from({ length: MOST }, (_, index) => index + 1), 255, 256, 257, 511, 512, 513, 600]
    for (const size of sizes) {
      for (let index = 0; index < size; index += size > MOST ? 17 : 1) {
        const proven = inclusion(index, size)
        expect(proven.proof).to.deep.equal(naiveInclusion(index, leaves.slice(0, size)))
        verifyInclusion(proven)
      }
    }
  })

  it('fails when any bit of the record, a hash or the root is flipped', () => {
    fc.assert(
      fc.property(anyInclusion, fc.nat(), fc.nat(), (proven, bit, which) => {
        const { leafHash, root, proof } = proven
        expect(refusal(() => verifyInclusion({ ...proven, leafHash: flipBit(leafHash, bit) }))).to.equal('wrong-root')
        expect(refusal(() => verifyInclusion({ ...proven, root: flipBit(root, bit) }))).to.equal('wrong-root')
        if (proof.length === 0) return
        const changed = proof.map((hash, at) => (at === which % proof.length ? flipBit(hash, bit) : hash))
        expect(refusal(() => verifyInclusion({ ...proven, proof: changed }))).to.equal('wrong-root')
      }),
      { numRuns: RUNS },
    )
  })

  it('fails when hashes are left out, added, doubled or swapped', () => {
    fc.assert(
      fc.property(anyInclusion, fc.nat(), (proven, which) => {
        const { proof } = proven
        const longer = { ...proven, proof: [...proof, Buffer.alloc(32)] }
        expect(refusal(() => verifyInclusion(longer))).to.equal('wrong-proof-length')
        for (const changed of misshapenProofs(proof, which)) {
          const reason = refusal(() => verifyInclusion({ ...proven, proof: changed }))
          expect(reason).to.be.oneOf(['wrong-root', 'wrong-proof-length'])
        }
      }),
      { numRuns: RUNS },
    )
  })

  it('fails at every other index', () => {
    for (let size = 1; size <= 40; size++) {
      for (let index = 0; index < size; index++) {
        const proven = inclusion(index, size)
        for (let other = 0; other < size + 2; other++) {
          const reason = refusal(() => verifyInclusion({ ...proven, index: other }))
          if (other === index) expect(reason).to.equal(undefined)
          else expect(reason).to.be.oneOf(['wrong-root', 'wrong-proof-length', 'index-outside-tree'])
        }
      }
    }
  })

  it('fails with every other size of which a proof could tell; size and root are one thing, from one checkpoint', () => {
    for (let size = 1; size <= 40; size++) {
      for (let index = 0; index < size; index++) {
        const proven = inclusion(index, size)
        for (let other = 0; other <= 70; other++) {
          const reason = refusal(() => verifyInclusion({ ...proven, size: other }))
          const isSamePath = index < other && sidesOfInclusion(index, other) === sidesOfInclusion(index, size)
          expect(reason === undefined, `${index} in ${size} taken for ${other}`).to.equal(isSamePath)
        }
      }
    }
  })

  it('is refused for a record outside of the tree, for numbers that are none, and for hashes of another length', () => {
    const proven = inclusion(3, 7)
    const cases: [Partial<Inclusion>, string][] = [
      [{ index: 7 }, 'index-outside-tree'],
      [{ index: 0, size: 0, proof: [] }, 'index-outside-tree'],
      [{ index: -1 }, 'malformed-number'],
      [{ index: 0.5 }, 'malformed-number'],
      [{ index: NaN }, 'malformed-number'],
      [{ size: 2 ** 53 }, 'number-too-large'],
      [{ size: Infinity }, 'number-too-large'],
      [{ leafHash: Buffer.alloc(31) }, 'malformed-hash'],
      [{ root: Buffer.alloc(0) }, 'malformed-hash'],
      [{ proof: proven.proof.with(1, Buffer.alloc(33)) }, 'malformed-hash'],
      [{ proof: [] }, 'wrong-proof-length'],
    ]
    for (const [change, reason] of cases) {
      expectRefusal(reason, () => verifyInclusion({ ...proven, ...change }), JSON.stringify(change))
    }
    expect(refusal(() => proveInclusion(reader, 7, 7))).to.equal('index-outside-tree')
    expect(refusal(() => proveInclusion(reader, 0, 0))).to.equal('index-outside-tree')
  })
})
