// A tree of any size all of whose records are the same: one hash per level says everything about it.
import type { HashReader } from '../../../src/seal/hash-reader.ts'
import { TILE_HEIGHT } from '../../../src/seal/tile.ts'
import type { ReadTile } from '../../../src/seal/tile-hash-reader.ts'
import { naiveLeafHash, sha256 } from './naive-tree.ts'

export const UNIFORM_ENTRY: Buffer = Buffer.from('again')

const hashes: Buffer[] = [naiveLeafHash(UNIFORM_ENTRY)]

export function uniformHash(level: number): Buffer {
  return (hashes[level] ??= sha256(Buffer.of(1), uniformHash(level - 1), uniformHash(level - 1)))
}

export const uniformReader: HashReader = { hashAt: uniformHash }

export const readUniformTile: ReadTile = ({ level, width }) =>
  Buffer.concat(Array.from({ length: width }, () => uniformHash(level * TILE_HEIGHT)))
