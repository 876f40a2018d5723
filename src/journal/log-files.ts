/** The files of one log that are open: the active one, and those rotated away that still have to become durable. */
import { closeSync, fstatSync, fsyncSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { readBytes } from './file-lines.ts'
import { syncFolderSync } from './durable-file.ts'
import { syncFileSync } from './file-sync.ts'
import { ACTIVE_FILE, NEXT_FILE } from './layout.ts'
import { LogFile } from './log-file.ts'
import type { NoticeBoard } from './notices.ts'
import { createNextFile, putInPlace, rotateFiles } from './rotation.ts'

const COPY_BLOCK_BYTES = 1024 * 1024
/** So many rotated files may wait for the thread pool; a burst that makes more pays for them itself. */
const MAX_ROTATED = 8

export interface FileModes {
  readonly fileMode: number
  readonly dirMode: number
}

// Owned by the writer. The commit takes files out of `rotated` once they are durable, and resets `folderChanged`.
export class LogFiles {
  readonly dir: string
  readonly modes: FileModes
  active: LogFile
  rotated: LogFile[] = []
  /** Names changed since the folder was last synced. */
  folderChanged = true
  private readonly notices: NoticeBoard

  constructor(dir: string, modes: FileModes, active: LogFile, notices: NoticeBoard) {
    this.dir = dir
    this.modes = modes
    this.active = active
    this.notices = notices
  }

  get activePath(): string {
    return join(this.dir, ACTIVE_FILE)
  }

  get unsyncedBytes(): number {
    let bytes = this.active.size - this.active.syncedBytes
    for (const file of this.rotated) bytes += file.size - file.syncedBytes
    return bytes
  }

  get hasUnsynced(): boolean {
    return this.active.isDirty || this.rotated.length > 0 || this.folderChanged
  }

  /** The active file becomes a backup, a new one begins. Throws with the active file still in place. */
  rotate(): void {
    this.begin(rotateFiles(this.dir, this.modes.fileMode, this.notices))
  }

  /** Begins a new active file; the old one lives on under another name. */
  beginAnew(): void {
    const fd = createNextFile(this.dir, this.modes.fileMode, this.notices)
    putInPlace(this.dir)
    this.begin(fd)
  }

  /** Gives the content of a removed file, which the open descriptor still has, a name again. Returns its bytes. */
  restore(): number {
    this.replaceActive(() => {})
    return this.active.size
  }

  /**
   * Goes on in a copy of the active file that is durable, in other blocks of the disk: for one that refuses to sync the
   * old ones. Throws with the old file still in place.
   */
  moveToNewFile(): void {
    this.replaceActive(fsyncSync)
    this.active.syncedBytes = this.active.size
    syncFolderSync(this.dir)
  }

  close(): void {
    for (const file of [...this.rotated, this.active]) file.close()
  }

  private replaceActive(beforeRename: (fd: number) => void): void {
    const fd = createNextFile(this.dir, this.modes.fileMode, this.notices)
    try {
      this.copyActiveTo(fd)
      beforeRename(fd)
      putInPlace(this.dir)
    } catch (error) {
      closeSync(fd)
      rmSync(join(this.dir, NEXT_FILE), { force: true })
      throw error
    }
    const replaced = this.active
    this.active = new LogFile(fd)
    this.active.syncedBytes = 0
    this.folderChanged = true
    replaced.close()
  }

  private begin(fd: number): void {
    this.rotated.push(this.active)
    this.active = new LogFile(fd)
    this.folderChanged = true
    if (this.rotated.length > MAX_ROTATED) this.syncOldest()
  }

  private syncOldest(): void {
    const oldest = this.rotated.find(file => !file.isInUse)
    if (oldest === undefined) return
    try {
      syncFileSync(this.dir, oldest)
    } catch {
      // Stays in the list: the next commit tries again and reports.
      return
    }
    oldest.close()
    this.rotated = this.rotated.filter(file => file !== oldest)
  }

  private copyActiveTo(fd: number): void {
    const end = fstatSync(this.active.fd).size
    for (let at = 0; at < end; at += COPY_BLOCK_BYTES) {
      const block = readBytes(this.active.fd, at, Math.min(end, at + COPY_BLOCK_BYTES))
      for (let done = 0; done < block.length; ) done += writeSync(fd, block, done)
    }
  }
}
