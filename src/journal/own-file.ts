/** Opens files of the audit folder so that nobody can make Kansa write to, or believe, a file that is not its own. */
import { closeSync, constants, fchmodSync, fstatSync, lstatSync, open, openSync, type Stats } from 'node:fs'
import { promisify } from 'node:util'
import type { NoticeBoard } from './notices.ts'
import { codeOf, unusable } from './system-error.ts'

const openInThreadPool = promisify(open)
// Windows has neither; a FIFO put in the way must not block the open.
const SAFE_FLAGS = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/**
 * Opens a regular file of this user. Stops the attacks of a shared parent folder: a symbolic link, FIFO or device put
 * there beforehand redirects nothing, and a file of another user, who could read and change it, is not used.
 * @throws KansaError `KANSA_DIR_UNUSABLE` for such files; the system's error for anything else.
 */
export function openOwnFile(path: string, flags: number, mode: number): number {
  let fd: number
  try {
    if (constants.O_NOFOLLOW === undefined) refuseLink(path)
    fd = openSync(path, flags | SAFE_FLAGS, mode)
  } catch (error) {
    if (codeOf(error) === 'ELOOP') throw linkRefused(path, error)
    throw error
  }
  return checked(path, fd).fd
}

/** The same without blocking the event loop, which making a file can do for long. */
export async function openOwnFileLater(path: string, flags: number, mode: number): Promise<OwnFile> {
  let fd: number
  try {
    if (constants.O_NOFOLLOW === undefined) refuseLink(path)
    fd = await openInThreadPool(path, flags | SAFE_FLAGS, mode)
  } catch (error) {
    if (codeOf(error) === 'ELOOP') throw linkRefused(path, error)
    throw error
  }
  return checked(path, fd)
}

export interface OwnFile {
  readonly fd: number
  readonly stats: Stats
}

function checked(path: string, fd: number): OwnFile {
  try {
    const stats = fstatSync(fd)
    if (!stats.isFile()) throw unusable(path, 'it is no regular file', 'Move it away.')
    refuseForeignOwner(path, stats)
    return { fd, stats }
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/**
 * What `use` makes of such a file, open for reading; undefined where there is none.
 * @throws KansaError `KANSA_DIR_UNUSABLE`, the system's errors, and what `use` throws.
 */
export function withOwnFile<T>(path: string, use: (fd: number) => T): T | undefined {
  let fd: number
  try {
    fd = openOwnFile(path, constants.O_RDONLY, 0)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    return use(fd)
  } finally {
    closeSync(fd)
  }
}

/** Root may use anybody's files (a container's root on a mounted folder); everybody else only their own. */
export function refuseForeignOwner(path: string, stats: Stats): void {
  const user = process.geteuid?.()
  if (user === undefined || user === 0 || stats.uid === user) return
  throw unusable(
    path,
    `it belongs to user ${stats.uid}, this process runs as user ${user}`,
    'Choose another `dir`, or give it to this user.',
  )
}

/** Sets the mode whatever the umask; tells the board where the file system or the owner forbids it. */
export function applyFileMode(fd: number, path: string, mode: number, notices: NoticeBoard): void {
  if (process.platform === 'win32') return
  try {
    if ((fstatSync(fd).mode & 0o7777) === mode) return
    fchmodSync(fd, mode)
  } catch {
    // Said below, from what the file system answers.
  }
  const actual = fstatSync(fd).mode & 0o7777
  if (actual !== mode) notices.post({ kind: 'mode-not-applicable', path, wanted: mode, actual })
}

function refuseLink(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) throw linkRefused(path)
}

function linkRefused(path: string, cause?: unknown): Error {
  return unusable(path, 'it is a symbolic link, and Kansa follows none', 'Remove the link.', cause)
}
