/** Reads the hashes of a tree of a given size from its tiles. What it reads is as trustworthy as the tiles are. */
import type { HashReader } from './hash-reader.ts'
import { HASH_BYTES, writeNodeHash } from './merkle-hash.ts'
import { SealError } from './seal-error.ts'
import { TILE_BYTES, TILE_HEIGHT, TILE_WIDTH, tilePath, widthOf } from './tile.ts'
import type { Tile } from './tile.ts'
import { checkCount } from './tree-size.ts'

/**
 * The bytes of a tile, or of a wider one with the same level and index: it begins with the same hashes, and a partial
 * tile may be gone once it grew. Undefined where there is none.
 */
export type ReadTile = (tile: Tile) => Uint8Array | undefined

interface TileBytes {
  readonly index: number
  readonly bytes: Buffer
}

export class TileHashReader implements HashReader {
  readonly size: number
  private readonly readTile: ReadTile
  /** The tile read last at each level: proofs and ranges ask for neighbours. */
  private readonly recent: (TileBytes | undefined)[] = []

  constructor(size: number, readTile: ReadTile) {
    checkCount(size, 'the tree size')
    this.size = size
    this.readTile = readTile
  }

  hashAt(level: number, index: number): Buffer {
    const leaves = 2 ** level
    if ((index + 1) * leaves > this.size) {
      throw new SealError(
        'index-outside-tree',
        `a tree of size ${this.size} has no subtree ${index} of ${leaves} leaves`,
      )
    }
    const tileLevel = Math.floor(level / TILE_HEIGHT)
    // Levels between those of the tiles are hashed from the tile below.
    const count = 2 ** (level % TILE_HEIGHT)
    const first = index * count
    const start = (first % TILE_WIDTH) * HASH_BYTES
    const tile = this.tileAt(tileLevel, Math.floor(first / TILE_WIDTH))
    return rootOfHashes(tile.subarray(start, start + count * HASH_BYTES))
  }

  private tileAt(level: number, index: number): Buffer {
    const recent = this.recent[level]
    if (recent?.index === index) return recent.bytes
    const tile = { level, index, width: widthOf(level, index, this.size) }
    const bytes = this.readTile(tile)
    if (bytes === undefined) throw new SealError('missing-tile', `there is no ${tilePath(tile)}`)
    if (bytes.length % HASH_BYTES !== 0 || bytes.length > TILE_BYTES || bytes.length < tile.width * HASH_BYTES) {
      throw new SealError('malformed-tile', `${tilePath(tile)} has ${bytes.length} bytes`)
    }
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.recent[level] = { index, bytes: buffer }
    return buffer
  }
}

/** The root over so many hashes in a row; a power of two. */
export function rootOfHashes(hashes: Buffer): Buffer {
  const level = Buffer.from(hashes)
  for (let length = level.length; length > HASH_BYTES; length /= 2) {
    for (let at = 0; at < length; at += 2 * HASH_BYTES) writeNodeHash(level, at, level, at + HASH_BYTES, level, at / 2)
  }
  return Buffer.from(level.subarray(0, HASH_BYTES))
}
