/**
 * The renames of a rotation. After each single step the folder is a log that can be read and reopened: backups keep
 * their order, a gap in their suffixes is legal, and at most an empty `audit.jsonl.new` is left over.
 */
import { closeSync, constants, existsSync, openSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ACTIVE_FILE, backupName, listBackups, NEXT_FILE } from './layout.ts'
import { APPEND_FLAGS } from './log-file.ts'
import { applyFileMode } from './own-file.ts'
import type { NoticeBoard } from './notices.ts'
import { setAsideFile } from './set-aside.ts'
import { codeOf } from './system-error.ts'

/**
 * Makes the active file the newest backup and begins an empty one, whose descriptor is returned. The new file is made
 * first: a disk without inodes fails before anything moved.
 */
export function rotateFiles(dir: string, fileMode: number, notices: NoticeBoard): number {
  const fd = createNextFile(dir, fileMode, notices)
  try {
    shiftBackups(dir)
    renameSync(join(dir, ACTIVE_FILE), join(dir, backupName(1)))
    putInPlace(dir)
    return fd
  } catch (error) {
    closeSync(fd)
    rmSync(join(dir, NEXT_FILE), { force: true })
    // Half a rotation would leave the active file under a backup's name: take that one step back.
    if (!existsSync(join(dir, ACTIVE_FILE)) && existsSync(join(dir, backupName(1)))) {
      renameSync(join(dir, backupName(1)), join(dir, ACTIVE_FILE))
    }
    throw error
  }
}

/** An empty `audit.jsonl.new`, open for appending. */
export function createNextFile(dir: string, fileMode: number, notices: NoticeBoard): number {
  const path = join(dir, NEXT_FILE)
  const flags = APPEND_FLAGS | constants.O_CREAT | constants.O_EXCL
  let fd: number
  try {
    fd = openSync(path, flags, fileMode)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    // Left by a crash, or put there by somebody: O_EXCL never opens it.
    setAsideFile(dir, path)
    fd = openSync(path, flags, fileMode)
  }
  applyFileMode(fd, path, fileMode, notices)
  return fd
}

/** Makes the next file the active one, atomically; replaces whatever has that name. */
export function putInPlace(dir: string): void {
  renameSync(join(dir, NEXT_FILE), join(dir, ACTIVE_FILE))
}

/** Frees suffix 1: renames the backups before the first gap, the highest first. */
export function shiftBackups(dir: string): void {
  let free = 1
  for (const { suffix } of listBackups(dir)) if (suffix === free) free++
  for (let suffix = free; suffix > 1; suffix--) {
    renameSync(join(dir, backupName(suffix - 1)), join(dir, backupName(suffix)))
  }
}
