/** What a folder says about how far its log is sealed: its newest checkpoint, as far as our own keys signed it. */
import { closeSync, constants, fstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openCheckpoint } from '../../seal/checkpoint.ts'
import type { OpenedCheckpoint } from '../../seal/checkpoint.ts'
import { parseNote } from '../../seal/signed-note.ts'
import type { Verifier } from '../../seal/signer.ts'
import { readBytes } from '../file-lines.ts'
import { CHECKPOINT_FILE, CHECKPOINTS_FILE } from '../layout.ts'
import { openOwnFile, withOwnFile } from '../own-file.ts'
import { setAsideTail } from '../set-aside.ts'

/** More than any note of ours has. */
const TAIL_BYTES = 64 * 1024
const END_OF_NOTE = Buffer.from('\n\n')

export interface FoundCheckpoint {
  readonly note: Buffer
  readonly checkpoint: OpenedCheckpoint
}

export interface SealedState {
  /** There is a checkpoint, whoever signed it. The first start may have ended within the very first one. */
  readonly exists: boolean
  /** The newest one that one of our keys signed; undefined where there is none. */
  readonly newest: FoundCheckpoint | undefined
  /** Whether `seal/checkpoint` is that one, and `seal/checkpoints` ends with it. */
  readonly isInNewest: boolean
  readonly isInAll: boolean
  /** Bytes behind the last whole note in `seal/checkpoints`, and where they begin. */
  readonly tornTail: { readonly start: number; readonly end: number } | undefined
}

/** Reads both files. After a crash the history may be one note ahead, or end within a note. */
export function readSealedState(dir: string, trusted: readonly Verifier[]): SealedState {
  const newestNote = withOwnFile(join(dir, CHECKPOINT_FILE), fd => readFileSync(fd))
  const history = withOwnFile(join(dir, CHECKPOINTS_FILE), readEnd)
  const inNewest = newestNote && openTrusted(newestNote, trusted)
  const inAll = history?.lastNote && openTrusted(history.lastNote, trusted)
  const newest = larger(inNewest, inAll)
  return {
    exists: newestNote !== undefined || history?.lastNote !== undefined,
    newest,
    isInNewest: newest !== undefined && newestNote?.equals(newest.note) === true,
    isInAll: newest !== undefined && history?.lastNote?.equals(newest.note) === true,
    tornTail: history?.tornTail,
  }
}

/** Moves what is behind the last whole note of `seal/checkpoints` out of it; returns where it is now. */
export function setAsideTornNote(dir: string, { start, end }: { start: number; end: number }): string {
  const fd = openOwnFile(join(dir, CHECKPOINTS_FILE), constants.O_RDWR, 0)
  try {
    return setAsideTail(dir, fd, start, end)
  } finally {
    closeSync(fd)
  }
}

interface HistoryEnd {
  readonly lastNote: Buffer | undefined
  readonly tornTail: SealedState['tornTail']
}

/** A note and its separator end with two line breaks, and so does the text of a note: the last pair counts. */
function readEnd(fd: number): HistoryEnd {
  const { size } = fstatSync(fd)
  const offset = Math.max(0, size - TAIL_BYTES)
  const bytes = readBytes(fd, offset, size)
  for (let end = bytes.length; end > 0; ) {
    const at = bytes.lastIndexOf(END_OF_NOTE, end - END_OF_NOTE.length)
    if (at === -1) break
    const note = lastNoteEndingAt(bytes.subarray(0, at + 1))
    if (note !== undefined) {
      const start = offset + at + END_OF_NOTE.length
      return { lastNote: note, tornTail: start < size ? { start, end: size } : undefined }
    }
    end = at + 1
  }
  return { lastNote: undefined, tornTail: size > 0 && offset === 0 ? { start: 0, end: size } : undefined }
}

/** The note whose last signature line ends where `bytes` end; undefined where no note ends there. */
function lastNoteEndingAt(bytes: Buffer): Buffer | undefined {
  const signatures = bytes.lastIndexOf(END_OF_NOTE)
  if (signatures <= 0) return undefined
  const before = bytes.lastIndexOf(END_OF_NOTE, signatures - 1)
  const note = bytes.subarray(before === -1 ? 0 : before + END_OF_NOTE.length)
  try {
    parseNote(note)
    return note
  } catch {
    return undefined
  }
}

function openTrusted(note: Buffer, trusted: readonly Verifier[]): FoundCheckpoint | undefined {
  try {
    return { note, checkpoint: openCheckpoint(note, trusted) }
  } catch {
    return undefined
  }
}

function larger(a: FoundCheckpoint | undefined, b: FoundCheckpoint | undefined): FoundCheckpoint | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return b.checkpoint.size > a.checkpoint.size ? b : a
}
