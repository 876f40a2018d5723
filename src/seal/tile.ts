/**
 * C2SP tlog-tiles: a tree's hashes in tiles of 256, which never change once they are full. Tile `index` of level `l`
 * holds the hashes of the subtrees of 256^l leaves: the leaf hashes at level 0, the roots of full tiles above.
 */
import { HASH_BYTES } from './merkle-hash.ts'
import { SealError } from './seal-error.ts'
import { checkCount, parseCount } from './tree-size.ts'

/** Levels of the binary tree that one tile spans. */
export const TILE_HEIGHT = 8
/** Hashes in a full tile. */
export const TILE_WIDTH = 256
export const TILE_BYTES: number = TILE_WIDTH * HASH_BYTES

/** Which hashes a file of the tree holds. */
export interface Tile {
  readonly level: number
  readonly index: number
  /** Hashes in it: 256 in a full tile, fewer in the last one of a level. */
  readonly width: number
}

const MAX_LEVEL = 63
const PATH = /^tile\/(?<level>0|[1-9]\d?)\/(?<groups>(?:x\d{3}\/)*\d{3})(?:\.p\/(?<width>[1-9]\d{0,2}))?$/

/** Where a tile is kept, relative to the tree's folder, with slashes: `tile/0/x001/x234/067`, `tile/1/000.p/17`. */
export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? []
  const name = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/')
  return `tile/${level}/${name}${width === TILE_WIDTH ? '' : `.p/${width}`}`
}

/** @throws SealError `malformed-tile` for anything but the one path that a tile has. */
export function parseTilePath(path: string): Tile {
  const { level = '', groups = '', width } = PATH.exec(path)?.groups ?? {}
  if (level === '') throw notPath(path)
  const tile = {
    level: Number(level),
    index: parseCount(groups.replaceAll(/[x/]/g, '').replace(/^0+(?=\d)/, ''), 'the index of a tile'),
    width: width === undefined ? TILE_WIDTH : Number(width),
  }
  if (tile.level > MAX_LEVEL || tile.width > TILE_WIDTH || tilePath(tile) !== path) throw notPath(path)
  return tile
}

/** Subtrees of 256^level leaves in a tree: so many hashes there are in its tiles of that level. */
export function hashesAtLevel(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level)
}

/** How many hashes a tile has in a tree of `size` leaves; 0 where the tree does not reach it. */
export function widthOf(level: number, index: number, size: number): number {
  return Math.max(0, Math.min(TILE_WIDTH, hashesAtLevel(level, size) - index * TILE_WIDTH))
}

/** The size at which a tile becomes full; above 2^53 where no tree gets there. */
export function fullAt({ level, index }: Pick<Tile, 'level' | 'index'>): number {
  return (index + 1) * TILE_WIDTH ** (level + 1)
}

/** The tiles to store when a tree grows from one size to another: those that are new and those that are wider now. */
export function* grownTiles(oldSize: number, size: number): Generator<Tile, void, undefined> {
  checkCount(oldSize, 'the old tree size')
  checkCount(size, 'the tree size')
  for (let level = 0; hashesAtLevel(level, size) > 0; level++) {
    const hashes = hashesAtLevel(level, size)
    const before = hashesAtLevel(level, oldSize)
    if (hashes <= before) continue
    for (let index = Math.floor(before / TILE_WIDTH); index * TILE_WIDTH < hashes; index++) {
      yield { level, index, width: widthOf(level, index, size) }
    }
  }
}

/** The last tile of each level that is not full: with the full ones, all that a tree of this size consists of. */
export function partialTiles(size: number): Tile[] {
  const tiles: Tile[] = []
  for (let level = 0; hashesAtLevel(level, size) > 0; level++) {
    const hashes = hashesAtLevel(level, size)
    const width = hashes % TILE_WIDTH
    if (width > 0) tiles.push({ level, index: Math.floor(hashes / TILE_WIDTH), width })
  }
  return tiles
}

function notPath(path: string): SealError {
  return new SealError('malformed-tile', `${JSON.stringify(path)} is no path of a tile`)
}
