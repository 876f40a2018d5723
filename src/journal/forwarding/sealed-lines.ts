/** Reads the records of a log by `seq`, up to one that is sealed, while its writer may append, rotate and delete. */
import { fstatSync } from 'node:fs'
import { BackwardReader, factsOfFirstLine, readBytes } from '../file-lines.ts'
import { readLineFacts } from '../line-facts.ts'
import { MAX_LINE_BYTES } from '../read-lines.ts'
import { closeFiles, type OpenLogFile, openNewestFirst, readBlock } from '../read-log-files.ts'
import { seqAtEnd } from './seq-at-end.ts'

/** What is read at once is held at once, as records. */
const BLOCK_BYTES = 128 * 1024
const LINE_FEED = 0x0a

/** A place in a file of the log, whatever its name is by now. */
export interface LinePlace {
  /** `identity` of an `OpenLogFile`. */
  readonly file: string
  readonly offset: number
}

/** Its bytes are good until the next `read`. */
export class SealedLine {
  readonly seq: number
  /** `identity` of the file it is in. */
  readonly file: string
  /** Where the line after it begins in the file. */
  readonly end: number
  private readonly block: Buffer
  private readonly from: number
  private readonly to: number

  constructor(seq: number, file: string, end: number, block: Buffer, from: number, to: number) {
    this.seq = seq
    this.file = file
    this.end = end
    this.block = block
    this.from = from
    this.to = to
  }

  /** Without line feed. */
  get bytes(): Buffer {
    return this.block.subarray(this.from, this.to)
  }

  /** The same as text. */
  get text(): string {
    return this.block.toString('utf8', this.from, this.to)
  }

  /** Where the line after it begins. */
  get after(): LinePlace {
    return { file: this.file, offset: this.end }
  }
}

interface Reading {
  readonly file: OpenLogFile
  /** Where the next line begins. */
  offset: number
  /** A newer file was seen: its writer has left this one, so that its next end is the last. */
  left: boolean
}

