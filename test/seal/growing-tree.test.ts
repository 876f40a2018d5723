import { expect } from 'chai'
import fc from 'fast-check'
import { CompactRange } from '../../src/seal/compact-range.ts'
import { GrowingTree } from '../../src/seal/growing-tree.ts'
import { rootOf } from '../../src/seal/hash-reader.ts'
import { grownTiles, partialTiles, tilePath } from '../../src/seal/tile.ts'
import { TileHashReader } from '../../src/seal/tile-hash-reader.ts'
import { RUNS } from '../support/arbitrary-event.ts'
import { entry, leafHashes, leafReader } from './support/leaves.ts'
import { naiveRoot } from './support/naive-tree.ts'
import { refusal } from './support/refusal.ts'
import { TileStore } from './support/tile-store.ts'

const MOST = 600

/** The tree of the first `size` records, its tiles stored after each of `commits`. */
function storedTree(size: number, commits: readonly number[] = [size]): { tree: GrowingTree; store: TileStore } {
  const tree = new GrowingTree()
  const store = new TileStore()
  let stored = 0
  for (let index = 0; index < size; index++) {
    tree.append(entry(index))
    if (!commits.includes(tree.size)) continue
    store.store(tree.growthSince(stored))
    stored = tree.size
    tree.forgetThrough(stored)
  }
  return { tree, store }
}

