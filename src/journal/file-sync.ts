/**
 * fdatasync, and what to do when it fails: Linux then marks the pages as clean, and a second fdatasync on the same
 * descriptor would call the loss a success. So the bytes are written again, and synced through a fresh descriptor.
 */
import { closeSync, constants, fdatasync, fdatasyncSync, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import { readBytes } from './file-lines.ts'
import { APPEND_FLAGS, type LogFile } from './log-file.ts'
import { reopen } from './reopen.ts'

const BLOCK_BYTES = 1024 * 1024
const fdatasyncInThreadPool = promisify(fdatasync)

/** Resolves with the error that was got over on the way, if any; rejects when the file is not durable. */
export async function syncFile(dir: string, file: LogFile): Promise<unknown> {
  let failure: unknown
  await file.whileInUse(async () => {
    if (file.isSuspect) {
      failure = await syncSuspect(dir, file)
      return
    }
    if (!file.isDirty) return
    const through = beginSync(file)
    try {
      await fdatasyncInThreadPool(file.fd)
      file.syncedBytes = Math.max(file.syncedBytes, through)
    } catch (error) {
      failure = error
      suspect(file)
      await syncSuspect(dir, file)
    }
  })
  return failure
}

/** The same on this thread, for exits and for bursts that open more files than the thread pool keeps up with. */
export function syncFileSync(dir: string, file: LogFile): void {
  // A sync in the thread pool may just have got the error that this one then would not see.
  if (!file.isSuspect && !file.isInUse) {
    if (!file.isDirty) return
    const through = beginSync(file)
    try {
      fdatasyncSync(file.fd)
      file.syncedBytes = through
      return
    } catch {
      suspect(file)
    }
  }
  const { fd, through } = writeAgain(dir, file)
  try {
    fdatasyncSync(fd)
  } catch (error) {
    suspect(file)
    throw error
  } finally {
    closeSync(fd)
  }
  trustAgain(dir, file, through)
}

async function syncSuspect(dir: string, file: LogFile): Promise<undefined> {
  const { fd, through } = writeAgain(dir, file)
  try {
    await fdatasyncInThreadPool(fd)
  } catch (error) {
    suspect(file)
    throw error
  } finally {
    closeSync(fd)
  }
  trustAgain(dir, file, through)
}

function beginSync(file: LogFile): number {
  // What is appended from now on makes it dirty again.
  file.isDirty = false
  return file.size
}

function suspect(file: LogFile): void {
  file.isDirty = true
  file.isSuspect = true
}

/**
 * Reads what is not durable through the page cache and writes the identical bytes in their place, which makes the
 * pages dirty again. Not through an appending descriptor: that one would put them at the end.
 */
function writeAgain(dir: string, file: LogFile): { fd: number; through: number } {
  const fd = reopen(file, dir, constants.O_RDWR)
  try {
    const through = beginSync(file)
    for (let at = file.syncedBytes; at < through; at += BLOCK_BYTES) {
      const block = readBytes(fd, at, Math.min(through, at + BLOCK_BYTES))
      for (let done = 0; done < block.length; ) done += writeSync(fd, block, done, block.length - done, at + done)
    }
    return { fd, through }
  } catch (error) {
    suspect(file)
    closeSync(fd)
    throw error
  }
}

function trustAgain(dir: string, file: LogFile, through: number): void {
  file.replaceDescriptor(reopen(file, dir, APPEND_FLAGS))
  file.syncedBytes = through
  file.isSuspect = false
}
