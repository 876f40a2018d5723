/**
 * A log that cannot be continued, because what was sealed is not there any more, becomes a log of its own under
 * `writers/`: everything stays readable and can be verified, and nothing is added to it.
 */
import { existsSync, lstatSync, renameSync } from 'node:fs'
import { basename, join } from 'node:path'
import { syncFolderSync } from '../durable-file.ts'
import { prepareSubfolder } from '../folder.ts'
import { listLogFiles, SEAL_FOLDER, WRITERS_FOLDER } from '../layout.ts'
import type { FileModes } from '../log-files.ts'

/** Moves lines and seal away; returns where they are. A crash in between leaves lines without a seal, which move next time. */
export function setAsideLog(dir: string, modes: FileModes): string {
  const folder = freeFolder(join(dir, WRITERS_FOLDER), modes)
  const moved = [join(dir, SEAL_FOLDER), ...listLogFiles(dir)]
  for (const path of moved) if (existsSync(path)) renameSync(path, join(folder, basename(path)))
  syncFolderSync(folder)
  syncFolderSync(dir)
  return folder
}

function freeFolder(writers: string, modes: FileModes): string {
  prepareSubfolder(writers, modes.dirMode)
  const time = new Date().toISOString().replaceAll(':', '')
  for (let count = 1; ; count++) {
    const folder = join(writers, `set-aside-${time}-${count}`)
    if (lstatSync(folder, { throwIfNoEntry: false }) !== undefined) continue
    prepareSubfolder(folder, modes.dirMode)
    return folder
  }
}
