/** Reads the tiles in a log's folder, for whoever checks or proves. What they say is as trustworthy as the folder. */
import { closeSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { HASH_BYTES } from '../seal/merkle-hash.ts'
import type { ReadTile } from '../seal/tile-hash-reader.ts'
import { TILE_BYTES, TILE_WIDTH, tilePath } from '../seal/tile.ts'
import type { Tile } from '../seal/tile.ts'
import { SEAL_FOLDER } from './log-layout.ts'
import { openPlainFile, readBytes } from './plain-file.ts'

/** A writer may be replacing tiles by wider ones, between any two looks. */
const MAX_ATTEMPTS = 3
const WIDTH = /^[1-9]\d{0,2}$/

export interface TileFile {
  /** Relative to the log's folder, with slashes. */
  readonly name: string
  /** As stored, of any length; of a file longer than any tile, one byte more than a tile has. */
  readonly bytes: Buffer
}

/** For `TileHashReader`: the tiles of the log in `dir`, which it checks for their length. */
export function tileFilesOf(dir: string): ReadTile {
  return tile => readTileFile(dir, tile)?.bytes
}

/**
 * The file of a tile, or where that is gone, of a wider one with the same index: it begins with the same hashes. A file
 * that is no regular one counts as missing.
 * @throws KansaError `KANSA_UNREADABLE`.
 */
export function readTileFile(dir: string, tile: Tile): TileFile | undefined {
  let file: TileFile | undefined
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    file = findTileFile(dir, tile)
    if (file !== undefined && hasHashesOf(tile, file)) return file
  }
  return file
}

function findTileFile(dir: string, tile: Tile): TileFile | undefined {
  const exact = readAt(dir, tile)
  if (exact !== undefined || tile.width === TILE_WIDTH) return exact
  let short: TileFile | undefined
  // The widest may be on its way to the disk; narrower ones go when it is there.
  for (const width of [...widerWidths(dir, tile), TILE_WIDTH]) {
    const file = readAt(dir, { ...tile, width })
    if (file !== undefined && hasHashesOf(tile, file)) return file
    short ??= file
  }
  return short
}

function hasHashesOf({ width }: Tile, { bytes }: TileFile): boolean {
  return bytes.length >= width * HASH_BYTES
}

/** Where a tile's file is, relative to the log's folder, with slashes. */
export function tileFileName(tile: Tile): string {
  return `${SEAL_FOLDER}/${tilePath(tile)}`
}

function readAt(dir: string, tile: Tile): TileFile | undefined {
  const name = tileFileName(tile)
  const file = openPlainFile(join(dir, name))
  if (typeof file === 'string') return undefined
  try {
    return { name, bytes: readBytes(file, 0, Math.min(file.size, TILE_BYTES + 1)) }
  } finally {
    closeSync(file.fd)
  }
}

/** Of the partial tiles, the narrowest first. */
function widerWidths(dir: string, tile: Tile): number[] {
  const folder = dirname(join(dir, tileFileName({ ...tile, width: 1 })))
  try {
    return readdirSync(folder)
      .filter(name => WIDTH.test(name))
      .map(Number)
      .filter(width => width > tile.width && width < TILE_WIDTH)
      .toSorted((a, b) => a - b)
  } catch {
    return []
  }
}
