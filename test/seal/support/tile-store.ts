// Tiles kept by path, as files would keep them: what is written is what is read, and nothing else is known of the tree.
import type { Growth } from '../../../src/seal/growing-tree.ts'
import { TILE_WIDTH, tilePath } from '../../../src/seal/tile.ts'
import type { Tile } from '../../../src/seal/tile.ts'

export class TileStore {
  readonly files: Map<string, Uint8Array> = new Map()

  store({ tiles }: Growth): void {
    for (const { tile, bytes } of tiles) this.files.set(tilePath(tile), Uint8Array.from(bytes))
  }

  /** The partial tile of this width, else the full one. */
  readonly read = (tile: Tile): Uint8Array | undefined =>
    this.files.get(tilePath(tile)) ?? this.files.get(tilePath({ ...tile, width: TILE_WIDTH }))
}
