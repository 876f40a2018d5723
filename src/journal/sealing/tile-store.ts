/**
 * The tree's tiles as files below `seal/`. A tile is written in place and never shortened: two writes of it, even at the
 * same time, write the same bytes, so a tile that is durable stays whole whatever happens to a later write.
 */
import { closeSync, constants, fchmodSync, fstatSync, fsync, fsyncSync, ftruncateSync } from 'node:fs'
import { readdirSync, readFileSync, rmdirSync, type Stats, unlinkSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { StoredTile } from '../../seal/growing-tree.ts'
import { TILE_WIDTH, type Tile, partialTiles, tilePath } from '../../seal/tile.ts'
import type { ReadTile } from '../../seal/tile-hash-reader.ts'
import { syncFolder, syncFolderSync } from '../durable-file.ts'
import { makeFolder } from '../folder.ts'
import { SEAL_FOLDER } from '../layout.ts'
import type { FileModes } from '../log-files.ts'
import { openOwnFile, openOwnFileLater, type OwnFile, withOwnFile } from '../own-file.ts'
import { codeOf } from '../system-error.ts'

const fsyncInThreadPool = promisify(fsync)
const WRITE_FLAGS = constants.O_WRONLY | constants.O_CREAT
/** As many as libuv has threads by default. */
const SYNCS_AT_A_TIME = 4

export class TileStore {
  private readonly root: string
  private readonly modes: FileModes
  private readonly sizesInUse: () => readonly number[]
  /** Folders that are known to exist, with all their parents. */
  private readonly folders = new Set<string>()
  /** Folders of partial tiles that were there when the folder around them was first used. */
  private readonly foundPartials = new Set<string>()

  /** The partial tiles of trees of the sizes in use are not deleted. */
  constructor(dir: string, modes: FileModes, sizesInUse: () => readonly number[] = () => []) {
    this.root = join(dir, SEAL_FOLDER)
    this.modes = modes
    this.sizesInUse = sizesInUse
  }

  /** Gives the bytes of a stored tile, or of a wider one with the same hashes in front. */
  readonly read: ReadTile = tile => {
    const exact = this.readPath(tilePath(tile))
    if (exact !== undefined) return exact
    const full = this.readPath(tilePath({ ...tile, width: TILE_WIDTH }))
    if (full !== undefined) return full
    const wider = this.widthsOf(tile).find(width => width > tile.width)
    return wider === undefined ? undefined : this.readPath(tilePath({ ...tile, width: wider }))
  }

  /** Resolves when all of them are durable. */
  async write(tiles: readonly StoredTile[]): Promise<void> {
    const changed = new Set<string>()
    try {
      await this.writeAll(tiles.values(), changed)
      for (const folder of changed) await syncFolderIfThere(folder)
    } catch (error) {
      this.forgetFolders()
      throw error
    }
  }

  /** The same on this thread. */
  writeSync(tiles: readonly StoredTile[]): void {
    const changed = new Set<string>()
    try {
      for (const { tile, bytes } of tiles) {
        const fd = this.openSync(this.placeOf(tile, changed), changed)
        try {
          this.put(fd, fstatSync(fd), bytes)
          fsyncSync(fd)
        } finally {
          closeSync(fd)
        }
      }
      for (const folder of changed) syncFolderSync(folder)
    } catch (error) {
      this.forgetFolders()
      throw error
    }
  }

  /** Deletes the partial tiles of the tree of `oldSize` leaves that none of those in use has. */
  removeOutgrown(oldSize: number): void {
    const kept = this.tilesInUse()
    for (const tile of partialTiles(oldSize)) if (!kept.has(tilePath(tile))) this.remove(tilePath(tile))
  }

  /** Over only when nothing is under way any more: then the memory of the tiles may be used for others. */
  private async writeAll(queue: Iterator<StoredTile>, changed: Set<string>): Promise<void> {
    const writeInTurn = async (): Promise<void> => {
      for (let next = queue.next(); next.done !== true; next = queue.next()) await this.writeOne(next.value, changed)
    }
    const ends = await Promise.allSettled(Array.from({ length: SYNCS_AT_A_TIME }, writeInTurn))
    for (const end of ends) if (end.status === 'rejected') throw end.reason
  }

  private async writeOne({ tile, bytes }: StoredTile, changed: Set<string>): Promise<void> {
    const { fd, stats } = await this.open(this.placeOf(tile, changed), changed)
    try {
      this.put(fd, stats, bytes)
      await fsyncInThreadPool(fd)
    } finally {
      closeSync(fd)
    }
  }

  private put(fd: number, { mode, size }: Stats, bytes: Buffer): void {
    if ((mode & 0o7777) !== this.modes.fileMode) fchmodSync(fd, this.modes.fileMode)
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, done)
    // Only where garbage of somebody else's was longer.
    if (size > bytes.length) ftruncateSync(fd, bytes.length)
  }

  /** Where the tile goes: in a folder that is there, with no partial tile beside it that is not in use. */
  private placeOf(tile: Tile, changed: Set<string>): string {
    const path = join(this.root, tilePath(tile))
    this.prepareFolder(dirname(this.partialsOf(tile)), changed)
    this.removeOtherWidths(tile)
    this.prepareFolder(dirname(path), changed)
    return path
  }

  /**
   * Tiles that are not in use may be torn, by a crash before the last start: left there, they would look altered once the
   * tree has grown past them.
   */
  private removeOtherWidths(tile: Tile): void {
    const folder = this.partialsOf(tile)
    if (!this.folders.has(folder) && !this.foundPartials.has(folder)) return
    const widths = this.widthsOf(tile).filter(width => width !== tile.width)
    if (widths.length === 0) return
    const kept = this.tilesInUse()
    for (const width of widths) {
      const path = tilePath({ ...tile, width })
      if (!kept.has(path)) this.remove(path)
    }
  }

  private tilesInUse(): ReadonlySet<string> {
    return new Set(this.sizesInUse().flatMap(partialTiles).map(tilePath))
  }

  private remove(path: string): void {
    const folder = dirname(join(this.root, path))
    try {
      unlinkSync(join(this.root, path))
      rmdirSync(folder)
      this.folders.delete(folder)
    } catch {
      // Another partial tile is in the folder, or it may not be deleted: litter.
    }
  }

  private async open(path: string, changed: Set<string>): Promise<OwnFile> {
    try {
      return await openOwnFileLater(path, WRITE_FLAGS, this.modes.fileMode)
    } catch (error) {
      this.prepareAgain(path, changed, error)
      return openOwnFileLater(path, WRITE_FLAGS, this.modes.fileMode)
    }
  }

  private openSync(path: string, changed: Set<string>): number {
    try {
      return openOwnFile(path, WRITE_FLAGS, this.modes.fileMode)
    } catch (error) {
      this.prepareAgain(path, changed, error)
      return openOwnFile(path, WRITE_FLAGS, this.modes.fileMode)
    }
  }

  /** Somebody may have removed a folder that was known to exist. */
  private prepareAgain(path: string, changed: Set<string>, error: unknown): void {
    if (codeOf(error) !== 'ENOENT') throw error
    this.forgetFolders()
    this.prepareFolder(dirname(path), changed)
  }

  /** Folders whose names may not be durable are in `changed`: who waits for the disk does that for all of them. */
  private prepareFolder(folder: string, changed: Set<string>): void {
    changed.add(folder)
    if (this.folders.has(folder)) return
    if (folder === this.root) changed.add(dirname(folder))
    else this.prepareFolder(dirname(folder), changed)
    makeFolder(folder, this.modes.dirMode)
    this.folders.add(folder)
    for (const name of readdirSync(folder)) if (name.endsWith('.p')) this.foundPartials.add(join(folder, name))
  }

  private partialsOf(tile: Tile): string {
    return dirname(join(this.root, tilePath({ ...tile, width: 1 })))
  }

  /** What failed may have been the sync of any of them: all are looked at, and synced, once more. */
  private forgetFolders(): void {
    this.folders.clear()
  }

  private readPath(path: string): Buffer | undefined {
    return withOwnFile(join(this.root, path), fd => readFileSync(fd))
  }

  private widthsOf(tile: Tile): number[] {
    try {
      return readdirSync(this.partialsOf(tile))
        .map(Number)
        .filter(width => Number.isInteger(width) && width > 0 && width < TILE_WIDTH)
        .toSorted((a, b) => a - b)
    } catch {
      return []
    }
  }
}

/** A commit on the other path may have stored the full tile meanwhile, and removed the folder of the partial ones. */
async function syncFolderIfThere(folder: string): Promise<void> {
  try {
    await syncFolder(folder)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}
