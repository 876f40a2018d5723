import { expect } from 'chai'
import { CompactRange } from '../../src/seal/compact-range.ts'
import { proveConsistency, verifyConsistency } from '../../src/seal/consistency-proof.ts'
import { GrowingTree } from '../../src/seal/growing-tree.ts'
import { rootOf } from '../../src/seal/hash-reader.ts'
import { proveInclusion, verifyInclusion } from '../../src/seal/inclusion-proof.ts'
import { tilePath } from '../../src/seal/tile.ts'
import { TileHashReader } from '../../src/seal/tile-hash-reader.ts'
import { refusal } from './support/refusal.ts'
import { UNIFORM_ENTRY, readUniformTile, uniformHash, uniformReader } from './support/uniform-tree.ts'

const MAX = Number.MAX_SAFE_INTEGER
/** Where 32-bit numbers, signed and unsigned, and those of JavaScript end. */
const SIZES = [
  2 ** 31 - 1,
  2 ** 31,
  2 ** 31 + 1,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 32 + 1,
  2 ** 40 + 3,
  2 ** 52 + 1,
  MAX - 1,
  MAX,
]

describe('a tree at the limits of numbers', () => {
  for (const size of SIZES) {
    it(`proves and verifies records in ${size}`, () => {
      const root = rootOf(uniformReader, size)
      for (const index of [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 52, size - 2, size - 1].filter(at => at < size)) {
        const proof = proveInclusion(uniformReader, index, size)
        const proven = { leafHash: uniformHash(0), index, size, root, proof }
        verifyInclusion(proven)
        expect(refusal(() => verifyInclusion({ ...proven, proof: proof.slice(1) }))).to.not.equal(undefined)
        expect(refusal(() => verifyInclusion({ ...proven, leafHash: uniformHash(1) }))).to.equal('wrong-root')
      }
    })

    it(`proves and verifies that ${size} extends older trees`, () => {
      const root = rootOf(uniformReader, size)
      for (const oldSize of [1, 3, ...SIZES].filter(other => other <= size)) {
        const oldRoot = rootOf(uniformReader, oldSize)
        const proof = proveConsistency(uniformReader, oldSize, size)
        verifyConsistency({ oldSize, oldRoot, size, root, proof })
        const wrong = { oldSize, oldRoot: uniformHash(52), size, root, proof }
        expect(refusal(() => verifyConsistency(wrong))).to.equal('inconsistent-trees')
      }
    })

    it(`goes on to ${size} from the last sizes before it, from its tiles`, () => {
      for (const before of [2, 1]) {
        const tree = new GrowingTree(size - before, readUniformTile)
        expect(tree.root()).to.deep.equal(rootOf(uniformReader, size - before))
        for (let count = 0; count < before; count++) tree.append(UNIFORM_ENTRY)
        expect(tree.size).to.equal(size)
        expect(tree.root()).to.deep.equal(rootOf(uniformReader, size))
        for (const { tile, bytes } of tree.growthSince(size - before).tiles) {
          expect(bytes.equals(readUniformTile(tile) ?? Buffer.alloc(0)), tilePath(tile)).to.equal(true)
        }
      }
      const tree = new GrowingTree(size, readUniformTile)
      expect(rootOf(new TileHashReader(size, readUniformTile), size)).to.deep.equal(tree.root())
    })
  }

  it('takes no record more than JavaScript can count', () => {
    const range = CompactRange.restore(MAX, uniformReader)
    const root = range.root()
    expect(refusal(() => range.append(uniformHash(0)))).to.equal('number-too-large')
    expect(range.root()).to.deep.equal(root)
    const tree = new GrowingTree(MAX, readUniformTile)
    expect(refusal(() => tree.append(UNIFORM_ENTRY))).to.equal('number-too-large')
    expect(refusal(() => new GrowingTree(MAX + 1, readUniformTile))).to.equal('number-too-large')
  })
})
