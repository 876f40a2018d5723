/**
 * Opens files of a folder that somebody else may have prepared: regular files only, no link is followed, and a FIFO does
 * not hold up the open. The attack: a link to a file that fits, or to one that the verifier should not read.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { isError, KansaError, messageOf } from '../errors.ts'

// Windows has neither.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
const ABSENT = new Set(['ENOENT', 'ENOTDIR'])
/** A link where none is followed, a socket. */
const NO_FILE = new Set(['ELOOP', 'EMLINK', 'ENXIO', 'EISDIR', 'EOPNOTSUPP'])

export interface PlainFile {
  readonly path: string
  /** Owned by whoever opened the file, who closes it. */
  readonly fd: number
  /** Bytes when it was opened; a file that is being appended to has more later. */
  readonly size: number
  /** The same for the same file, whatever its name is by now. */
  readonly identity: string
}

/** Why there is no file to read: nothing of that name, or a link, folder, FIFO, device. */
export type NoPlainFile = 'absent' | 'no-plain-file'

/** @throws KansaError `KANSA_UNREADABLE` where something of that name is there and cannot be read. */
export function openPlainFile(path: string): PlainFile | NoPlainFile {
  let fd: number
  try {
    if (constants.O_NOFOLLOW === undefined && lstatSync(path).isSymbolicLink()) return 'no-plain-file'
    fd = openSync(path, FLAGS)
  } catch (error) {
    const code = codeOf(error)
    if (ABSENT.has(code)) return 'absent'
    if (NO_FILE.has(code)) return 'no-plain-file'
    throw unreadable(path, error)
  }
  const stats = fstatSync(fd, { bigint: true })
  if (stats.isFile()) return { path, fd, size: Number(stats.size), identity: `${stats.dev}:${stats.ino}` }
  closeSync(fd)
  return 'no-plain-file'
}

/** The whole file; `too-large` for one of more than `maxBytes`. */
export function readPlainFile(path: string, maxBytes: number): Buffer | NoPlainFile | 'too-large' {
  const file = openPlainFile(path)
  if (typeof file === 'string') return file
  try {
    return file.size > maxBytes ? 'too-large' : readBytes(file, 0, file.size)
  } finally {
    closeSync(file.fd)
  }
}

/** Bytes `[start, end)`; fewer only where the file ends before. */
export function readBytes({ path, fd }: Pick<PlainFile, 'path' | 'fd'>, start: number, end: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.max(0, end - start))
  const filled = fillBuffer({ path, fd }, bytes, start)
  return bytes.subarray(0, filled)
}

/** Reads into `target` from `position` on; the number of bytes read is smaller only where the file ends. */
export function fillBuffer({ path, fd }: Pick<PlainFile, 'path' | 'fd'>, target: Buffer, position: number): number {
  let filled = 0
  try {
    while (filled < target.length) {
      const count = readSync(fd, target, filled, target.length - filled, position + filled)
      if (count === 0) break
      filled += count
    }
  } catch (error) {
    throw unreadable(path, error)
  }
  return filled
}

/** Undefined where there is nothing of that name; of a link, it is the link. @throws KansaError `KANSA_UNREADABLE` */
export function statsAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** Whether there is a folder; no link is followed. @throws KansaError `KANSA_UNREADABLE` */
export function isFolder(path: string): boolean {
  return statsAt(path)?.isDirectory() === true
}

/** What the file at `path` cannot be read for, as an error for people. */
export function unreadable(path: string, cause: unknown): KansaError {
  return new KansaError('KANSA_UNREADABLE', `cannot read ${path}: ${messageOf(cause)}`, { cause })
}

/** The system's code of an error, `ENOENT` for example; empty for any other error. */
export function codeOf(error: unknown): string {
  return isError(error) && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
