/**
 * Lines that have their `seq` but are not in the file yet. Normally they stay here until the end of the turn, in one
 * preallocated buffer; while the disk fails they are kept in chunks behind it, in order, each byte exactly once.
 */
import type { LogFile } from './log-file.ts'

const CAPACITY_BYTES = 64 * 1024
/** Of written lines. To hash many in a row takes less time than one in each turn, when other code ran in between. */
const MAX_UNREPORTED_BYTES = CAPACITY_BYTES / 2
/** The longest thing put behind a head: `,"seq":9007199254740991}` and the line break. */
export const TAIL_BYTES = 25
/** The shortest thing put behind a head, which may be empty: `,"seq":0}` and the line break. */
const MIN_TAIL_BYTES = 10
const LINE_FEED = 0x0a
const ZERO = 0x30
const SEQ_KEY = Buffer.from(',"seq":')
const LINE_END = Buffer.from('}\n')

/**
 * Told of each line, without its line break, after the kernel has all of it: as soon as many are written, and of all that
 * are at `reportWritten`. The bytes are valid during the call.
 */
export type WrittenLine = (bytes: Buffer, start: number, end: number) => void

/** Whole lines; the bytes before `start` are in the file already. */
interface Chunk {
  readonly bytes: Buffer
  start: number
}

// Owned by the writer: `put…` while appending, everything else while writing.
export class LineBuffer {
  /** The `seq` of the next line. */
  nextSeq: number
  /** The last line all of whose bytes the kernel has. */
  writtenThrough: number
  private readonly buffer = Buffer.allocUnsafeSlow(CAPACITY_BYTES)
  private used = 0
  /** So many of these bytes, whole lines, are in the file already and wait to be reported. */
  private written = 0
  /** Lines in the buffer, and where each of them ends: they need not be looked for once they are written. */
  private buffered = 0
  private readonly ends = new Int32Array(Math.ceil(CAPACITY_BYTES / MIN_TAIL_BYTES))
  private readonly chunks: Chunk[] = []
  private chunkBytes = 0
  private readonly onWritten: WrittenLine

  constructor(nextSeq: number, onWritten: WrittenLine) {
    this.nextSeq = nextSeq
    this.onWritten = onWritten
    this.writtenThrough = nextSeq - 1
  }

  /** Bytes that wait. */
  get waitingBytes(): number {
    return this.chunkBytes + this.used - this.written
  }

  /** Room in the preallocated buffer. */
  get freeBytes(): number {
    return CAPACITY_BYTES - this.used
  }

  get fitsLargest(): number {
    return CAPACITY_BYTES
  }

  /** Encodes one line; the caller made sure that it fits. Returns its bytes. No allocation: this is the hot path. */
  put(head: string): number {
    const { buffer, used } = this
    let at = used + buffer.write(head, used)
    // ,"seq":
    buffer[at++] = 0x2c
    buffer[at++] = 0x22
    buffer[at++] = 0x73
    buffer[at++] = 0x65
    buffer[at++] = 0x71
    buffer[at++] = 0x22
    buffer[at++] = 0x3a
    at = this.putDigits(at)
    buffer[at++] = 0x7d
    buffer[at++] = LINE_FEED
    this.used = at
    this.ends[this.buffered++] = at
    this.nextSeq++
    return at - used
  }

  /** For a line that is larger than the whole buffer: it becomes a chunk of its own. */
  putLarge(head: string): void {
    this.spill()
    const bytes = Buffer.concat([Buffer.from(head), SEQ_KEY, Buffer.from(String(this.nextSeq)), LINE_END])
    this.addChunk(bytes)
    this.nextSeq++
  }

  /** Empties the preallocated buffer: what waits in it goes behind the chunks that wait. */
  spill(): void {
    const { buffer, written, used } = this
    let start = 0
    for (let line = 0; start < written; line++) {
      const end = this.ends[line] ?? written
      this.onWritten(buffer, start, end - 1)
      start = end
    }
    if (used > written) this.addChunk(Buffer.from(buffer.subarray(written, used)))
    this.used = 0
    this.written = 0
    this.buffered = 0
  }

  /** Reports every line that the file has. */
  reportWritten(): void {
    if (this.written > 0) this.spill()
  }

  /** Appends everything to the file. Throws what the file throws; what it took by then is accounted for. */
  drainInto(file: LogFile): void {
    if (this.chunks.length === 0) this.drainBuffer(file)
    else this.spill()
    for (let chunk = this.chunks[0]; chunk !== undefined; chunk = this.chunks[0]) {
      const before = file.size
      try {
        file.append(chunk.bytes, chunk.start, chunk.bytes.length)
      } finally {
        this.accept(file.size - before)
      }
    }
  }

  /** The first `count` bytes that wait are in the file. */
  accept(count: number): void {
    let left = count
    for (let chunk = this.chunks[0]; chunk !== undefined && left > 0; chunk = this.chunks[0]) {
      const taken = Math.min(left, chunk.bytes.length - chunk.start)
      this.acceptLines(chunk.bytes, chunk.start, chunk.start + taken)
      chunk.start += taken
      this.chunkBytes -= taken
      left -= taken
      if (chunk.start === chunk.bytes.length) this.chunks.shift()
    }
  }

  /** Takes back the bytes of a line that is only partly in the file; returns how many. */
  takeBackPartialLine(): number {
    const chunk = this.chunks[0]
    if (chunk === undefined || chunk.start === 0) return 0
    const lineStart = chunk.bytes.lastIndexOf(LINE_FEED, chunk.start - 1) + 1
    const count = chunk.start - lineStart
    chunk.start = lineStart
    this.chunkBytes += count
    return count
  }

  /** Whether `bytes` are the first of those that wait. */
  beginsWith(bytes: Buffer): boolean {
    this.spill()
    const waiting = this.chunks.map(chunk => chunk.bytes.subarray(chunk.start))
    return bytes.length <= this.chunkBytes && Buffer.concat(waiting, bytes.length).equals(bytes)
  }

  private drainBuffer(file: LogFile): void {
    if (this.used === this.written) return
    const before = file.size
    try {
      file.append(this.buffer, this.written, this.used)
    } catch (error) {
      this.spill()
      this.accept(file.size - before)
      throw error
    }
    this.written = this.used
    this.writtenThrough = this.nextSeq - 1
    if (this.written > MAX_UNREPORTED_BYTES) this.spill()
  }

  /** The file has `bytes[start, end)`; the line that ends there first may have begun before. */
  private acceptLines(bytes: Buffer, start: number, end: number): void {
    let lineEnd = bytes.indexOf(LINE_FEED, start)
    if (lineEnd === -1 || lineEnd >= end) return
    let lineStart = start === 0 ? 0 : bytes.lastIndexOf(LINE_FEED, start - 1) + 1
    while (lineEnd !== -1 && lineEnd < end) {
      this.onWritten(bytes, lineStart, lineEnd)
      this.writtenThrough++
      lineStart = lineEnd + 1
      lineEnd = bytes.indexOf(LINE_FEED, lineStart)
    }
  }

  private addChunk(bytes: Buffer): void {
    this.chunks.push({ bytes, start: 0 })
    this.chunkBytes += bytes.length
  }

  private putDigits(at: number): number {
    let digits = 1
    for (let limit = 10; limit <= this.nextSeq; limit *= 10) digits++
    let rest = this.nextSeq
    for (let index = at + digits - 1; index >= at; index--) {
      const quotient = Math.floor(rest / 10)
      this.buffer[index] = ZERO + rest - quotient * 10
      rest = quotient
    }
    return at + digits
  }
}
