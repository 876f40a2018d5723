import { expect } from 'chai'
import fc from 'fast-check'
import { CompactRange } from '../../src/seal/compact-range.ts'
import { LeafHasher, leafHash } from '../../src/seal/merkle-hash.ts'
import { leafHashes } from './support/leaves.ts'
import { naiveRoot } from './support/naive-tree.ts'

const LEAVES = leafHashes(300)

function rangeOf(leaves: readonly Buffer[], onSubtree?: (level: number, hash: Buffer) => void): CompactRange {
  const range = new CompactRange(onSubtree)
  for (const leaf of leaves) range.append(leaf)
  return range
}

describe('a compact range', () => {
  it('takes whole subtrees for their leaves', () => {
    const steps = fc.array(fc.nat(7), { minLength: 1, maxLength: 30 })
    const property = fc.property(steps, levels => {
      const heard: string[] = []
      const range = new CompactRange((level, hash) => heard.push(`${level} ${hash.toString('hex')}`))
      for (const wanted of levels) {
        // The largest that fits in here.
        let level = wanted
        while (range.size % 2 ** level !== 0 || range.size + 2 ** level > LEAVES.length) {
          if (level === 0) return
          level--
        }
        range.appendSubtree(level, naiveRoot(LEAVES.slice(range.size, range.size + 2 ** level)))
      }
      const all = LEAVES.slice(0, range.size)
      expect(range.root()).to.deep.equal(naiveRoot(all))
      const told = new Set<string>()
      rangeOf(all, (level, hash) => told.add(`${level} ${hash.toString('hex')}`))
      expect(heard.filter(subtree => !told.has(subtree))).to.deep.equal([])
    })
    fc.assert(property)
  })

  it('tells of each full tile, when its last leaf comes', () => {
    const heard: [size: number, level: number, hash: Buffer][] = []
    const range: CompactRange = new CompactRange((level, hash) => heard.push([range.size, level, Buffer.from(hash)]))
    for (const leaf of LEAVES) range.append(leaf)
    expect(heard).to.deep.equal([[255, 8, naiveRoot(LEAVES.slice(0, 256))]])
  })

  it('refuses a subtree that does not begin where it stands', () => {
    const range = rangeOf(LEAVES.slice(0, 2))
    expect(() => range.appendSubtree(2, Buffer.alloc(32))).to.throw(RangeError)
    expect(range.size).to.equal(2)
  })

  it('goes on twice after a fork', () => {
    const range = rangeOf(LEAVES.slice(0, 100))
    const fork = range.fork()
    for (const leaf of LEAVES.slice(100, 150)) range.append(leaf)
    for (const leaf of LEAVES.slice(200, 250)) fork.append(leaf)
    expect(range.root()).to.deep.equal(naiveRoot(LEAVES.slice(0, 150)))
    expect(fork.root()).to.deep.equal(naiveRoot([...LEAVES.slice(0, 100), ...LEAVES.slice(200, 250)]))
  })
})

describe('the hash of a leaf in pieces', () => {
  it('is that of the whole', () => {
    const property = fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 5 }), pieces => {
      const hasher = new LeafHasher()
      for (const piece of pieces) hasher.add(piece)
      expect(hasher.end()).to.deep.equal(leafHash(Buffer.concat(pieces)))
    })
    fc.assert(property)
  })
})
