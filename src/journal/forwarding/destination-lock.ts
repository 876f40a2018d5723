/** One delivery per log and destination at a time: two would send everything twice. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { FolderLock, type LockRefusal } from '../lock.ts'
import { readLockFile } from '../lock-holder.ts'
import { identityOfThisProcess } from '../process-identity.ts'
import { destinationLockName, FORWARD_FOLDER, makeForwardFolder } from './destination-files.ts'

/**
 * `instance` names whoever takes it: a UUID.
 * @throws KansaError `KANSA_DIR_LOCKED` while another one delivers, and the system's errors
 */
export function lockDestination(dir: string, name: string, instance: string): FolderLock {
  const refusal: LockRefusal = {
    doing: `delivered to "${name}"`,
    why: 'one at a time is enough',
    advice: 'Wait for it, or deliver under another name.',
  }
  return new FolderLock(makeForwardFolder(dir), instance, destinationLockName(name), refusal)
}

/** For a thread that was ended before it could release the lock itself. Never throws. */
export function releaseDestination(dir: string, name: string, instance: string): void {
  const path = join(dir, FORWARD_FOLDER, destinationLockName(name))
  try {
    if (readLockFile(path, identityOfThisProcess(instance))?.instance === instance) rmSync(path, { force: true })
  } catch {
    // It goes with this process.
  }
}
