import { expect } from 'chai'
import fc from 'fast-check'
import { proveConsistency, verifyConsistency } from '../../src/seal/consistency-proof.ts'
import type { Consistency } from '../../src/seal/consistency-proof.ts'
import { EMPTY_ROOT } from '../../src/seal/merkle-hash.ts'
import { RUNS } from '../support/arbitrary-event.ts'
import { leafHashes, leafReader } from './support/leaves.ts'
import { naiveConsistency, naiveRoot, sidesOfConsistency } from './support/naive-tree.ts'
import { expectRefusal, flipBit, misshapenProofs, refusal } from './support/refusal.ts'

const MOST = 70

describe('a consistency proof', () => {
  const leaves = leafHashes(600)
  const roots = Array.from({ length: 601 }, (_, size) => naiveRoot(leaves.slice(0, size)))
  const reader = leafReader(leaves)

  function rootAt(size: number): Buffer {
    return roots[size] ?? Buffer.alloc(32)
  }

  function consistency(oldSize: number, size: number): Consistency {
    const proof = proveConsistency(reader, oldSize, size)
    return { oldSize, oldRoot: rootAt(oldSize), size, root: rootAt(size), proof }
  }

  const anyConsistency = fc
    .integer({ min: 1, max: 600 })
    .chain(size => fc.integer({ min: 1, max: size }).map(oldSize => consistency(oldSize, size)))

  it(`is that of RFC 6962 and verifies, for every two sizes up to ${MOST} and some of 600`, () => {
    const sizes = [...Array.from({ length: MOST }, (_, index) => index + 1), 255, 256, 257, 511, 512, 513, 600]
    for (const size of sizes) {
      for (let oldSize = 1; oldSize <= size; oldSize += size > MOST ? 17 : 1) {
        const proven = consistency(oldSize, size)
        expect(proven.proof).to.deep.equal(naiveConsistency(oldSize, leaves.slice(0, size)))
        verifyConsistency(proven)
      }
    }
  })

  it('fails when any bit of a root or a hash is flipped', () => {
    fc.assert(
      fc.property(anyConsistency, fc.nat(), fc.nat(), (proven, bit, which) => {
        const { oldRoot, root, proof } = proven
        const reasonFor = (change: Partial<Consistency>) => refusal(() => verifyConsistency({ ...proven, ...change }))
        expect(reasonFor({ oldRoot: flipBit(oldRoot, bit) })).to.equal('inconsistent-trees')
        expect(reasonFor({ root: flipBit(root, bit) })).to.equal('inconsistent-trees')
        if (proof.length === 0) return
        const changed = proof.map((hash, at) => (at === which % proof.length ? flipBit(hash, bit) : hash))
        expect(reasonFor({ proof: changed })).to.equal('inconsistent-trees')
      }),
      { numRuns: RUNS },
    )
  })

  it('fails when hashes are left out, added, doubled or reversed', () => {
    fc.assert(
      fc.property(anyConsistency, fc.nat(), (proven, which) => {
        const { proof } = proven
        const longer = { ...proven, proof: [...proof, Buffer.alloc(32)] }
        expect(refusal(() => verifyConsistency(longer))).to.equal('wrong-proof-length')
        for (const changed of misshapenProofs(proof, which)) {
          const reason = refusal(() => verifyConsistency({ ...proven, proof: changed }))
          expect(reason).to.be.oneOf(['inconsistent-trees', 'wrong-proof-length'])
        }
      }),
      { numRuns: RUNS },
    )
  })

  it('fails with every other size of which a proof could tell', () => {
    const accepts = (proven: Consistency): boolean => refusal(() => verifyConsistency(proven)) === undefined
    for (let size = 2; size <= 24; size++) {
      for (let oldSize = 1; oldSize < size; oldSize++) {
        const proven = consistency(oldSize, size)
        const sides = sidesOfConsistency(oldSize, size)
        for (let other = 0; other <= 50; other++) {
          const isSameOld = other > 0 && other < size && sidesOfConsistency(other, size) === sides
          const isSameNew = other > oldSize && sidesOfConsistency(oldSize, other) === sides
          expect(accepts({ ...proven, oldSize: other }), `${oldSize}→${size} as ${other}→${size}`).to.equal(isSameOld)
          expect(accepts({ ...proven, size: other }), `${oldSize}→${size} as ${oldSize}→${other}`).to.equal(isSameNew)
        }
      }
    }
  })

  it('fails for a log that changed or left out a record that the older tree has', () => {
    for (const [oldSize, size] of [
      [1, 2],
      [6, 7],
      [8, 21],
      [37, 64],
    ] as const) {
      for (let changed = 0; changed < oldSize; changed++) {
        const forged = leaves.slice(0, size).with(changed, Buffer.alloc(32, 7))
        const omitted = leaves.slice(0, size + 1).toSpliced(changed, 1)
        for (const other of [forged, omitted]) {
          const proof = proveConsistency(leafReader(other), oldSize, size)
          const claim = { oldSize, oldRoot: rootAt(oldSize), size, root: naiveRoot(other), proof }
          expect(refusal(() => verifyConsistency(claim))).to.equal('inconsistent-trees')
        }
      }
    }
  })

  it('is empty between equal sizes, which only an equal root passes', () => {
    for (const size of [1, 2, 3, 64, 600]) {
      expect(proveConsistency(reader, size, size)).to.deep.equal([])
      const same = { oldSize: size, oldRoot: rootAt(size), size, root: rootAt(size), proof: [] }
      verifyConsistency(same)
      expect(refusal(() => verifyConsistency({ ...same, root: rootAt(size - 1) }))).to.equal('inconsistent-trees')
      expect(refusal(() => verifyConsistency({ ...same, proof: [rootAt(size)] }))).to.equal('wrong-proof-length')
    }
  })

  it('from the empty tree proves nothing and is refused, also an empty one to the empty tree', () => {
    const empty = { oldSize: 0, oldRoot: EMPTY_ROOT, size: 0, root: EMPTY_ROOT, proof: [] }
    expect(refusal(() => verifyConsistency(empty))).to.equal('nothing-to-extend')
    expect(refusal(() => verifyConsistency({ ...empty, size: 5, root: rootAt(5) }))).to.equal('nothing-to-extend')
    expect(refusal(() => proveConsistency(reader, 0, 5))).to.equal('nothing-to-extend')
  })

  it('is refused for a tree that shrank, for numbers that are none, and for hashes of another length', () => {
    const proven = consistency(5, 13)
    const cases: [Partial<Consistency>, string][] = [
      [{ size: 4 }, 'inconsistent-trees'],
      [{ oldSize: -1 }, 'malformed-number'],
      [{ size: 13.5 }, 'malformed-number'],
      [{ size: 2 ** 53 }, 'number-too-large'],
      [{ oldRoot: Buffer.alloc(31) }, 'malformed-hash'],
      [{ root: Buffer.alloc(33) }, 'malformed-hash'],
      [{ proof: [] }, 'wrong-proof-length'],
      [{ proof: proven.proof.with(0, Buffer.alloc(31)) }, 'malformed-hash'],
      [{ proof: [...proven.proof.slice(0, -1), Buffer.alloc(0)] }, 'malformed-hash'],
    ]
    for (const [change, reason] of cases) {
      expectRefusal(reason, () => verifyConsistency({ ...proven, ...change }), JSON.stringify(change))
    }
    expect(refusal(() => proveConsistency(reader, 14, 13))).to.equal('inconsistent-trees')
  })
})
