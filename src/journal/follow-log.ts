/** Gives out the new lines of one log, each once and in order, while a writer appends to it and rotates it. */
import { fstatSync } from 'node:fs'
import { LineJoiner, linesOf, type StoredLine } from './read-lines.ts'
import { closeFiles, type OpenLogFile, openNewestFirst, READ_BLOCK_BYTES, readBlock } from './read-log-files.ts'

/** How much of the heads of two files is compared to tell a copy. */
const COMPARED_BYTES = 4096

/** Where reading of a log stands. */
export interface LogPosition {
  /** The newest file, open. */
  readonly file: OpenLogFile
  /** Offset of the first byte that was not given out. */
  readonly offset: number
  /** Identities of all files of the log up to this one. */
  readonly known: ReadonlySet<string>
}

/** The file being read. */
interface Reading {
  readonly file: OpenLogFile
  joiner: LineJoiner
  /** Offset of the next byte to read. */
  offset: number
  /** True when a newer file was seen: its writer has left this one, so that its next end is the last. */
  left: boolean
}

/** Follows one log. All state belongs to `next`, which must not be called while a call is under way. */
export class LogFollower {
  private readonly activePath: string
  private readonly notice: (text: string) => void
  private reading: Reading | undefined
  /** Files newer than the one being read, open, oldest first. */
  private waiting: OpenLogFile[] = []
  /** Identities of the files that were read or are older than those. Grows by one per rotation. */
  private readonly known: Set<string>

  /**
   * Without `position` every line of the log is new. With it, the follower owns the open file in it.
   * `notice` hears of what may be missing.
   */
  constructor(activePath: string, position: LogPosition | undefined, notice: (text: string) => void) {
    this.activePath = activePath
    this.notice = notice
    this.known = new Set(position?.known)
    if (position !== undefined) this.begin(position.file, position.offset)
  }

  /** Some of the new lines, none when a line is not complete yet; `undefined` when there is nothing new now. */
  async next(): Promise<StoredLine[] | undefined> {
    for (;;) {
      const { reading } = this
      if (reading !== undefined) {
        const block = await this.readMore(reading)
        if (block.length > 0) return reading.joiner.push(block).flatMap(linesOf)
      }
      if (reading !== undefined && reading.left) return this.goOn(reading)
      if (!(await this.findNewer())) return undefined
      // The writer may have appended to the old file until the newer one was there: read its end again first.
      if (reading === undefined) this.beginNextWaiting()
      else reading.left = true
    }
  }

  close(): void {
    const files = this.reading === undefined ? this.waiting : [this.reading.file, ...this.waiting]
    this.reading = undefined
    this.waiting = []
    closeFiles(files)
  }

  private begin(file: OpenLogFile, offset: number): void {
    this.known.add(file.identity)
    this.reading = { file, offset, joiner: new LineJoiner(file.path, offset), left: false }
  }

  private beginNextWaiting(): void {
    const file = this.waiting.shift()
    if (file !== undefined) this.begin(file, 0)
  }

  /** Leaves a file that was read to its end. */
  private goOn(reading: Reading): StoredLine[] {
    const rest = reading.joiner.rest()
    this.reading = undefined
    closeFiles([reading.file])
    this.beginNextWaiting()
    return rest === undefined ? [] : [rest]
  }

  private async readMore(reading: Reading): Promise<Buffer> {
    const { file, joiner } = reading
    const { size } = fstatSync(file.fd)
    if (size === reading.offset) return Buffer.alloc(0)
    if (size < joiner.lineStart) {
      this.notice(`${file.path} was cut shorter while it was followed: lines may be missing`)
      reading.joiner = new LineJoiner(file.path, 0)
      reading.offset = 0
    } else if (joiner.unfinishedBytes < READ_BLOCK_BYTES || size < reading.offset) {
      // A writer that starts after a crash takes a torn line away and writes its own lines in that place: the
      // unfinished line is read anew, unless it is longer than a block (reading would never get beyond it).
      joiner.restartLine()
      reading.offset = joiner.lineStart
    }
    const block = await readBlock(file, reading.offset, Math.max(0, size - reading.offset))
    reading.offset += block.length
    return block
  }

  /** Opens the files that are newer than the one being read; true when there are some. */
  private async findNewer(): Promise<boolean> {
    if (this.waiting.length > 0) return true
    const current = this.reading
    const isRead = (file: OpenLogFile): boolean => file.inode === current?.file.inode || this.known.has(file.identity)
    const files = openNewestFirst(this.activePath, isRead)
    const reached = files.find(isRead)
    if (reached !== undefined) closeFiles([reached])
    this.waiting = files.filter(file => file !== reached).toReversed()
    const [oldest] = this.waiting
    if (oldest === undefined) return false
    if (current === undefined || reached?.inode === current.file.inode) return true
    return await this.replaceMissing(current, oldest, reached !== undefined)
  }

  /** The file being read has left the log. `oldest` is the oldest file after it. */
  private async replaceMissing(current: Reading, oldest: OpenLogFile, reachedKnown: boolean): Promise<boolean> {
    if (oldest.size === 0) {
      // Just made anew: whether it is a copy is seen when something is in it.
      closeFiles(this.waiting.splice(0))
      return false
    }
    if (await beginsLike(oldest, current)) {
      // An editor, or a writer whose file was removed, put a copy in its place: go on at the same line there.
      this.waiting.shift()
      this.begin(oldest, current.joiner.lineStart)
      closeFiles([current.file])
      return true
    }
    // Renamed by hand, it can still be read to its end; deleted, something may have been in between.
    if (fstatSync(current.file.fd).nlink > 0) return true
    const how = reachedKnown ? 'removed or replaced' : 'removed or rotated away'
    this.notice(`${current.file.path} was ${how} while it was followed: lines may be missing`)
    return true
  }
}

/** True when `file` begins with the same bytes, and has all that were read. Ids make lines of two files differ. */
async function beginsLike(file: OpenLogFile, current: Reading): Promise<boolean> {
  const length = Math.min(current.joiner.lineStart, COMPARED_BYTES)
  if (length === 0 || file.size < current.joiner.lineStart) return false
  const [ours, theirs] = await Promise.all([readBlock(current.file, 0, length), readBlock(file, 0, length)])
  return ours.equals(theirs)
}
