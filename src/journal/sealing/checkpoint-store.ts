/**
 * `seal/checkpoints` (all, appended) and `seal/checkpoint` (the newest). Each is durable in the first before it stands in
 * the second, so the newest checkpoint is never one that the history lacks.
 */
import { closeSync, constants, fchmodSync, fdatasync, fdatasyncSync, fstatSync, fsync, fsyncSync } from 'node:fs'
import { ftruncateSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { syncFolder, syncFolderSync } from '../durable-file.ts'
import { readBytes } from '../file-lines.ts'
import { CHECKPOINT_FILE, CHECKPOINTS_FILE } from '../layout.ts'
import type { FileModes } from '../log-files.ts'
import { openOwnFile } from '../own-file.ts'

const fdatasyncInThreadPool = promisify(fdatasync)
const fsyncInThreadPool = promisify(fsync)
const APPEND = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL
/** Stands behind each note in `seal/checkpoints`. */
const SEPARATOR = Buffer.from('\n')

// Owned by the seal: one writer. Bytes are written on this thread, in order; only waiting for the disk happens elsewhere.
export class CheckpointStore {
  private readonly newestPath: string
  private readonly allPath: string
  private readonly modes: FileModes
  /** Bytes of `seal/checkpoints` up to which it is in order, where a write or a sync behind them failed. */
  private inOrderThrough: number | undefined
  /** The newest checkpoint is in its place, but power could fail and bring back its predecessor. */
  private isNameUnsynced = false

  constructor(dir: string, modes: FileModes) {
    this.newestPath = join(dir, CHECKPOINT_FILE)
    this.allPath = join(dir, CHECKPOINTS_FILE)
    this.modes = modes
  }

  /** Resolves when the note is durable in both files. `isOvertaken` is asked before the newest one is replaced. */
  async write(note: Buffer, isOvertaken: () => boolean): Promise<void> {
    if (this.isNameUnsynced) await this.syncNames()
    const start = await this.appendDurably(note, isOvertaken)
    const temporary = this.temporaryPath()
    try {
      const fd = this.writeTemporary(temporary, note)
      try {
        await fsyncInThreadPool(fd)
      } finally {
        closeSync(fd)
      }
      if (isOvertaken()) return
      this.rename(temporary)
    } catch (error) {
      if (!isOvertaken()) this.fail(start)
      throw error
    } finally {
      rmSync(temporary, { force: true })
    }
    await this.syncNames()
  }

  /** The same on this thread. */
  writeSync(note: Buffer): void {
    if (this.isNameUnsynced) this.syncNamesSync()
    const { fd, start } = this.append(note)
    try {
      fdatasyncSync(fd)
    } catch (error) {
      this.fail(start)
      throw error
    } finally {
      closeSync(fd)
    }
    this.putInPlace(note, start)
  }

  /** Makes the note the newest one, which `seal/checkpoints` has already; from `start` on, where it was just put there. */
  putInPlace(note: Buffer, start?: number): void {
    const temporary = this.temporaryPath()
    try {
      const fd = this.writeTemporary(temporary, note)
      try {
        fsyncSync(fd)
      } finally {
        closeSync(fd)
      }
      this.rename(temporary)
    } catch (error) {
      if (start !== undefined) this.fail(start)
      throw error
    } finally {
      rmSync(temporary, { force: true })
    }
    this.syncNamesSync()
  }

  /** The folder was made anew: what is known of the old file is of no use. */
  forgetFile(): void {
    this.inOrderThrough = undefined
  }

  /** Resolves with where the note begins. */
  private async appendDurably(note: Buffer, isOvertaken: () => boolean): Promise<number> {
    const { fd, start } = this.append(note)
    try {
      await fdatasyncInThreadPool(fd)
      return start
    } catch (error) {
      // A commit on this thread meanwhile made a later note durable, and this one with it.
      if (!isOvertaken()) this.fail(start)
      throw error
    } finally {
      closeSync(fd)
    }
  }

  /** Appends the note unless the file ends with it already; `start` is where it begins. */
  private append(note: Buffer): { fd: number; start: number } {
    const fd = openOwnFile(this.allPath, APPEND, this.modes.fileMode)
    try {
      fchmodSync(fd, this.modes.fileMode)
      if (this.inOrderThrough !== undefined) {
        if (fstatSync(fd).size > this.inOrderThrough) ftruncateSync(fd, this.inOrderThrough)
        this.inOrderThrough = undefined
      }
      const end = fstatSync(fd).size
      const entry = Buffer.concat([note, SEPARATOR])
      const last = Math.max(0, end - entry.length)
      if (readBytes(fd, last, end).equals(entry)) return { fd, start: last }
      this.inOrderThrough = end
      for (let done = 0; done < entry.length; ) done += writeSync(fd, entry, done)
      this.inOrderThrough = undefined
      return { fd, start: end }
    } catch (error) {
      closeSync(fd)
      throw error
    }
  }

  /**
   * What was appended is cut off and written again, through another descriptor: the kernel may have dropped the pages, or
   * the note could not become the newest one, and the history is never more than one ahead of that.
   */
  private fail(start: number): void {
    this.inOrderThrough = Math.min(start, this.inOrderThrough ?? start)
  }

  private rename(temporary: string): void {
    renameSync(temporary, this.newestPath)
    this.isNameUnsynced = true
  }

  private async syncNames(): Promise<void> {
    await syncFolder(dirname(this.newestPath))
    this.isNameUnsynced = false
  }

  private syncNamesSync(): void {
    syncFolderSync(dirname(this.newestPath))
    this.isNameUnsynced = false
  }

  private temporaryPath(): string {
    return `${this.newestPath}.tmp-${randomUUID()}`
  }

  private writeTemporary(path: string, note: Buffer): number {
    const fd = openSync(path, CREATE, this.modes.fileMode)
    try {
      // Whatever the umask: what this process cannot read again it could not go on with.
      fchmodSync(fd, this.modes.fileMode)
      for (let done = 0; done < note.length; ) done += writeSync(fd, note, done)
      return fd
    } catch (error) {
      closeSync(fd)
      throw error
    }
  }
}
