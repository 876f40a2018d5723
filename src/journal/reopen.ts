/** A second descriptor for a file that is open already, under whatever name it has by now. */
import { closeSync, fstatSync, lstatSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { ACTIVE_FILE, listBackups } from './layout.ts'
import { isSameFile, type LogFile } from './log-file.ts'
import { openOwnFile } from './own-file.ts'

/** Opens the same file again. Throws when it has no name any more and the platform has no /proc. */
export function reopen(file: LogFile, dir: string, flags: number): number {
  const path = pathOf(file, dir)
  const fd = path === undefined ? openSync(`/proc/self/fd/${file.fd}`, flags) : openOwnFile(path, flags, 0)
  // Between look and open the name may have changed hands, and the old descriptor may be somebody else's by now.
  if (isSameFile(file.identity, fstatSync(fd, { bigint: true }))) return fd
  closeSync(fd)
  throw new Error('the open file is not in the folder any more')
}

function pathOf(file: LogFile, dir: string): string | undefined {
  const active = join(dir, ACTIVE_FILE)
  // The folder is listed only where it must be: not every folder that can be written to can be listed.
  if (isAt(file, active)) return active
  return listBackups(dir)
    .map(({ name }) => join(dir, name))
    .find(path => isAt(file, path))
}

/** Whether `path` names this very file. */
export function isAt(file: LogFile, path: string): boolean {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  return stats !== undefined && isSameFile(file.identity, stats)
}