// Owned by the source that reads the log. `read` MUST NOT be called while a call is under way.
export class SealedLines {
  private readonly activePath: string
  private readonly onPassed: (line: string) => void
  private buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES)
  private hint: LinePlace | undefined
  private reading: Reading | undefined

  /** `onPassed` gets the lines before the wanted one, as far as they had to be read. */
  constructor(activePath: string, onPassed: (line: string) => void) {
    this.activePath = activePath
    this.onPassed = onPassed
  }

  /** Where the next line probably is. */
  seek(place: LinePlace | undefined): void {
    this.leave()
    this.hint = place
  }

  /**
   * Records from `next` to `through` in order, some of them; none where they are not there (yet). The first may be above
   * `next`: those between are not in the journal. @throws KansaError `KANSA_UNREADABLE`
   */
  async read(next: number, through: number): Promise<SealedLine[]> {
    for (;;) {
      this.reading ??= this.locate(next)
      const { reading } = this
      if (reading === undefined) return []
      const before = reading.offset
      const { lines, isAhead } = await this.readFrom(reading, next, through)
      if (lines.length > 0) return lines
      if (isAhead) return []
      if (reading.offset > before) continue
      if (fstatSync(reading.file.fd).size < reading.offset) this.leave()
      else if (!this.goOn(reading)) return []
    }
  }

  close(): void {
    this.leave()
  }

  /** `isAhead`: the next line there lies behind `through`. */
  private async readFrom(
    reading: Reading,
    next: number,
    through: number,
  ): Promise<{ readonly lines: SealedLine[]; readonly isAhead: boolean }> {
    const lines: SealedLine[] = []
    const block = await this.wholeLines(reading)
    const file = reading.file.identity
    let expected = next
    let from = 0
    for (let end = block.indexOf(LINE_FEED); end !== -1; end = block.indexOf(LINE_FEED, from)) {
      const seq = seqAtEnd(block, from, end) ?? readLineFacts(block.subarray(from, end))?.seq
      if (seq !== undefined && seq > through) return { lines, isAhead: true }
      reading.offset += end + 1 - from
      const line = new SealedLine(seq ?? -1, file, reading.offset, block, from, end)
      from = end + 1
      // Another program's, a copy's, or delivered before.
      if (line.seq < expected) this.onPassed(line.text)
      else {
        lines.push(line)
        expected = line.seq + 1
      }
    }
    return { lines, isAhead: false }
  }

  /** One block from the file, at least one line where there is a whole one. */
  private async wholeLines(reading: Reading): Promise<Buffer> {
    for (;;) {
      const { file, offset } = reading
      const room = Math.max(0, fstatSync(file.fd).size - offset)
      const block = await readBlock(file, offset, Math.min(room, this.buffer.length), this.buffer)
      if (block.includes(LINE_FEED) || block.length < this.buffer.length) return block
      if (this.buffer.length < MAX_LINE_BYTES) this.buffer = Buffer.allocUnsafeSlow(this.buffer.length * 2)
      // No line of ours: it is passed over piece by piece.
      else reading.offset += block.length
    }
  }

  /** True when there may be more to read: in the same file, in the one after it, or wherever the records are now. */
  private goOn(reading: Reading): boolean {
    const files = openNewestFirst(this.activePath, file => file.inode === reading.file.inode)
    const at = files.findIndex(file => file.inode === reading.file.inode)
    const newer = files[at - 1]
    if (at === -1) this.leave()
    else if (newer !== undefined && reading.left) this.enter(newer)
    // The writer may have appended to the old file until the newer one was there: its end is read once more.
    else if (newer !== undefined) reading.left = true
    closeFiles(files.filter(file => file !== this.reading?.file))
    return at === -1 ? files.length > 0 : newer !== undefined
  }

  private enter(file: OpenLogFile): void {
    this.leave()
    this.reading = { file, offset: 0, left: false }
  }

  private leave(): void {
    if (this.reading !== undefined) closeFiles([this.reading.file])
    this.reading = undefined
  }

  /** The file in which `next` is, or else the oldest one. */
  private locate(next: number): Reading | undefined {
    const { hint } = this
    this.hint = undefined
    const files = openNewestFirst(this.activePath)
    let found: Reading | undefined
    try {
      const hinted = files.find(file => file.identity === hint?.file)
      if (hinted !== undefined && hint !== undefined && isPlaceOf(hinted, hint.offset, next)) {
        found = { file: hinted, offset: hint.offset, left: false }
      }
      for (const file of found === undefined ? files : []) {
        const first = firstSeqOf(file)
        if (first === undefined) continue
        found = { file, offset: 0, left: false }
        if (first <= next) break
      }
      return found
    } finally {
      closeFiles(files.filter(file => file !== found?.file))
    }
  }
}

/** The oldest record that the log still has; undefined where it has none. */
export function oldestSeq(activePath: string): number | undefined {
  const files = openNewestFirst(activePath)
  try {
    return files
      .toReversed()
      .map(firstSeqOf)
      .find(seq => seq !== undefined)
  } finally {
    closeFiles(files)
  }
}

/** Other programs' lines may stand before ours. */
function firstSeqOf({ fd, size }: OpenLogFile): number | undefined {
  const block = readBytes(fd, 0, Math.min(size, BLOCK_BYTES))
  let from = 0
  for (let end = block.indexOf(LINE_FEED); end !== -1; end = block.indexOf(LINE_FEED, from)) {
    const seq = readLineFacts(block.subarray(from, end))?.seq
    if (seq !== undefined) return seq
    from = end + 1
  }
  return from === 0 && size > 0 ? factsOfFirstLine(fd, size)?.seq : undefined
}

/** Whether `next` begins there, or will: the record before it lies before, and no other one behind. */
function isPlaceOf({ fd, size }: OpenLogFile, offset: number, next: number): boolean {
  if (offset > size) return false
  const reader = new BackwardReader(fd)
  if (reader.lineStart(offset) !== offset) return false
  if (offset > 0) {
    const previous = reader.facts(reader.lineStart(offset - 1), offset - 1)?.seq
    if (previous === undefined || previous >= next) return false
  }
  const following = seqOfLineAt(fd, offset, size)
  return following === undefined || following >= next
}

function seqOfLineAt(fd: number, offset: number, size: number): number | undefined {
  const block = readBytes(fd, offset, Math.min(size, offset + BLOCK_BYTES))
  const end = block.indexOf(LINE_FEED)
  return end === -1 ? undefined : readLineFacts(block.subarray(0, end))?.seq
}
