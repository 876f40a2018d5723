/** Opens the folder of a log for writing: lock, format, what a crash left behind, active file, next `seq`. */
import { closeSync, constants, existsSync, fstatSync, lstatSync, renameSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { KansaError } from '../errors.ts'
import { prepareFolder, prepareSubfolder, reportNetworkFileSystem } from './folder.ts'
import { readOrigin, writeOrigin } from './format-file.ts'
import { ACTIVE_FILE, backupName, listBackups, NEXT_FILE, writerFolder, WRITERS_FOLDER } from './layout.ts'
import { FolderLock } from './lock.ts'
import { findLogEnd, type LogEnd } from './log-end.ts'
import { APPEND_FLAGS, LogFile } from './log-file.ts'
import { type FileModes, LogFiles } from './log-files.ts'
import type { NoticeBoard } from './notices.ts'
import { applyFileMode, openOwnFile } from './own-file.ts'
import { isOfAnotherProgram, repairTail } from './recovery.ts'
import type { Repair } from './repair.ts'
import { putInPlace, shiftBackups } from './rotation.ts'
import { setAsideFile } from './set-aside.ts'
import { adoptLines } from './sealing/adopt-lines.ts'
import { mendSeal } from './sealing/mend-seal.ts'
import { openSeal, type SealOptions } from './sealing/open-seal.ts'
import { Seal } from './sealing/seal.ts'
import { storeKeys } from './sealing/signing-keys.ts'
import { TileStore } from './sealing/tile-store.ts'
import { writeVerifierKeys } from './sealing/verifier-keys.ts'
import { unusableBecause } from './system-error.ts'

/** Twice what may wait for a sync at any moment; older ones are durable, and need no look at every start. */
const MAX_UNSYNCED_BACKUPS = 16

export interface OpeningOptions extends SealOptions {
  readonly dir: string
  readonly onLocked: 'refuse' | 'own-folder'
}

export interface OpenedLog {
  readonly files: LogFiles
  readonly lock: FolderLock
  readonly seal: Seal
  readonly origin: string
  readonly nextSeq: number
  readonly previousEnd: 'none' | 'clean' | 'unclean'
  readonly repairs: readonly Repair[]
  /** Makes the folder anew after somebody removed it. */
  readonly rebuildFolder: () => void
}

/**
 * @throws KansaError `KANSA_DIR_LOCKED`, `KANSA_DIR_UNUSABLE`, `KANSA_FORMAT_NEWER` or `KANSA_INVALID_KEY`; the lock is
 * free again then.
 */
export function openLog(options: OpeningOptions, notices: NoticeBoard): OpenedLog {
  const main = resolve(options.dir)
  try {
    prepareFolder(main, options.dirMode, notices)
    try {
      const lock = new FolderLock(main, options.instanceId)
      return openLocked(main, main, lock, options, notices, () => prepareFolder(main, options.dirMode, notices))
    } catch (error) {
      if (options.onLocked === 'refuse' || !isLocked(error)) throw error
    }
    return openOwnFolder(main, options, notices)
  } catch (error) {
    throw unusableBecause(main, error)
  }
}

/** A complete log of its own beside the locked one. Two logs never share an origin, so a given one is extended. */
function openOwnFolder(main: string, options: OpeningOptions, notices: NoticeBoard): OpenedLog {
  const dir = writerFolder(main, options.instanceId)
  const prepare = (): void => {
    prepareFolder(main, options.dirMode, notices)
    prepareSubfolder(join(main, WRITERS_FOLDER), options.dirMode)
    prepareFolder(dir, options.dirMode, notices)
  }
  prepare()
  const origin = options.origin === undefined ? undefined : `${options.origin}/${options.instanceId}`
  return openLocked(dir, main, new FolderLock(dir, options.instanceId), { ...options, origin }, notices, prepare)
}

function openLocked(
  dir: string,
  main: string,
  lock: FolderLock,
  options: OpeningOptions,
  notices: NoticeBoard,
  prepare: () => void,
): OpenedLog {
  let files: LogFiles | undefined
  try {
    const repairs: Repair[] = []
    finishInterruptedWork(dir)
    const { state, found, keyText } = openSeal(dir, main, options, repairs)
    const { origin, tree } = state
    if (readOrigin(dir) === undefined) writeOrigin(dir, origin, options)
    mendSeal(dir, found, options, repairs)
    repairFiles(dir, options, repairs)
    adoptLines(dir, tree, new TileStore(dir, options).read, repairs)
    writeVerifierKeys(dir, [state.predecessor ?? [], state.signer].flat(), options)
    files = openFiles(dir, options, notices)
    reportNetworkFileSystem(dir, notices)
    const seal = new Seal(state, options, notices)
    seal.begin()
    const rebuildFolder = (): void => {
      prepare()
      writeOrigin(dir, origin, options)
      if (keyText !== undefined) storeKeys(main, keyText, options)
      seal.restoreFiles()
    }
    const previousEnd = previousEndOf(findLogEnd(dir), repairs)
    return { files, lock, seal, origin, nextSeq: tree.size, previousEnd, repairs, rebuildFolder }
  } catch (error) {
    files?.close()
    lock.release()
    throw error
  }
}

/** Neither another program's file nor a signer that was away means that this log did not end in order. */
function previousEndOf({ endsWithStop }: LogEnd, repairs: readonly Repair[]): OpenedLog['previousEnd'] {
  if (endsWithStop === undefined) return 'none'
  return endsWithStop && repairs.every(isHarmless) ? 'clean' : 'unclean'
}

function isHarmless({ kind }: Repair): boolean {
  return kind === 'other-program' || kind === 'adopted-unsealed'
}

/** What follows the last record of a file is set aside; a file that cannot be continued becomes a backup. */
function repairFiles(dir: string, { fileMode }: FileModes, repairs: Repair[]): void {
  repairBackups(dir, repairs)
  const retired = retireUnfitFile(dir, fileMode, repairs)
  if (retired !== undefined) repairs.push(retired)
}

function openFiles(dir: string, modes: FileModes, notices: NoticeBoard): LogFiles {
  const fd = openActive(dir, modes.fileMode)
  try {
    applyFileMode(fd, join(dir, ACTIVE_FILE), modes.fileMode, notices)
    return new LogFiles(dir, modes, new LogFile(fd), notices)
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/** Repairs the active file; one that cannot be continued becomes a backup as it is, and that is returned. */
function retireUnfitFile(dir: string, fileMode: number, repairs: Repair[]): Repair | undefined {
  const fd = openActive(dir, fileMode)
  try {
    const kind = isOfAnotherProgram(fd) ? 'other-program' : repairActive(dir, fd, repairs)
    if (kind === undefined) return undefined
    const file = join(dir, backupName(1))
    shiftBackups(dir)
    renameSync(join(dir, ACTIVE_FILE), file)
    return { kind, file, bytes: fstatSync(fd).size }
  } finally {
    closeSync(fd)
  }
}

function openActive(dir: string, fileMode: number): number {
  return openOwnFile(join(dir, ACTIVE_FILE), APPEND_FLAGS | constants.O_CREAT, fileMode)
}

/** `audit.jsonl.new` is empty after a crash inside a rotation, and has content after one inside a restoration. */
function finishInterruptedWork(dir: string): void {
  const next = lstatSync(join(dir, NEXT_FILE), { throwIfNoEntry: false })
  if (next === undefined) return
  if (next.isFile() && next.size > 0 && !existsSync(join(dir, ACTIVE_FILE))) putInPlace(dir)
  else setAsideFile(dir, join(dir, NEXT_FILE))
}

/** Returns `unmovable-tail` where the file cannot be continued, because there is no room to set its tail aside. */
function repairActive(dir: string, fd: number, repairs: Repair[]): 'unmovable-tail' | undefined {
  try {
    const repair = repairTail(dir, fd)
    if (repair !== undefined) repairs.push(repair)
    return undefined
  } catch {
    return 'unmovable-tail'
  }
}

/** Power can fail between a rotation and the sync of the rotated file, and several may have waited for theirs. */
function repairBackups(dir: string, repairs: Repair[]): void {
  for (const { name } of listBackups(dir).slice(0, MAX_UNSYNCED_BACKUPS)) {
    try {
      const repair = repairBackup(dir, name)
      if (repair !== undefined) repairs.push(repair)
    } catch {
      // Protected, or no room: nothing is appended to it, so a bad tail there is only ugly.
    }
  }
}

function repairBackup(dir: string, name: string): Repair | undefined {
  const fd = openOwnFile(join(dir, name), constants.O_RDWR, 0)
  try {
    return isOfAnotherProgram(fd) ? undefined : repairTail(dir, fd)
  } finally {
    closeSync(fd)
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof KansaError && error.code === 'KANSA_DIR_LOCKED'
}
