/** Files that exactly one of several racing processes creates, complete from the first moment. */
import { randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { codeOf } from './system-error.ts'

/** Writes `text` under a new name that begins with `prefix`; the path is returned. */
export function writeTemporary(prefix: string, text: string): string {
  const path = `${prefix}${randomUUID()}`
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
  try {
    // Whatever the umask: it has to be read again.
    fchmodSync(fd, 0o600)
    writeFileSync(fd, text)
    // After a power failure the name may be there: then the content must be too.
    fsyncSync(fd)
  } catch (error) {
    discardTemporary(path)
    throw error
  } finally {
    closeSync(fd)
  }
  return path
}

/** Gives the temporary file a second name, unless that name is taken: then false. */
export function createExclusively(temporary: string, path: string): boolean {
  try {
    linkSync(temporary, path)
    return true
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST') return false
    // A file system without hard links. A crash inside the copy can leave a torn file there; only there.
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS') return copyExclusively(temporary, path)
    throw error
  }
}

export function discardTemporary(path: string): void {
  rmSync(path, { force: true })
}

function copyExclusively(temporary: string, path: string): boolean {
  try {
    copyFileSync(temporary, path, constants.COPYFILE_EXCL)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}
