/** The audit folder itself: made private, refused where somebody else could steer it. */
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { syncFolderSync, writeFileDurably } from './durable-file.ts'
import { fileSystemOf } from './file-system.ts'
import { FORMAT_FILE, GITIGNORE_FILE, isOwnName } from './layout.ts'
import type { NoticeBoard } from './notices.ts'
import { codeOf, unusable } from './system-error.ts'

/**
 * Creates `dir` with mode `dirMode` (parents with the system's default) and a `.gitignore`, or checks the existing one.
 * An existing folder gets the mode only when nothing but the audit lives in it: any other stays as its owner made it.
 * @throws KansaError `KANSA_DIR_UNUSABLE` for a symbolic link, a file, or a folder of another user.
 */
export function prepareFolder(dir: string, dirMode: number, notices: NoticeBoard): void {
  mkdirSync(dirname(dir), { recursive: true })
  const created = makeFolder(dir, dirMode)
  if (created) syncFolderSync(dirname(dir))
  if (!created && !isAuditFolder(dir)) {
    reportMode(dir, dirMode, notices)
    return
  }
  // Whole from the first moment: an empty one would never be filled.
  const gitignore = join(dir, GITIGNORE_FILE)
  if (lstatSync(gitignore, { throwIfNoEntry: false }) === undefined) writeFileDurably(gitignore, '*\n', 0o600)
  applyMode(dir, dirMode, notices)
}

/** A folder inside the audit folder, with the same mode. */
export function prepareSubfolder(dir: string, dirMode: number): void {
  if (makeFolder(dir, dirMode)) syncFolderSync(dirname(dir))
}

/** Warns once where a server stands between Kansa and the disk. */
export function reportNetworkFileSystem(dir: string, notices: NoticeBoard): void {
  const system = fileSystemOf(dir)
  if (system?.kind === 'network') notices.post({ kind: 'network-file-system', dir, type: system.type })
}

/** Makes it, without waiting for the disk, or checks the existing one. True where it is new: its name is not durable yet. */
export function makeFolder(dir: string, dirMode: number): boolean {
  let created = true
  try {
    mkdirSync(dir, dirMode)
    // The umask took bits away, or a default ACL gave some.
    chmodSync(dir, dirMode)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    created = false
  }
  refuseForeignFolder(dir)
  return created
}

/**
 * A folder that is a link, or another user's, can be exchanged under our hands: the log would go where they want.
 * @throws KansaError `KANSA_DIR_UNUSABLE`
 */
export function refuseForeignFolder(dir: string): void {
  const stats = lstatSync(dir)
  if (stats.isSymbolicLink()) {
    throw unusable(dir, 'it is a symbolic link, and Kansa follows none', 'Give the real path of the folder as `dir`.')
  }
  if (!stats.isDirectory()) throw unusable(dir, 'it is no folder', 'Choose another `dir`.')
  const user = process.geteuid?.()
  // Root's folders are fine: volumes in containers belong to root. For root everybody's are.
  if (user === undefined || user === 0 || stats.uid === user || stats.uid === 0) return
  throw unusable(
    dir,
    `it belongs to user ${stats.uid}, this process runs as user ${user}`,
    'Choose another `dir`, or give it to this user.',
  )
}

/** Whether it is an audit folder, or may become one because nothing else lives in it. */
export function isAuditFolder(dir: string): boolean {
  return existsSync(join(dir, FORMAT_FILE)) || readdirSync(dir).every(isOwnName)
}

function applyMode(dir: string, dirMode: number, notices: NoticeBoard): void {
  if (process.platform === 'win32') return
  try {
    if ((lstatSync(dir).mode & 0o777) !== dirMode) chmodSync(dir, dirMode)
  } catch {
    // Not the owner, or a file system without modes: reported below.
  }
  reportMode(dir, dirMode, notices)
}

function reportMode(dir: string, wanted: number, notices: NoticeBoard): void {
  const actual = lstatSync(dir).mode & 0o777
  if (process.platform !== 'win32' && actual !== wanted) {
    notices.post({ kind: 'mode-not-applicable', path: dir, wanted, actual })
  }
}
