/**
 * Small files that must be whole after a power loss: temporary file, fsync, rename, fsync of the folder. In this order:
 * a rename that reaches the disk before the data would leave an empty file under the final name.
 */
import { randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  fchmodSync,
  fsync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { codeOf } from './system-error.ts'

const fsyncInThreadPool = promisify(fsync)

/** Replaces `path`, or creates it, with `text`. Survives power loss once it returned. */
export function writeFileDurably(path: string, text: string, mode: number): void {
  const temporary = `${path}.tmp-${randomUUID()}`
  try {
    const fd = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode)
    try {
      fchmodSync(fd, mode)
      writeFileSync(fd, text)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  syncFolderSync(dirname(path))
}

/** Makes creations, renames and deletions in `dir` durable. */
export function syncFolderSync(dir: string): void {
  try {
    const fd = openSync(dir, constants.O_RDONLY)
    try {
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    if (!isUnsupported(error)) throw error
  }
}

/** The same without blocking the event loop. */
export async function syncFolder(dir: string): Promise<void> {
  try {
    const fd = openSync(dir, constants.O_RDONLY)
    try {
      await fsyncInThreadPool(fd)
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    if (!isUnsupported(error)) throw error
  }
}

// Windows cannot open folders; some file systems cannot sync them and order renames by themselves.
function isUnsupported(error: unknown): boolean {
  return ['EINVAL', 'ENOTSUP', 'ENOSYS', 'EISDIR'].includes(codeOf(error) ?? '') || process.platform === 'win32'
}
