/**
 * What else lies in `seal/`: nothing that Kansa did not put there, and of the tiles that grew, bytes that are still right.
 * The tiles that the newest checkpoint needs are compared elsewhere.
 */
import { opendirSync } from 'node:fs'
import type { Dirent } from 'node:fs'
import { join } from 'node:path'
import { SealError } from '../seal/seal-error.ts'
import { HASH_BYTES } from '../seal/merkle-hash.ts'
import { TILE_BYTES, parseTilePath, widthOf } from '../seal/tile.ts'
import type { Tile } from '../seal/tile.ts'
import { SEAL_FILES, SEAL_FOLDER, TILE_FOLDER, isTemporary } from './log-layout.ts'
import { codeOf, readPlainFile, unreadable } from './plain-file.ts'
import type { ProblemLog } from './problem-log.ts'
import { readCheckedTile } from './stored-leaves.ts'

/** `tile/<level>/x001/x234/067.p/17` */
const FOLDER_NAME = /^(?:\d{1,2}|x\d{3}|\d{3}\.p)$/
const MAX_DEPTH = 8

export interface SealedTree {
  readonly dir: string
  /** Of the newest checkpoint. */
  readonly size: number
  /** Records there are, sealed or not: tiles may be ahead of the checkpoint, but not of the records. */
  readonly records: number
  /** Tiles that are known not to be right: nothing can be compared with them. */
  readonly faulty: readonly Pick<Tile, 'level' | 'index'>[]
}

export function checkSealFiles(sealed: SealedTree, problems: ProblemLog): void {
  const tree = { ...sealed, faultyKeys: new Set(sealed.faulty.map(keyOf)) }
  for (const entry of entriesOf(join(tree.dir, SEAL_FOLDER))) {
    const name = `${SEAL_FOLDER}/${entry.name}`
    if (name === TILE_FOLDER && entry.isDirectory()) checkTileFolder(tree, TILE_FOLDER, 1, problems)
    else if (!isTemporary(name) && !(SEAL_FILES.has(name) && entry.isFile())) objectTo(name, entry, problems)
  }
}

interface KnownTree extends SealedTree {
  readonly faultyKeys: ReadonlySet<string>
}

function checkTileFolder(tree: KnownTree, folder: string, depth: number, problems: ProblemLog): void {
  for (const entry of entriesOf(join(tree.dir, folder))) {
    const name = `${folder}/${entry.name}`
    const tile = entry.isFile() ? tileOf(name) : undefined
    if (entry.isDirectory() && FOLDER_NAME.test(entry.name) && depth < MAX_DEPTH) {
      checkTileFolder(tree, name, depth + 1, problems)
    } else if (tile !== undefined) {
      checkTile(tree, name, tile, problems)
    } else if (!isTemporary(name)) {
      objectTo(name, entry, problems)
    }
  }
}

/** The tile as the tree needs it was compared before: this one is objected to only where it says something else. */
function checkTile(
  { dir, size, records, faultyKeys }: KnownTree,
  name: string,
  tile: Tile,
  problems: ProblemLog,
): void {
  const { level, index, width } = tile
  if (width > widthOf(level, index, records)) {
    problems.add('changed-file', { file: name }, 'there are no records that this tile could be of')
    return
  }
  // An older, narrower one that was left over.
  if (width >= widthOf(level, index, size) || faultyKeys.has(keyOf(tile))) return
  const bytes = readPlainFile(join(dir, name), TILE_BYTES)
  // Deleted meanwhile.
  if (bytes === 'absent') return
  const { hashes } = readCheckedTile(dir, level, index, size)
  const isRight = typeof bytes !== 'string' && hashes?.subarray(0, width * HASH_BYTES).equals(bytes) === true
  if (!isRight) problems.add('changed-tile', { file: name }, 'it is not the beginning of the tile that it grew into')
}

function objectTo(name: string, entry: Dirent, problems: ProblemLog): void {
  const what = entry.isSymbolicLink() ? 'a symbolic link' : entry.isDirectory() ? 'a folder' : 'a file'
  problems.add('changed-file', { file: name }, `${what} that Kansa did not put there`)
}

function keyOf({ level, index }: Pick<Tile, 'level' | 'index'>): string {
  return `${level}/${index}`
}

function tileOf(name: string): Tile | undefined {
  try {
    return parseTilePath(name.slice(SEAL_FOLDER.length + 1))
  } catch (error) {
    if (error instanceof SealError) return undefined
    throw error
  }
}

/** One by one: a folder with millions of files must not fill the memory. Nothing where there is no such folder. */
function* entriesOf(folder: string): Generator<Dirent, void, undefined> {
  try {
    const entries = opendirSync(folder)
    try {
      for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) yield entry
    } finally {
      entries.closeSync()
    }
  } catch (error) {
    // A writer removes folders of tiles that grew.
    if (!['ENOENT', 'ENOTDIR'].includes(codeOf(error))) throw unreadable(folder, error)
  }
}
