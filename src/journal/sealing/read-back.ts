/**
 * After a sync that failed the kernel may have dropped what was written: the lines are read back and compared with the
 * hashes that were taken of them before they were written.
 */
import type { Growth } from '../../seal/growing-tree.ts'
import { HASH_BYTES, leafHash } from '../../seal/merkle-hash.ts'
import { TILE_WIDTH } from '../../seal/tile.ts'
import { linesFrom } from './stored-lines.ts'

/** Records of `growth`, from `from` on, that are not in the files as they were written; ascending. */
export function findLostRecords(dir: string, from: number, growth: Growth): number[] {
  const leaves = new Map(
    growth.tiles.filter(({ tile }) => tile.level === 0).map(({ tile, bytes }) => [tile.index, bytes]),
  )
  // Those before them were durable when their tiles were stored, whether or not somebody signed since.
  const first = Math.max(from, TILE_WIDTH * Math.min(...leaves.keys()))
  const missing = new Set<number>()
  for (let seq = first; seq < growth.size; seq++) missing.add(seq)
  for (const { seq, bytes } of linesFrom(dir, first)) {
    const at = (seq % TILE_WIDTH) * HASH_BYTES
    const expected = leaves.get(Math.floor(seq / TILE_WIDTH))?.subarray(at, at + HASH_BYTES)
    if (expected?.equals(leafHash(bytes)) === true) missing.delete(seq)
  }
  return [...missing]
}
