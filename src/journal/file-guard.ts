/**
 * Notices what others do to the files while they are open, and puts the log right: a removed file is restored, after a
 * renamed one a new file begins, a shortened one is continued, and nothing is ever written through a link.
 */
import { fstatSync, lstatSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { readBytes } from './file-lines.ts'
import { FORMAT_FILE } from './layout.ts'
import type { LineBuffer } from './line-buffer.ts'
import { APPEND_FLAGS, type FileIdentity, isSameFile, type LogFile } from './log-file.ts'
import type { LogFiles } from './log-files.ts'
import type { NoticeBoard } from './notices.ts'
import { setAsideUnfinishedLine } from './recovery.ts'
import { isAt, reopen } from './reopen.ts'
import { setAsideFile } from './set-aside.ts'
import { codeOf } from './system-error.ts'

const CHECK_INTERVAL_MILLIS = 1000

export interface GuardOptions {
  readonly files: LogFiles
  readonly lines: LineBuffer
  readonly notices: NoticeBoard
  /** Makes the folder, and everything in it but the log itself, anew. Throws where somebody put a link in its place. */
  readonly rebuildFolder: () => void
  /** False when another process took the lock. */
  readonly reassertLock: () => boolean
  /** A new active file began: its first lines are due. */
  readonly onNewFile: () => void
}

// Owned by the writer, which calls `check` only where no line is half written.
export class FileGuard {
  private readonly options: GuardOptions
  private folder: FileIdentity
  private lastCheck = performance.now()
  private lockIsLost = false

  constructor(options: GuardOptions) {
    this.options = options
    this.folder = lstatSync(options.files.dir, { bigint: true })
  }

  /** At most once per second: this is on the path of every write. */
  checkIfDue(): void {
    if (performance.now() - this.lastCheck >= CHECK_INTERVAL_MILLIS) this.check()
  }

  /** Throws where the log cannot be put right now; nothing may be written then. */
  check(): void {
    this.lastCheck = performance.now()
    try {
      this.checkFolder()
      this.checkLock()
      this.checkDescriptor()
      this.checkName()
      this.checkSize()
    } catch (error) {
      // Not allowed to look: the open descriptor still is a good place to write to.
      if (codeOf(error) !== 'EACCES') throw error
    }
  }

  private checkFolder(): void {
    const { files, notices, rebuildFolder } = this.options
    const found = lstatSync(files.dir, { bigint: true, throwIfNoEntry: false })
    // A new folder may have the old number: the format file shows that too.
    const isWhole = lstatSync(join(files.dir, FORMAT_FILE), { throwIfNoEntry: false }) !== undefined
    if (found !== undefined && isSameFile(found, this.folder) && isWhole) return
    rebuildFolder()
    this.folder = lstatSync(files.dir, { bigint: true })
    files.folderChanged = true
    notices.post({ kind: 'folder-recreated', dir: files.dir })
  }

  private checkLock(): void {
    const { files, notices, reassertLock } = this.options
    let isOurs = true
    try {
      isOurs = reassertLock()
    } catch {
      // No room for a new lock: no reason to stop writing. The next look tries again.
    }
    if (!isOurs && !this.lockIsLost) notices.post({ kind: 'lock-lost', file: files.dir })
    this.lockIsLost = !isOurs
  }

  /** Code in this process may have closed our descriptor by mistake, and its number may be another file by now. */
  private checkDescriptor(): void {
    const { files, notices } = this.options
    const { active } = files
    if (isOpen(active)) return
    notices.post({ kind: 'descriptor-lost', file: files.activePath })
    active.replaceDescriptor(reopen(active, files.dir, APPEND_FLAGS), false)
  }

  private checkName(): void {
    const { files, notices } = this.options
    const file = files.activePath
    if (isAt(files.active, file)) return
    const to = otherNameOf(files.active)
    const stillHasName = to !== undefined || (process.platform !== 'linux' && fstatSync(files.active.fd).nlink > 0)
    const isOccupied = lstatSync(file, { throwIfNoEntry: false }) !== undefined
    if (isOccupied) notices.post({ kind: 'file-replaced', file, setAside: setAsideFile(files.dir, file) })
    if (stillHasName) {
      this.beginAfterRename()
      notices.post({ kind: 'file-renamed', file, to })
    } else {
      notices.post({ kind: 'file-removed', file, restoredBytes: files.restore() })
    }
  }

  private beginAfterRename(): void {
    const { files, lines, onNewFile } = this.options
    try {
      // What waits belongs before the first lines of the new file.
      lines.drainInto(files.active)
    } catch {
      const partial = lines.takeBackPartialLine()
      if (partial > 0) files.active.cut(partial)
    }
    files.beginAnew()
    onNewFile()
  }

  private checkSize(): void {
    const { files, lines, notices } = this.options
    const { active } = files
    const { size } = fstatSync(active.fd)
    if (size === active.size) return
    // A write that failed may have put some of its bytes into the file all the same.
    const difference = size - active.size
    const mayBeOurs = difference > 0 && difference <= lines.waitingBytes
    if (mayBeOurs && lines.beginsWith(readBytes(active.fd, active.size, size))) {
      lines.accept(difference)
      active.size = size
      return
    }
    lines.takeBackPartialLine()
    const setAside = setAsideUnfinishedLine(files.dir, active.fd)
    active.size = fstatSync(active.fd).size
    active.syncedBytes = Math.min(active.syncedBytes, active.size)
    active.isDirty = true
    const file = files.activePath
    if (difference < 0) notices.post({ kind: 'file-truncated', file, lostBytes: -difference })
    else notices.post({ kind: 'foreign-bytes', file, bytes: difference, setAside })
  }
}

function isOpen(file: LogFile): boolean {
  try {
    return isSameFile(fstatSync(file.fd, { bigint: true }), file.identity)
  } catch (error) {
    if (codeOf(error) === 'EBADF') return false
    throw error
  }
}

/** The name the open file has now, where the platform tells and it has one. */
function otherNameOf(file: LogFile): string | undefined {
  try {
    const name = readlinkSync(`/proc/self/fd/${file.fd}`)
    return isAt(file, name) ? name : undefined
  } catch {
    return undefined
  }
}
