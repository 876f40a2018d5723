/**
 * One moment of a log that may be growing: the newest checkpoint first, then the files. What a checkpoint covers is in
 * the files before it, and a file is deleted only after a checkpoint says so: read in this order, they fit each other.
 */
import { closeSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { KansaError } from '../errors.ts'
import { CHECKPOINT_FILE, CHECKPOINTS_FILE, SEAL_FOLDER, suffixOf } from './log-layout.ts'
import { codeOf, isFolder, openPlainFile, readPlainFile, unreadable } from './plain-file.ts'
import type { NoPlainFile, PlainFile } from './plain-file.ts'

/** More than any note has. */
const MAX_NOTE_BYTES = 1024 * 1024
const MAX_ATTEMPTS = 50

export interface JournalFile extends PlainFile {
  /** Without folder. */
  readonly name: string
}

export interface Snapshot {
  readonly dir: string
  /** Oldest first. */
  readonly files: readonly JournalFile[]
  /** Names of the journal's files that are no regular files. */
  readonly noFiles: readonly string[]
  /** The bytes of `seal/checkpoint`. */
  readonly checkpoint: Buffer | NoPlainFile | 'too-large'
  /** `seal/checkpoints`, to be read up to its `size`. */
  readonly checkpoints: PlainFile | NoPlainFile
  readonly hasSeal: boolean
  close(): void
}

/**
 * Opens everything at once: a file that is open stays readable, whatever name it gets and whether it is deleted.
 * @throws KansaError `KANSA_UNREADABLE`.
 */
export async function openSnapshot(dir: string): Promise<Snapshot> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const snapshot = tryToOpen(dir)
    if (snapshot !== undefined) return snapshot
    await setTimeout(attempt)
  }
  throw new KansaError('KANSA_UNREADABLE', `the files of ${dir} change faster than they can be opened. Try again.`)
}

/** Undefined where a commit, a rotation or a deletion came in between. */
function tryToOpen(dir: string): Snapshot | undefined {
  const opened: PlainFile[] = []
  const keep = (file: PlainFile | NoPlainFile): PlainFile | NoPlainFile => {
    if (typeof file !== 'string') opened.push(file)
    return file
  }
  const close = (): void => {
    for (const { fd } of opened.splice(0)) closeSync(fd)
  }
  try {
    const before = identities(dir)
    const path = join(dir, CHECKPOINT_FILE)
    const checkpoint = readPlainFile(path, MAX_NOTE_BYTES)
    const checkpoints = keep(openPlainFile(join(dir, CHECKPOINTS_FILE)))
    const isSame = isEqual(checkpoint, readPlainFile(path, MAX_NOTE_BYTES))
    const files: JournalFile[] = []
    const noFiles: string[] = []
    for (const name of namesOf(dir)) {
      const file = keep(openPlainFile(join(dir, name)))
      if (typeof file !== 'string') files.push({ ...file, name })
      else if (file === 'no-plain-file') noFiles.push(name)
    }
    if (isSame && before === identities(dir)) {
      return { dir, files, noFiles, checkpoint, checkpoints, hasSeal: isFolder(join(dir, SEAL_FOLDER)), close }
    }
  } catch (error) {
    close()
    throw error
  }
  close()
  return undefined
}

/** Names and inodes of the journal's files, as one text. */
function identities(dir: string): string {
  return namesOf(dir)
    .map(name => `${name} ${inodeOf(join(dir, name))}`)
    .join('\n')
}

/** Oldest first. */
function namesOf(dir: string): string[] {
  try {
    return readdirSync(dir)
      .map(name => ({ name, suffix: suffixOf(name) ?? -1 }))
      .filter(({ suffix }) => suffix >= 0)
      .toSorted((a, b) => b.suffix - a.suffix)
      .map(({ name }) => name)
  } catch (error) {
    throw unreadable(dir, error)
  }
}

function inodeOf(path: string): string {
  try {
    const { dev, ino } = lstatSync(path, { bigint: true })
    return `${dev}:${ino}`
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'gone'
    throw unreadable(path, error)
  }
}

function isEqual(a: Buffer | string, b: Buffer | string): boolean {
  return typeof a === 'string' || typeof b === 'string' ? a === b : a.equals(b)
}
