/** Opens the files of a log for reading, newest first, while a writer may be renaming them. */
import { type BigIntStats, closeSync, constants, fstatSync, openSync, read, readdirSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { promisify } from 'node:util'
import { KansaError, messageOf } from '../errors.ts'
import { codeOf } from './system-error.ts'

/** How much is read from a file at a time. */
export const READ_BLOCK_BYTES: number = 256 * 1024

/** A file of a log, open for reading. Who gets it closes it. */
export interface OpenLogFile {
  /** Its path when it was opened; a rotation may have renamed it since. */
  readonly path: string
  readonly fd: number
  /** Device and inode: the same file under whatever name, as long as somebody has it open. */
  readonly inode: string
  /** `inode` and time of birth: tells the file from a later one that was given the inode of a deleted file. */
  readonly identity: string
  /** Bytes when it was opened. */
  readonly size: number
}

interface Found<T> {
  readonly suffix: number
  readonly value: T
}

/**
 * Opens the files of the log whose active file is `activePath`: newest first, each once, none that came after the first
 * of them, up to one that is `enough` (all by default). A rotation only moves files to higher suffixes. So whoever climbs
 * the suffixes never passes by an older file; but a newer one may overtake the climber, which is why every step is
 * checked. All stay open, so that no inode can be given to another file meanwhile.
 * @throws KansaError `KANSA_UNREADABLE` when a file is there but cannot be read.
 */
export function openNewestFirst(
  activePath: string,
  enough: (file: OpenLogFile) => boolean = () => false,
): OpenLogFile[] {
  const files: OpenLogFile[] = []
  const open = (path: string): OpenLogFile | undefined => openLogFile(path, files)
  try {
    let found = climb(activePath, 0, open)
    while (found !== undefined) {
      files.push(found.value)
      if (enough(found.value)) break
      found = openNextOlder(activePath, found, open)
    }
    return files
  } catch (error) {
    closeFiles(files)
    throw error
  }
}

/** Up to one block from `position`, read into `into` where that is given; empty at the end of the file. */
export async function readBlock(
  file: OpenLogFile,
  position: number,
  atMostBytes: number,
  into: Buffer = Buffer.allocUnsafe(Math.min(READ_BLOCK_BYTES, atMostBytes)),
): Promise<Buffer> {
  const block = into.subarray(0, Math.max(0, atMostBytes))
  try {
    const { bytesRead } = await readAt(file.fd, block, 0, block.length, position)
    return block.subarray(0, bytesRead)
  } catch (error) {
    throw unreadable(file.path, error)
  }
}

const readAt = promisify(read)

export function closeFiles(files: readonly OpenLogFile[]): void {
  for (const file of files) closeSync(file.fd)
}

function openNextOlder(
  activePath: string,
  previous: Found<OpenLogFile>,
  open: (path: string) => OpenLogFile | undefined,
): Found<OpenLogFile> | undefined {
  const isPrevious = (path: string): true | undefined =>
    inodeOf(statSync(path, { bigint: true, throwIfNoEntry: false })) === previous.value.inode || undefined
  let from = previous.suffix
  for (;;) {
    const suffix = climb(activePath, from, isPrevious)?.suffix
    // Deleted meanwhile, so everything older is deleted too.
    if (suffix === undefined) return undefined
    const next = climb(activePath, suffix + 1, open)
    // The previous file stood still all the time: what was found above it is older.
    if (isPrevious(pathAt(activePath, suffix))) return next
    if (next !== undefined) closeSync(next.value.fd)
    from = suffix
  }
}

/** The first suffix from `from` upwards where `look` finds something. */
function climb<T>(activePath: string, from: number, look: (path: string) => T | undefined): Found<T> | undefined {
  let suffix: number | undefined = from
  for (let misses = 1; suffix !== undefined; misses++) {
    const value = look(pathAt(activePath, suffix))
    if (value !== undefined) return { suffix, value }
    // One miss may be a file that just moved on to the next suffix; two are a gap or the end.
    suffix = misses < 2 ? suffix + 1 : nextListedSuffix(activePath, suffix)
  }
  return undefined
}

/** `undefined` where there is no such file, or one that is open already. */
function openLogFile(path: string, alreadyOpen: readonly OpenLogFile[]): OpenLogFile | undefined {
  let fd: number
  try {
    // Without O_NONBLOCK a FIFO under this name would hang the reader.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw unreadable(path, error)
  }
  const stats = fstatSync(fd, { bigint: true })
  const inode = inodeOf(stats)
  if (stats.isFile() && !alreadyOpen.some(file => file.inode === inode)) {
    return { path, fd, inode, identity: `${inode}:${stats.birthtimeNs}`, size: Number(stats.size) }
  }
  closeSync(fd)
  if (stats.isFile()) return undefined
  throw new KansaError('KANSA_UNREADABLE', `${path} is not a regular file`)
}

function inodeOf(stats: BigIntStats | undefined): string {
  return stats === undefined ? '' : `${stats.dev}:${stats.ino}`
}

function pathAt(activePath: string, suffix: number): string {
  return suffix === 0 ? activePath : `${activePath}.${suffix}`
}

function nextListedSuffix(activePath: string, suffix: number): number | undefined {
  const prefix = `${basename(activePath)}.`
  const suffixes = namesIn(dirname(activePath))
    .filter(name => name.startsWith(prefix) && /^[1-9]\d{0,9}$/.test(name.slice(prefix.length)))
    .map(name => Number(name.slice(prefix.length)))
    .filter(listed => listed > suffix)
  return suffixes.length === 0 ? undefined : Math.min(...suffixes)
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch {
    // Not there yet, or not to be listed: then without what lies behind a gap.
    return []
  }
}

function unreadable(path: string, cause: unknown): KansaError {
  return new KansaError('KANSA_UNREADABLE', `cannot read ${path}: ${messageOf(cause)}`, { cause })
}
