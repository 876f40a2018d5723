/** Files that a command makes because it was told to: never over another one. */
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { randomUUID } from 'node:crypto'
import { dirname } from 'node:path'
import { KansaError, messageOf } from '../errors.ts'
import { syncFolderSync } from '../journal/durable-file.ts'
import { codeOf } from '../journal/system-error.ts'

/** Created, or refused: an existing file, and a link that somebody put there, are left alone. */
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL
/** Only this user reads and writes it. */
export const SECRET_MODE = 0o600
/** The umask takes from it. */
export const ORDINARY_MODE = 0o666

/** @throws KansaError `KANSA_INVALID_OPTION` where there is something of that name already. */
export function refuseExisting(path: string): void {
  if (existsSync(path)) throw existing(path)
}

/**
 * Survives power loss once it returned.
 * @throws KansaError `KANSA_INVALID_OPTION` where there is something of that name, `KANSA_DIR_UNUSABLE` for the rest.
 */
export function writeNewFile(path: string, content: Uint8Array | string, mode: number): void {
  try {
    writeThrough(path, content, mode)
    syncFolderSync(dirname(path))
  } catch (error) {
    throw codeOf(error) === 'EEXIST' ? existing(path) : unwritable(path, error)
  }
}

/**
 * Puts a file in the place of the one that `fd` has open, with mode 0600 and the same owner: root, too, can rotate the
 * key of a service. Readers see the old one or the new one, whole.
 * @throws KansaError `KANSA_DIR_UNUSABLE`
 */
export function replaceSecretFile(path: string, fd: number, content: string): void {
  const temporary = `${path}.tmp-${randomUUID()}`
  const { uid, gid } = fstatSync(fd)
  try {
    writeThrough(temporary, content, SECRET_MODE, { uid, gid })
    renameSync(temporary, path)
    syncFolderSync(dirname(path))
  } catch (error) {
    rmSync(temporary, { force: true })
    throw unwritable(path, error)
  }
}

function writeThrough(
  path: string,
  content: Uint8Array | string,
  mode: number,
  owner?: { readonly uid: number; readonly gid: number },
): void {
  const fd = openSync(path, CREATE, mode)
  try {
    if (owner !== undefined && process.platform !== 'win32') {
      const { uid, gid } = fstatSync(fd)
      if (uid !== owner.uid || gid !== owner.gid) fchownSync(fd, owner.uid, owner.gid)
      fchmodSync(fd, mode)
    }
    writeFileSync(fd, content)
    fsyncSync(fd)
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(fd)
  }
}

function existing(path: string): KansaError {
  const message = `${path} is there already, and nothing is overwritten. Choose another name, or move it away.`
  return new KansaError('KANSA_INVALID_OPTION', message)
}

function unwritable(path: string, cause: unknown): KansaError {
  return new KansaError('KANSA_DIR_UNUSABLE', `cannot write ${path}: ${messageOf(cause)}`, { cause })
}
