/**
 * A tree that is built again from its leaves, with the tiles above the leaves compared as they get full. It can be
 * forked: where a line and its tile contradict each other, both trees go on until a checkpoint tells which is the one.
 */
import { CompactRange } from '../seal/compact-range.ts'
import { HASH_BYTES } from '../seal/merkle-hash.ts'
import { TILE_BYTES, TILE_HEIGHT, TILE_WIDTH, hashesAtLevel } from '../seal/tile.ts'
import { readCheckedTile } from './stored-leaves.ts'
import type { TileFault } from './stored-leaves.ts'

/** A tile above the leaves that is not what the tree makes it. */
export interface FaultyTile {
  readonly level: number
  readonly index: number
  readonly name: string
  readonly fault: TileFault
}

interface EdgeTile {
  readonly level: number
  /** Hashes so far, in all tiles of the level. */
  hashes: number
  readonly bytes: Buffer
}

/** More are counted by nobody: what is wrong with so many is told by fewer. */
const MAX_FAULTS = 1000

// Owned by the verification of one log.
export class RebuiltTree {
  /** Tiles above the leaves that do not fit, up to here. */
  readonly faults: FaultyTile[]
  private readonly dir: string
  private readonly finalSize: number
  private readonly range: CompactRange
  private readonly edge: EdgeTile[]

  /** `finalSize` is that of the newest checkpoint: it says how wide the last tiles are. */
  constructor(dir: string, finalSize: number, forked?: RebuiltTree) {
    this.dir = dir
    this.finalSize = finalSize
    this.faults = [...(forked?.faults ?? [])]
    this.edge = (forked?.edge ?? []).map(tile => ({ ...tile, bytes: Buffer.from(tile.bytes) }))
    const listener = (level: number, hash: Buffer): void => {
      if (level % TILE_HEIGHT === 0) this.addToTile(level / TILE_HEIGHT, hash)
    }
    this.range = forked === undefined ? new CompactRange(listener) : forked.range.fork(listener)
  }

  get size(): number {
    return this.range.size
  }

  root(): Buffer {
    return this.range.root()
  }

  append(hashes: Buffer, at: number): void {
    this.range.append(hashes, at)
  }

  /** All leaves of a tile at once, by its root. */
  appendTile(roots: Buffer, at: number): void {
    this.range.appendSubtree(TILE_HEIGHT, roots, at)
  }

  fork(): RebuiltTree {
    return new RebuiltTree(this.dir, this.finalSize, this)
  }

  /** Compares the last tiles too, which are not full. */
  end(): void {
    for (const tile of this.edge) {
      const width = tile.hashes % TILE_WIDTH
      if (width > 0) this.compare(tile, Math.floor(tile.hashes / TILE_WIDTH), width)
    }
  }

  private addToTile(level: number, hash: Buffer): void {
    const tile = (this.edge[level - 1] ??= { level, hashes: 0, bytes: Buffer.alloc(TILE_BYTES) })
    hash.copy(tile.bytes, (tile.hashes % TILE_WIDTH) * HASH_BYTES)
    tile.hashes++
    if (tile.hashes % TILE_WIDTH === 0) this.compare(tile, tile.hashes / TILE_WIDTH - 1, TILE_WIDTH)
  }

  private compare({ level, bytes }: EdgeTile, index: number, width: number): void {
    // Beyond the newest checkpoint nothing is said of tiles.
    if (index * TILE_WIDTH + width > hashesAtLevel(level, this.finalSize)) return
    const { name, hashes, fault } = readCheckedTile(this.dir, level, index, this.finalSize)
    const isEqual = hashes?.equals(bytes.subarray(0, width * HASH_BYTES)) === true
    if (isEqual || this.faults.length === MAX_FAULTS) return
    const changed: TileFault = { kind: 'changed-tile', message: 'its hashes are not those of the records' }
    this.faults.push({ level, index, name, fault: fault ?? changed })
  }
}
