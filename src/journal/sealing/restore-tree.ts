/** The tree of a log that is opened again: from its tiles, or, where they are lost, from the lines. */
import { encodeBase64 } from '../../seal/base64.ts'
import type { Checkpoint } from '../../seal/checkpoint.ts'
import { GrowingTree } from '../../seal/growing-tree.ts'
import { SealError } from '../../seal/seal-error.ts'
import { TileHashReader } from '../../seal/tile-hash-reader.ts'
import type { ReadTile } from '../../seal/tile-hash-reader.ts'
import { linesFrom } from './stored-lines.ts'

export interface RestoredTree {
  readonly tree: GrowingTree
  /** So many leaves have their tiles on disk: 0 where the tree had to be made from the lines. */
  readonly storedSize: number
}

/** Undefined where neither gives the tree that was signed: going on with another one would be a fork. */
export function restoreTree(dir: string, checkpoint: Checkpoint, readTile: ReadTile): RestoredTree | undefined {
  const stored = fromTiles(checkpoint, readTile)
  if (stored !== undefined) return { tree: stored, storedSize: checkpoint.size }
  const rebuilt = fromLines(dir, checkpoint, readTile)
  return rebuilt === undefined ? undefined : { tree: rebuilt, storedSize: 0 }
}

function fromTiles(checkpoint: Checkpoint, readTile: ReadTile): GrowingTree | undefined {
  try {
    return signedOnly(new GrowingTree(checkpoint.size, readTile), checkpoint)
  } catch (error) {
    if (error instanceof SealError) return undefined
    throw error
  }
}

/** Leaf hashes of records whose lines retention deleted come from the tiles. */
function fromLines(dir: string, checkpoint: Checkpoint, readTile: ReadTile): GrowingTree | undefined {
  const tree = new GrowingTree()
  const reader = new TileHashReader(checkpoint.size, readTile)
  try {
    for (const { seq, bytes } of linesFrom(dir, 0)) {
      if (seq >= checkpoint.size) break
      while (tree.size < seq) tree.appendHash(reader.hashAt(0, tree.size))
      if (tree.size === seq) tree.append(bytes)
    }
    while (tree.size < checkpoint.size) tree.appendHash(reader.hashAt(0, tree.size))
  } catch (error) {
    if (error instanceof SealError) return undefined
    throw error
  }
  return signedOnly(tree, checkpoint)
}

function signedOnly(tree: GrowingTree, { root }: Checkpoint): GrowingTree | undefined {
  return encodeBase64(tree.root()) === encodeBase64(root) ? tree : undefined
}