describe('a growing tree', () => {
  const leaves = leafHashes(MOST)
  const roots = Array.from({ length: MOST + 1 }, (_, size) => naiveRoot(leaves.slice(0, size)))

  it(`has the root of RFC 6962 at every size from 0 to ${MOST}`, () => {
    const tree = new GrowingTree()
    const byHash = new GrowingTree()
    const range = new CompactRange()
    for (const [size, root] of roots.entries()) {
      expect(tree.size).to.equal(size)
      expect(tree.root(), `size ${size}`).to.deep.equal(root)
      expect(byHash.root(), `size ${size}`).to.deep.equal(root)
      expect(range.root(), `size ${size}`).to.deep.equal(root)
      tree.append(Buffer.concat([Buffer.from('...'), entry(size), Buffer.from('\n')]), 3, 3 + entry(size).length)
      byHash.appendHash(Buffer.concat([Buffer.alloc(5), leaves[size] ?? Buffer.alloc(32)]), 5)
      range.append(leaves[size] ?? Buffer.alloc(32))
    }
  })

  it('is restored from the leaves at any size and goes on to the same roots', () => {
    const sizes = fc.tuple(fc.nat({ max: MOST }), fc.nat({ max: 40 }))
    fc.assert(
      fc.property(sizes, ([size, more]) => {
        const range = CompactRange.restore(size, leafReader(leaves))
        expect(range.root()).to.deep.equal(roots[size])
        for (const leaf of leaves.slice(size, size + more)) range.append(leaf)
        expect(range.root()).to.deep.equal(roots[Math.min(MOST, size + more)])
      }),
      { numRuns: Math.ceil(RUNS / 10) },
    )
  })

  it('is restored from its tiles at every size and goes on to the same roots and tiles', () => {
    for (let size = 0; size <= MOST; size++) {
      const { store } = storedTree(size)
      const restored = new GrowingTree(size, store.read)
      expect(restored.root(), `size ${size}`).to.deep.equal(roots[size])
      const end = Math.min(MOST, size + 260)
      for (let index = size; index < end; index++) restored.append(entry(index))
      expect(restored.root(), `size ${end}`).to.deep.equal(roots[end])
      store.store(restored.growthSince(size))
      const whole = storedTree(end).store
      for (const [path, bytes] of whole.files) {
        expect(Buffer.compare(bytes, store.files.get(path) ?? Buffer.alloc(0)), `${path} at ${end}`).to.equal(0)
      }
    }
  })

  it('stores tiles from which every tree up to its size can be read, however it was committed', () => {
    const commits = fc.uniqueArray(fc.integer({ min: 1, max: MOST }), { maxLength: 8 })
    fc.assert(
      fc.property(commits, chosen => {
        const { store } = storedTree(MOST, [...chosen, MOST])
        for (const size of [...chosen, MOST]) {
          expect(rootOf(new TileHashReader(size, store.read), size)).to.deep.equal(roots[size])
        }
      }),
      { numRuns: Math.ceil(RUNS / 10) },
    )
  })

  it('gives with its growth exactly the tiles of C2SP tlog-tiles', () => {
    const tree = new GrowingTree()
    for (let index = 0; index < MOST; index++) tree.append(entry(index))
    for (const size of [0, 1, 255, 256, 257, 511, 512, 599, 600]) {
      const { tiles } = tree.growthSince(size)
      expect(tiles.map(({ tile }) => tile)).to.deep.equal([...grownTiles(size, MOST)])
      for (const { tile, bytes } of tiles) {
        const leavesPerHash = 256 ** tile.level
        const hashes = Array.from({ length: tile.width }, (_, at) => {
          const start = (tile.index * 256 + at) * leavesPerHash
          return naiveRoot(leaves.slice(start, start + leavesPerHash))
        })
        expect(bytes, tilePath(tile)).to.deep.equal(Buffer.concat(hashes))
      }
    }
  })

  it('gives the same growth again when it could not be stored, and more when records came', () => {
    const tree = new GrowingTree()
    for (let index = 0; index < 300; index++) tree.append(entry(index))
    const first = tree.growthSince(0)
    expect(tree.growthSince(0)).to.deep.equal(first)
    for (let index = 300; index < 600; index++) tree.append(entry(index))
    const paths = tree.growthSince(0).tiles.map(({ tile }) => tilePath(tile))
    expect(paths).to.deep.equal(['tile/0/000', 'tile/0/001', 'tile/0/002.p/88', 'tile/1/000.p/2'])
    tree.forgetThrough(300)
    expect(tree.growthSince(300).tiles.map(({ tile }) => tilePath(tile))).to.deep.equal(paths.slice(1))
    expect(() => tree.growthSince(0)).to.throw(RangeError)
  })

  it('keeps a full tile until it is stored, and not a moment longer', () => {
    const tree = new GrowingTree()
    for (let index = 0; index < 256; index++) tree.append(entry(index))
    tree.forgetThrough(255)
    expect(tree.growthSince(255).tiles).to.have.length(2)
    tree.forgetThrough(256)
    expect(() => tree.growthSince(255)).to.throw(RangeError)
    expect(tree.growthSince(256).tiles).to.deep.equal([])
  })

  it('hands out what no later record changes', () => {
    const tree = new GrowingTree()
    for (let index = 0; index < 250; index++) tree.append(entry(index))
    const growth = tree.growthSince(0)
    const before = growth.tiles.map(({ bytes }) => Buffer.from(bytes))
    const root = Buffer.from(growth.root)
    for (let index = 250; index < 600; index++) tree.append(entry(index))
    expect(growth.tiles.map(({ bytes }) => bytes)).to.deep.equal(before)
    expect(growth.root).to.deep.equal(root)
    expect(growth.size).to.equal(250)
  })

  it('uses the memory of forgotten tiles for the next ones, and goes on to the same roots', () => {
    const tree = new GrowingTree()
    for (let index = 0; index < 300; index++) tree.append(entry(index))
    const forgotten = tree.growthSince(0).tiles[0]?.bytes
    tree.forgetThrough(300)
    for (let index = 300; index < 600; index++) tree.append(entry(index))
    expect(tree.root()).to.deep.equal(roots[600])
    const growth = tree.growthSince(300)
    expect(growth.tiles.map(({ bytes }) => bytes.buffer)).to.include(forgotten?.buffer)
    expect(growth.tiles[0]?.bytes).to.deep.equal(Buffer.concat(leaves.slice(256, 512)))
  })

  it('is not restored from tiles that are gone, too short, too long or cut inside of a hash', () => {
    const { store } = storedTree(300)
    const restore = (bytes: Uint8Array | undefined) => (): GrowingTree =>
      new GrowingTree(300, tile => (tile.level === 0 && tile.index === 1 ? bytes : store.read(tile)))
    expect(refusal(restore(undefined))).to.equal('missing-tile')
    for (const length of [0, 43 * 32, 44 * 32 - 1, 44 * 32 + 1, 257 * 32]) {
      expect(refusal(restore(Buffer.alloc(length))), String(length)).to.equal('malformed-tile')
    }
    expect(refusal(restore(Buffer.alloc(256 * 32)))).to.equal(undefined)
  })

  it('has another root when it is restored from a tile in which any bit is flipped', () => {
    const { store } = storedTree(300)
    fc.assert(
      fc.property(fc.constantFrom(...partialTiles(300)), fc.nat(), (flippedTile, bit) => {
        const tree = new GrowingTree(300, tile => {
          const bytes = Buffer.from(store.read(tile) ?? [])
          if (tile.level !== flippedTile.level || tile.index !== flippedTile.index) return bytes
          const at = bit % (bytes.length * 8)
          bytes.writeUInt8(bytes.readUInt8(at >> 3) ^ (1 << (at & 7)), at >> 3)
          return bytes
        })
        expect(tree.root()).to.not.deep.equal(roots[300])
      }),
      { numRuns: Math.ceil(RUNS / 3) },
    )
  })
})
