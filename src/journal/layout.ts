/**
 * The names of everything in an audit folder, and which files make up a log. Reads directory listings, nothing else, and
 * throws what the system says where a folder is there and cannot be listed.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf } from './system-error.ts'

/** The file being appended to. */
export const ACTIVE_FILE = 'audit.jsonl'
/** The next active file while a rotation is on its way; empty until it is renamed. */
export const NEXT_FILE = 'audit.jsonl.new'
export const LOCK_FILE = 'lock'
export const GITIGNORE_FILE = '.gitignore'
export const SEAL_FOLDER = 'seal'
/** Format version and origin of the log, relative to the log's folder. */
export const FORMAT_FILE: string = join(SEAL_FOLDER, 'format')
/** The newest checkpoint, and all of them; both relative to the log's folder. */
export const CHECKPOINT_FILE: string = join(SEAL_FOLDER, 'checkpoint')
export const CHECKPOINTS_FILE: string = join(SEAL_FOLDER, 'checkpoints')
/** Keys that check the checkpoints' signatures, one per line; absent where a shared secret signs. */
export const VERIFIER_KEY_FILE: string = join(SEAL_FOLDER, 'kansa.vkey')
/** Secrets, where none were given. */
export const KEYS_FOLDER = 'keys'
export const SIGNING_KEY_FILE: string = join(KEYS_FOLDER, 'signing.key')
export const REDACTION_KEY_FILE: string = join(KEYS_FOLDER, 'redaction.key')
/** Holds one complete log per further process (`onLocked: 'own-folder'`). */
export const WRITERS_FOLDER = 'writers'

const BACKUP_NAME = /^audit\.jsonl\.([1-9]\d{0,9})$/
const OWN_NAME = /^(audit\.jsonl(\..*)?|lock(\..*)?|\.gitignore(\.tmp-.*)?|seal|keys|forward|writers)$/
const CORRUPT_NAME = /^audit\.jsonl\.corrupt-/

/** A rotated file. Suffix 1 is the newest; a gap in the suffixes is legal. */
export interface BackupFile {
  /** File name without folder. */
  readonly name: string
  readonly suffix: number
}

export function backupName(suffix: number): string {
  return `${ACTIVE_FILE}.${suffix}`
}

/** Bytes set aside because they are no record. `count` tells several of one moment apart. */
export function corruptName(at: Date, count: number): string {
  return `${ACTIVE_FILE}.corrupt-${at.toISOString().replaceAll(':', '')}-${count}`
}

/** Whether something of this name in an audit folder is Kansa's. */
export function isOwnName(name: string): boolean {
  return OWN_NAME.test(name)
}

/** The folder of a further writer's own log. */
export function writerFolder(dir: string, instanceId: string): string {
  return join(dir, WRITERS_FOLDER, instanceId)
}

/** All backups in `dir`, newest (`.1`) first. Empty where there is no such folder. */
export function listBackups(dir: string): BackupFile[] {
  const backups: BackupFile[] = []
  for (const name of namesIn(dir)) {
    const digits = BACKUP_NAME.exec(name)?.[1]
    if (digits !== undefined) backups.push({ name, suffix: Number(digits) })
  }
  return backups.toSorted((a, b) => a.suffix - b.suffix)
}

/**
 * Paths of the files of the log in `dir`, oldest first, the active file last; concatenated they are the log. A listing
 * is a moment's picture: a rotation may rename files right after it.
 */
export function listLogFiles(dir: string): string[] {
  const files = listBackups(dir)
    .toReversed()
    .map(backup => join(dir, backup.name))
  if (namesIn(dir).includes(ACTIVE_FILE)) files.push(join(dir, ACTIVE_FILE))
  return files
}

/** Paths of the files with bytes that were set aside, in order of their names (that is, of time). */
export function listCorruptFiles(dir: string): string[] {
  return namesIn(dir)
    .filter(name => CORRUPT_NAME.test(name))
    .toSorted()
    .map(name => join(dir, name))
}

/** Folders of all logs in an audit folder: its own first (when it has files), then each further writer's. */
export function listLogFolders(dir: string): string[] {
  const candidates = [
    dir,
    ...namesIn(join(dir, WRITERS_FOLDER))
      .toSorted()
      .map(name => writerFolder(dir, name)),
  ]
  return candidates.filter(folder => listLogFiles(folder).length > 0)
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch (error) {
    // Only what is absent or no folder is empty. Taken for empty, a folder that cannot be listed would lose its newest
    // backup to the next rotation, and a reader would leave logs out without a word.
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}
