import { expect } from 'chai'
import fc from 'fast-check'
import { fullAt, grownTiles, parseTilePath, partialTiles, tilePath, widthOf } from '../../src/seal/tile.ts'
import { TileHashReader } from '../../src/seal/tile-hash-reader.ts'
import { GrowingTree } from '../../src/seal/growing-tree.ts'
import { RUNS } from '../support/arbitrary-event.ts'
import { entry, leafHashes } from './support/leaves.ts'
import { naiveRoot } from './support/naive-tree.ts'
import { expectRefusal, refusal } from './support/refusal.ts'
import { TileStore } from './support/tile-store.ts'

function paths(oldSize: number, size: number): string[] {
  return Array.from(grownTiles(oldSize, size), tilePath)
}

describe('the path of a tile', () => {
  it('has its index in groups of three digits, all but the last with an x', () => {
    const cases: [number, string][] = [
      [0, 'tile/3/000'],
      [67, 'tile/3/067'],
      [999, 'tile/3/999'],
      [1000, 'tile/3/x001/000'],
      [1_234_067, 'tile/3/x001/x234/067'],
      [Number.MAX_SAFE_INTEGER, 'tile/3/x009/x007/x199/x254/x740/991'],
    ]
    for (const [index, path] of cases) {
      expect(tilePath({ level: 3, index, width: 256 })).to.equal(path)
      expect(tilePath({ level: 3, index, width: 17 })).to.equal(`${path}.p/17`)
    }
  })

  it('is read back as the tile, for every tile', () => {
    const tile = fc.record({
      level: fc.integer({ min: 0, max: 63 }),
      index: fc.oneof(fc.nat({ max: 2000 }), fc.maxSafeNat()),
      width: fc.integer({ min: 1, max: 256 }),
    })
    fc.assert(
      fc.property(tile, given => void expect(parseTilePath(tilePath(given))).to.deep.equal(given)),
      { numRuns: RUNS },
    )
  })

  it('is the only one that is accepted', () => {
    const wrong = [
      '',
      'tile',
      'tile/0',
      'tile/0/',
      'tile/0/00',
      'tile/0/0000',
      'tile/0/x000/001',
      'tile/0/x001/1',
      'tile/0/001/002',
      'tile/0/x001',
      'tile/00/000',
      'tile/01/000',
      'tile/64/000',
      'tile/-1/000',
      'tile/0/000.p/0',
      'tile/0/000.p/256',
      'tile/0/000.p/01',
      'tile/0/000.p/999',
      'tile/0/000.p',
      'tile/0/000.p/',
      'tile/0/000/p/1',
      '/tile/0/000',
      'tile/0/000/',
      'tile/0/000\n',
      'tile/8/0/000',
      'tile/entries/000',
      'TILE/0/000',
      'tile/0/٠٠٠',
    ]
    expect(wrong.filter(path => refusal(() => parseTilePath(path)) !== 'malformed-tile')).to.deep.equal([])
    expect(refusal(() => parseTilePath('tile/0/x009/x007/x199/x254/x740/992'))).to.equal('number-too-large')
  })
})

describe('the tiles of a tree', () => {
  it('are those of the examples in C2SP tlog-tiles', () => {
    expect(partialTiles(70_000)).to.deep.equal([
      { level: 0, index: 273, width: 112 },
      { level: 1, index: 1, width: 17 },
      { level: 2, index: 0, width: 1 },
    ])
    expect(paths(0, 70_000)).to.have.length(273 + 1 + 1 + 1 + 1)
    expect(paths(0, 256)).to.deep.equal(['tile/0/000', 'tile/1/000.p/1'])
    expect(partialTiles(256)).to.deep.equal([{ level: 1, index: 0, width: 1 }])
    expect(partialTiles(0)).to.deep.equal([])
  })

  it('that grow are those that are new or wider', () => {
    expect(paths(0, 0)).to.deep.equal([])
    expect(paths(7, 7)).to.deep.equal([])
    expect(paths(9, 7)).to.deep.equal([])
    expect(paths(0, 1)).to.deep.equal(['tile/0/000.p/1'])
    expect(paths(255, 257)).to.deep.equal(['tile/0/000', 'tile/0/001.p/1', 'tile/1/000.p/1'])
    expect(paths(257, 300)).to.deep.equal(['tile/0/001.p/44'])
    expect(paths(65_535, 65_536)).to.deep.equal(['tile/0/255', 'tile/1/000', 'tile/2/000.p/1'])
  })

  it('never are empty, and are full at the size that says so', () => {
    fc.assert(
      fc.property(fc.nat({ max: 200_000 }), fc.nat({ max: 2000 }), (oldSize, more) => {
        const size = oldSize + more
        for (const tile of grownTiles(oldSize, size)) {
          expect(tile.width).to.be.within(1, 256)
          expect(tile.width).to.equal(widthOf(tile.level, tile.index, size))
          expect(tile.width === 256).to.equal(fullAt(tile) <= size)
          expect(widthOf(tile.level, tile.index, oldSize)).to.be.lessThan(tile.width)
        }
      }),
      { numRuns: RUNS },
    )
  })
})

describe('hashes read from tiles', () => {
  const size = 600
  const leaves = leafHashes(size)
  const store = new TileStore()
  before(() => {
    const tree = new GrowingTree()
    for (let index = 0; index < size; index++) tree.append(entry(index))
    store.store(tree.growthSince(0))
  })

  it('are those of every complete subtree', () => {
    const reader = new TileHashReader(size, store.read)
    for (let level = 0; 2 ** level <= size; level++) {
      for (let index = 0; (index + 1) * 2 ** level <= size; index += level < 4 ? 5 : 1) {
        const expected = naiveRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level))
        expect(reader.hashAt(level, index), `${level}/${index}`).to.deep.equal(expected)
      }
    }
  })

  it('are not given for subtrees that the tree does not have, or has not yet', () => {
    const reader = new TileHashReader(size, store.read)
    for (const [level, index] of [
      [0, 600],
      [3, 75],
      [8, 2],
      [10, 0],
      [52, 0],
    ] as const) {
      expectRefusal('index-outside-tree', () => reader.hashAt(level, index), `${level}/${index}`)
    }
  })

  it('come from a wider tile just as well', () => {
    const wider = new TileHashReader(
      400,
      tile => store.files.get(tilePath({ ...tile, width: 256 })) ?? store.read(tile),
    )
    expect(wider.hashAt(0, 399)).to.deep.equal(leaves[399])
    expect(refusal(() => wider.hashAt(0, 400))).to.equal('index-outside-tree')
  })

  it('read each tile once while its neighbours are asked for', () => {
    const asked: string[] = []
    const reader = new TileHashReader(size, tile => {
      asked.push(tilePath(tile))
      return store.read(tile)
    })
    for (let index = 0; index < size; index++) reader.hashAt(0, index)
    expect(asked).to.deep.equal(['tile/0/000', 'tile/0/001', 'tile/0/002.p/88'])
  })
})
