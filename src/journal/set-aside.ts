/** Bytes that are no record are kept, but not in the log. */
import {
  closeSync,
  constants,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { syncFolderSync } from './durable-file.ts'
import { readBytes } from './file-lines.ts'
import { corruptName } from './layout.ts'
import { codeOf } from './system-error.ts'

const BLOCK_BYTES = 1024 * 1024
const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL

/**
 * Moves the bytes from `start` to the end of the open log file into a new `.corrupt-…` file and returns its path. They
 * are durable there before they leave the log.
 */
export function setAsideTail(dir: string, fd: number, start: number, end: number): string {
  const { path, result: target } = underFreeName(dir, path => openSync(path, NEW_FILE, 0o600))
  try {
    for (let at = start; at < end; at += BLOCK_BYTES) {
      const block = readBytes(fd, at, Math.min(end, at + BLOCK_BYTES))
      for (let written = 0; written < block.length; ) written += writeSync(target, block, written)
    }
    fsyncSync(target)
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(target)
  }
  syncFolderSync(dir)
  ftruncateSync(fd, start)
  fsyncSync(fd)
  return path
}

/**
 * Moves away whatever stands at `path`: a link is renamed, not followed. An empty file is just deleted: then undefined
 * is returned, otherwise the new path.
 */
export function setAsideFile(dir: string, path: string): string | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return undefined
  if (stats.isFile() && stats.size === 0) {
    rmSync(path, { force: true })
    return undefined
  }
  return underFreeName(dir, free => {
    if (lstatSync(free, { throwIfNoEntry: false }) !== undefined) throw nameTaken()
    renameSync(path, free)
  }).path
}

function underFreeName<T>(dir: string, use: (path: string) => T): { path: string; result: T } {
  const now = new Date()
  for (let count = 1; ; count++) {
    const path = join(dir, corruptName(now, count))
    try {
      return { path, result: use(path) }
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    }
  }
}

function nameTaken(): Error {
  return Object.assign(new Error('name taken'), { code: 'EEXIST' })
}
