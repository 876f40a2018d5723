/** The leaf hashes as the tiles have them: what the lines of the journal are compared with, one by one. */
import { HASH_BYTES } from '../seal/merkle-hash.ts'
import { TILE_BYTES, TILE_WIDTH, widthOf } from '../seal/tile.ts'
import type { Tile } from '../seal/tile.ts'
import { readTileFile, tileFileName } from './tile-files.ts'
import type { TileFile } from './tile-files.ts'

/** Lines that stand in the wrong place ask for tiles here and there. */
const KEPT_TILES = 64

export type TileFault = { readonly kind: 'missing-tile' | 'changed-tile'; readonly message: string }

/** The hashes of a tile as far as the tree has them, or why there are none. */
export interface CheckedTile {
  readonly name: string
  readonly hashes: Buffer | undefined
  readonly fault: TileFault | undefined
}

// Owned by the verification of one log.
export class StoredLeaves {
  readonly size: number
  private readonly dir: string
  /** In the order of their use, the last one used at the end. */
  private readonly tiles = new Map<number, CheckedTile>()

  /** Of the tree of `size` leaves whose tiles are in the log's folder. */
  constructor(dir: string, size: number) {
    this.dir = dir
    this.size = size
  }

  tile(index: number): CheckedTile {
    const known = this.tiles.get(index)
    if (known !== undefined) {
      this.tiles.delete(index)
      this.tiles.set(index, known)
      return known
    }
    const tile = readCheckedTile(this.dir, 0, index, this.size)
    this.tiles.set(index, tile)
    const [oldest] = this.tiles.keys()
    if (this.tiles.size > KEPT_TILES && oldest !== undefined) this.tiles.delete(oldest)
    return tile
  }

  /** The hash of a leaf; undefined where no tile has it. */
  hash(seq: number): Buffer | undefined {
    const { hashes } = this.tile(Math.floor(seq / TILE_WIDTH))
    const at = (seq % TILE_WIDTH) * HASH_BYTES
    return hashes?.subarray(at, at + HASH_BYTES)
  }

  /** Whether the leaf has the hash `hashes[at, at + 32)`; undefined where no tile tells. */
  isHash(seq: number, hashes: Buffer, at: number): boolean | undefined {
    const stored = this.hash(seq)
    return stored === undefined ? undefined : hashes.compare(stored, 0, HASH_BYTES, at, at + HASH_BYTES) === 0
  }

  /** How many of the `count` hashes from `hashes[at]` on are those of the leaves from `seq` on, up to the tile's end. */
  equalHashes(seq: number, hashes: Buffer, at: number, count: number): number {
    const stored = this.tile(Math.floor(seq / TILE_WIDTH)).hashes
    if (stored === undefined) return 0
    const from = (seq % TILE_WIDTH) * HASH_BYTES
    const bytes = Math.min(count * HASH_BYTES, stored.length - from)
    if (hashes.compare(stored, from, from + bytes, at, at + bytes) === 0) return bytes / HASH_BYTES
    let equal = 0
    while (hashes.compare(stored, from + equal, from + equal + HASH_BYTES, at + equal, at + equal + HASH_BYTES) === 0) {
      equal += HASH_BYTES
    }
    return equal / HASH_BYTES
  }
}

/** The tile of a tree of `size` leaves, as it stands in the folder. */
export function readCheckedTile(dir: string, level: number, index: number, size: number): CheckedTile {
  const tile = { level, index, width: widthOf(level, index, size) }
  const file = readTileFile(dir, tile)
  const name = tileFileName(tile)
  if (file === undefined) {
    return { name, hashes: undefined, fault: { kind: 'missing-tile', message: 'it is not there' } }
  }
  const wanted = tile.width * HASH_BYTES
  if (isWhole(file, tile)) return { name: file.name, hashes: file.bytes.subarray(0, wanted), fault: undefined }
  const length = file.bytes.length > TILE_BYTES ? `more than ${TILE_BYTES}` : file.bytes.length
  const message = `it has ${length} bytes instead of ${wanted}`
  return { name: file.name, hashes: undefined, fault: { kind: 'changed-tile', message } }
}

/** A wider tile than the tree needs may be on its way to the disk: only what is needed of it counts. */
function isWhole({ name, bytes }: TileFile, tile: Tile): boolean {
  const wanted = tile.width * HASH_BYTES
  return name === tileFileName(tile) ? bytes.length === wanted : bytes.length >= wanted && bytes.length <= TILE_BYTES
}
