/** Who holds the lock of a log: what its lock file says, and whether that process lives. Takes and changes nothing. */
import { fstatSync, readFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { join } from 'node:path'
import { LOCK_FILE } from './layout.ts'
import { withOwnFile } from './own-file.ts'
import {
  identityOfThisProcess,
  type Liveness,
  livenessOf,
  parseIdentity,
  type ProcessIdentity,
} from './process-identity.ts'

/** What a lock or claim file says. */
export interface LockHolder {
  /** Missing where the file is torn. */
  readonly holder: ProcessIdentity | undefined
  /** Names the claim on this holder's lock. */
  readonly instance: string
  readonly liveness: Liveness
}

/**
 * Who holds the lock of the log in `dir`, undefined where nobody does.
 * @throws KansaError `KANSA_DIR_UNUSABLE` for a link or another user's file; the system's error where it is unreadable.
 */
export function readLockHolder(dir: string): LockHolder | undefined {
  return readLockFile(join(dir, LOCK_FILE), identityOfThisProcess('reader'))
}

/** The same for any lock or claim file, judged by the process that `self` is. */
export function readLockFile(path: string, self: ProcessIdentity): LockHolder | undefined {
  return withOwnFile(path, fd => {
    const holder = parseIdentity(readFileSync(fd, 'utf8'))
    if (holder !== undefined) return { holder, instance: holder.instance, liveness: livenessOf(holder, self) }
    // link() never shows half a file, so this is no lock of ours, or one of a file system without links.
    const { mtimeMs, ino } = fstatSync(fd)
    const liveness = mtimeMs < Date.now() - uptime() * 1000 ? 'dead' : 'unknown'
    return { holder, instance: `unreadable-${ino}-${Math.trunc(mtimeMs)}`, liveness }
  })
}
