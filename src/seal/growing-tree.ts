/**
 * The right edge of a tree that is being written: its compact range, its partial tiles, and the full tiles that are not
 * stored yet. Appending hashes the leaf, and on average one node; the bytes of the tiles come without further hashing.
 */
import { CompactRange } from './compact-range.ts'
import { HASH_BYTES, leafHashText } from './merkle-hash.ts'
import { TILE_BYTES, TILE_HEIGHT, TILE_WIDTH, fullAt, grownTiles, hashesAtLevel, partialTiles } from './tile.ts'
import type { Tile } from './tile.ts'
import { TileHashReader } from './tile-hash-reader.ts'
import type { ReadTile } from './tile-hash-reader.ts'

export interface StoredTile {
  readonly tile: Tile
  readonly bytes: Buffer
}

/** As many as a busy log fills between two commits: 2 MiB. */
const MAX_SPARE_TILES = 256

/** What a checkpoint covers and what must be stored before it is. Later records change none of it, until it is forgotten. */
export interface Growth {
  readonly size: number
  readonly root: Buffer
  readonly tiles: readonly StoredTile[]
}

/** The last tile of a level, never full. */
interface EdgeTile {
  index: number
  width: number
  bytes: Buffer
}

// Owned by the writer of the log.
export class GrowingTree {
  private readonly range: CompactRange
  private readonly edge: EdgeTile[] = []
  /** Full tiles that are kept until they are stored, by level and index. */
  private readonly full = new Map<string, StoredTile>()
  /** Memory of tiles that were forgotten, for the next ones: left to the garbage collector it would pile up. */
  private readonly spare: Buffer[] = []

  /**
   * The tree of `size` leaves whose tiles `readTile` gives. Whether it is the tree that was signed is told by its root:
   * compare that with the checkpoint.
   * @throws SealError `missing-tile` or `malformed-tile`.
   */
  constructor(size = 0, readTile: ReadTile = noTile) {
    const reader = new TileHashReader(size, readTile)
    this.range = CompactRange.restore(size, reader, (level, hash) => {
      if (level % TILE_HEIGHT === 0) this.addHash(level / TILE_HEIGHT, hash, 0)
    })
    for (let level = 0; hashesAtLevel(level, size) > 0; level++) {
      const hashes = hashesAtLevel(level, size)
      const tile = this.edgeAt(level)
      tile.index = Math.floor(hashes / TILE_WIDTH)
      tile.width = hashes % TILE_WIDTH
      for (let at = 0; at < tile.width; at++) {
        reader.hashAt(level * TILE_HEIGHT, hashes - tile.width + at).copy(tile.bytes, at * HASH_BYTES)
      }
    }
  }

  /** Leaves so far: the index of the next one. */
  get size(): number {
    return this.range.size
  }

  root(): Buffer {
    return this.range.root()
  }

  /** Appends the record whose stored bytes, without the line break, are `source[start, end)`. */
  append(source: Buffer, start = 0, end: number = source.length): void {
    const tile = this.edgeAt(0)
    const hash = leafHashText(source, start, end)
    tile.bytes.write(hash, tile.width * HASH_BYTES, HASH_BYTES, 'latin1')
    this.range.appendText(hash)
    this.widen(0, tile)
  }

  /** Appends a record whose leaf hash is `hashes[at, at + 32)`: it was computed elsewhere. */
  appendHash(hashes: Buffer, at = 0): void {
    const tile = this.edgeAt(0)
    hashes.copy(tile.bytes, tile.width * HASH_BYTES, at, at + HASH_BYTES)
    this.range.append(hashes, at)
    this.widen(0, tile)
  }

  /**
   * Size and root as of now, with the tiles that are new or wider since the tree had `size` leaves, which is the size it
   * was restored with or a later one that was not forgotten. Asking changes nothing: when the tiles could not be stored,
   * ask again with the same size.
   */
  growthSince(size: number): Growth {
    const tiles: StoredTile[] = []
    for (const tile of grownTiles(size, this.size)) tiles.push({ tile, bytes: this.bytesOf(tile) })
    return { size: this.size, root: this.root(), tiles }
  }

  /**
   * The tiles of the tree of `size` leaves are stored: those that are full by then are no longer kept. Their memory is used
   * again, so nobody may look at the tiles of an earlier growth any more.
   */
  forgetThrough(size: number): void {
    for (const [key, { tile, bytes }] of this.full) {
      if (fullAt(tile) > size) continue
      this.full.delete(key)
      if (this.spare.length < MAX_SPARE_TILES) this.spare.push(bytes)
    }
  }

  /** The partial tiles as of now: they are enough to go on with the tree, not to prove anything about older records. */
  edgeTiles(): StoredTile[] {
    return partialTiles(this.size).map(tile => ({ tile, bytes: this.bytesOf(tile) }))
  }

  /** The hash of a leaf whose tile is not full, or not forgotten yet; undefined for older ones. */
  leafHash(index: number): Buffer | undefined {
    if (index < 0 || index >= this.size) return undefined
    const tile = Math.floor(index / TILE_WIDTH)
    const edge = this.edgeAt(0)
    const bytes = edge.index === tile ? edge.bytes : this.full.get(keyOf(0, tile))?.bytes
    const at = (index % TILE_WIDTH) * HASH_BYTES
    return bytes?.subarray(at, at + HASH_BYTES)
  }

  private bytesOf({ level, index, width }: Tile): Buffer {
    const full = this.full.get(keyOf(level, index))
    if (full !== undefined) return full.bytes
    const edge = this.edgeAt(level)
    if (edge.index !== index || width === TILE_WIDTH) throw new RangeError('a tile was forgotten before it was stored')
    // No copy: what is in a tile does not change until it is forgotten.
    return edge.bytes.subarray(0, width * HASH_BYTES)
  }

  private edgeAt(level: number): EdgeTile {
    return (this.edge[level] ??= { index: 0, width: 0, bytes: Buffer.alloc(TILE_BYTES) })
  }

  private addHash(level: number, hash: Buffer, at: number): void {
    const tile = this.edgeAt(level)
    hash.copy(tile.bytes, tile.width * HASH_BYTES, at, at + HASH_BYTES)
    this.widen(level, tile)
  }

  private widen(level: number, tile: EdgeTile): void {
    tile.width++
    if (tile.width < TILE_WIDTH) return
    const { index, bytes } = tile
    this.full.set(keyOf(level, index), { tile: { level, index, width: TILE_WIDTH }, bytes })
    tile.index++
    tile.width = 0
    tile.bytes = this.spare.pop() ?? Buffer.alloc(TILE_BYTES)
  }
}

function keyOf(level: number, index: number): string {
  return `${level}/${index}`
}

function noTile(): undefined {}
