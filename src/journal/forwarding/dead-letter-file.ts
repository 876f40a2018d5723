/**
 * `forward/<name>.dead-letter.jsonl`: which records a destination did not get, and why. Never their content: the file is
 * there to be passed around, and the records stand in the journal.
 */
import { closeSync, constants, fdatasyncSync, fstatSync, ftruncateSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { syncFolderSync } from '../durable-file.ts'
import { openOwnFile } from '../own-file.ts'
import { deadLetterPath, makeForwardFolder } from './destination-files.ts'

const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT
const FILE_MODE = 0o600

/** One record, or records that follow each other. */
export interface DeadLetter {
  /** `log.record.uid` of the record, where it is one and has one. */
  readonly id?: string
  /** Its `seq`, or that of the first. */
  readonly seq: number
  /** Of the last, where they are several. */
  readonly last_seq?: number
  readonly origin: string
  /** In words. MUST NOT hold what a destination answered: that may quote the record. */
  readonly reason: string
}

/** Durable when it returns. @throws the system's error: then none of them is in the file. */
export function appendDeadLetters(dir: string, name: string, letters: readonly DeadLetter[]): void {
  makeForwardFolder(dir)
  const path = deadLetterPath(dir, name)
  const at = new Date().toISOString()
  const bytes = Buffer.from(letters.map(letter => `${JSON.stringify({ ...letter, at })}\n`).join(''))
  const fd = openOwnFile(path, APPEND, FILE_MODE)
  try {
    const start = fstatSync(fd).size
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
      fdatasyncSync(fd)
    } catch (error) {
      ftruncateSync(fd, start)
      throw error
    }
    if (start === 0) syncFolderSync(dirname(path))
  } finally {
    closeSync(fd)
  }
}
