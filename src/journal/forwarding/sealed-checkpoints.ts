/** Reads the checkpoints of a log in the order in which they were made, while its writer may be adding more. */
import { closeSync, constants, fstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LogCheckpoint } from '../../events/checkpoint-log-record.ts'
import { encodeBase64 } from '../../seal/base64.ts'
import { parseCheckpoint } from '../../seal/checkpoint.ts'
import { parseNote } from '../../seal/signed-note.ts'
import { readBytes } from '../file-lines.ts'
import { CHECKPOINT_FILE, CHECKPOINTS_FILE } from '../layout.ts'
import { openOwnFile, withOwnFile } from '../own-file.ts'
import { codeOf } from '../system-error.ts'

const BLOCK_BYTES = 64 * 1024
/** Ends the text of a note, and the note with its separator. */
const END = '\n\n'

/** Where a checkpoint ends in `seal/checkpoints`; unknown for one that only stands in `seal/checkpoint`. */
export interface FoundCheckpoint extends LogCheckpoint {
  readonly end: number | undefined
}

/**
 * The newest one that is durable, undefined where there is none. It counts as long as it stands there: who could change
 * it could change the lines, and `kansa verify` is what finds that out.
 */
export function newestCheckpoint(dir: string): LogCheckpoint | undefined {
  const note = withOwnFile(join(dir, CHECKPOINT_FILE), fd => readFileSync(fd))
  return note === undefined ? undefined : checkpointOf(note)
}

// Owned by the source that reads the log.
export class SealedCheckpoints {
  private readonly dir: string
  private offset: number
  private read: FoundCheckpoint[] = []

  /** `offset` says where to begin in `seal/checkpoints`; a wrong one costs time. */
  constructor(dir: string, offset: number) {
    this.dir = dir
    this.offset = offset
  }

  /** The first one whose size is above `size`, up to `newest`: the history may be one note ahead of what is durable. */
  after(size: number, newest: LogCheckpoint): FoundCheckpoint | undefined {
    for (;;) {
      const found = this.read.find(each => each.size > size && each.origin === newest.origin)
      if (found !== undefined) return found
      if (!this.readOn(newest.size)) return newest.size > size ? { ...newest, end: undefined } : undefined
    }
  }

  /** Begins there again. */
  seek(offset: number): void {
    this.offset = offset
    this.read = []
  }

  /** False at the end of the history, or of what is durable in it. */
  private readOn(newestSize: number): boolean {
    const bytes = this.readBlock()
    if (bytes.length === 0) return false
    const text = bytes.toString('latin1')
    this.read = []
    let at = 0
    for (;;) {
      const middle = text.indexOf(END, at)
      const end = middle === -1 ? -1 : text.indexOf(END, middle + END.length)
      if (end === -1) break
      const checkpoint = checkpointOf(bytes.subarray(at, end + 1))
      if (checkpoint !== undefined && checkpoint.size > newestSize) break
      // What is no note is passed over; it cannot hide the next one for longer than itself.
      const next = checkpoint === undefined ? middle + END.length : end + END.length
      if (checkpoint !== undefined) this.read.push({ ...checkpoint, end: this.offset + next })
      at = next
    }
    if (at === 0 && bytes.length === BLOCK_BYTES) at = BLOCK_BYTES
    this.offset += at
    return at > 0
  }

  private readBlock(): Buffer {
    let fd: number
    try {
      fd = openOwnFile(join(this.dir, CHECKPOINTS_FILE), constants.O_RDONLY, 0)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return Buffer.alloc(0)
      throw error
    }
    try {
      const { size } = fstatSync(fd)
      // Cut or made anew: what was delivered is told by its size.
      if (this.offset > size) this.offset = 0
      return readBytes(fd, this.offset, Math.min(size, this.offset + BLOCK_BYTES))
    } finally {
      closeSync(fd)
    }
  }
}

function checkpointOf(note: Buffer): LogCheckpoint | undefined {
  try {
    const { origin, size, root } = parseCheckpoint(parseNote(note).text)
    return { origin, size, root: encodeBase64(root), note: note.toString('utf8') }
  } catch {
    return undefined
  }
}
