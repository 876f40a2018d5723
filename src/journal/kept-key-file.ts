/** Files with a key that an audit folder keeps for itself, under `keys/`. */
import { join } from 'node:path'
import { syncFolderSync } from './durable-file.ts'
import { createExclusively, discardTemporary, writeTemporary } from './exclusive-file.ts'
import { prepareSubfolder } from './folder.ts'
import { KEYS_FOLDER } from './layout.ts'
import type { FileModes } from './log-files.ts'

/** Writes `file`, a path below `main`, complete from the first moment and for this user only; false where there is one. */
export function storeKeyFile(main: string, file: string, text: string, modes: Pick<FileModes, 'dirMode'>): boolean {
  const path = join(main, file)
  prepareSubfolder(join(main, KEYS_FOLDER), modes.dirMode)
  const temporary = writeTemporary(`${path}.tmp-`, text)
  try {
    if (!createExclusively(temporary, path)) return false
  } finally {
    discardTemporary(temporary)
  }
  syncFolderSync(join(main, KEYS_FOLDER))
  return true
}
