/** Opens the files of a log for reading, newest first, while a writer may be renaming them. */
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { KansaError, messageOf } from '../errors.ts'
import { ACTIVE_FILE, listBackups } from './layout.ts'

/** How much is read from a file at a time. */
export const READ_BLOCK_BYTES: number = 256 * 1024

/** A file of a log, open for reading. Who gets it closes it. */
export interface LogFile {
  /** Its path when it was opened; a rotation may have renamed it since. */
  readonly path: string
  readonly handle: FileHandle
  /** Device and inode: the same file under whatever name, as long as somebody has it open. */
  readonly inode: string
  /** `inode` and time of birth: tells the file from a later one that was given the inode of a deleted file. */
  readonly identity: string
  /** Bytes when it was opened. */
  readonly size: number
}

/**
 * The files of the log whose active file is `activePath`, each once. A rotation only moves files to higher suffixes,
 * and this walk goes upwards too, so it may meet a file twice (told by its inode) but never passes one by.
 * @throws KansaError `KANSA_UNREADABLE` when a file is there but cannot be read.
 */
export async function* openNewestFirst(activePath: string): AsyncGenerator<LogFile> {
  const seen = new Set<string>()
  let misses = 0
  let suffix: number | undefined = 0
  while (suffix !== undefined) {
    const file = await openLogFile(suffix === 0 ? activePath : `${activePath}.${suffix}`)
    misses = file === undefined ? misses + 1 : 0
    if (file !== undefined && seen.has(file.inode)) await file.handle.close()
    else if (file !== undefined) {
      seen.add(file.inode)
      yield file
    }
    // One miss may be a file that just moved on to the next suffix; two are a gap or the end.
    suffix = misses < 2 ? suffix + 1 : nextListedSuffix(activePath, suffix)
  }
}

/** Up to one block from `position`; empty at the end of the file. */
export async function readBlock(file: LogFile, position: number, atMostBytes: number): Promise<Buffer> {
  const block = Buffer.allocUnsafe(Math.min(READ_BLOCK_BYTES, atMostBytes))
  try {
    const { bytesRead } = await file.handle.read(block, 0, block.length, position)
    return block.subarray(0, bytesRead)
  } catch (error) {
    throw unreadable(file.path, error)
  }
}

export async function closeFiles(files: readonly LogFile[]): Promise<void> {
  for (const file of files) await file.handle.close()
}

/** `undefined` where there is no such file. */
async function openLogFile(path: string): Promise<LogFile | undefined> {
  let handle: FileHandle
  try {
    // Without O_NONBLOCK a FIFO under this name would hang the reader.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw unreadable(path, error)
  }
  const stat = await handle.stat({ bigint: true })
  if (!stat.isFile()) {
    await handle.close()
    throw new KansaError('KANSA_UNREADABLE', `${path} is not a regular file`)
  }
  const inode = `${stat.dev}:${stat.ino}`
  return { path, handle, inode, identity: `${inode}:${stat.birthtimeNs}`, size: Number(stat.size) }
}

// Only our own logs can have gaps in their suffixes; a file of another program is followed without them.
function nextListedSuffix(activePath: string, suffix: number): number | undefined {
  if (basename(activePath) !== ACTIVE_FILE) return undefined
  return listBackups(dirname(activePath)).find(backup => backup.suffix > suffix)?.suffix
}

function unreadable(path: string, cause: unknown): KansaError {
  return new KansaError('KANSA_UNREADABLE', `cannot read ${path}: ${messageOf(cause)}`, { cause })
}
