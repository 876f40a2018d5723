/** Finds lines at the two ends of a file without reading the rest: opening a log takes the same time at any size. */
import { readSync } from 'node:fs'
import { type LineFacts, readLineFacts } from './line-facts.ts'

const LINE_FEED = 0x0a
const BLOCK_BYTES = 64 * 1024
/** Nobody writes longer records; what is longer is not read into memory to find out. */
const MAX_LINE_BYTES = 256 * 1024 * 1024

/** Looks for line breaks from any position backwards; keeps one block, so that short steps cost no reads. */
export class BackwardReader {
  private readonly fd: number
  private block: Buffer = Buffer.alloc(0)
  private blockStart = 0

  constructor(fd: number) {
    this.fd = fd
  }

  /** Position after the last line break that lies before `end`; 0 when there is none. */
  lineStart(end: number): number {
    let at = end
    while (at > 0) {
      this.load(at)
      const index = this.block.lastIndexOf(LINE_FEED, at - 1 - this.blockStart)
      if (index !== -1) return this.blockStart + index + 1
      at = this.blockStart
    }
    return 0
  }

  /** What the line in `[start, end)` says; undefined when it is no record. `end` excludes the line break. */
  facts(start: number, end: number): LineFacts | undefined {
    if (end - start > MAX_LINE_BYTES) return undefined
    return readLineFacts(readBytes(this.fd, start, end))
  }

  private load(end: number): void {
    if (end > this.blockStart && end <= this.blockStart + this.block.length) return
    this.blockStart = Math.max(0, end - BLOCK_BYTES)
    this.block = readBytes(this.fd, this.blockStart, end)
  }
}

/** Facts of the first line; undefined when the file is empty or the line is no record. */
export function factsOfFirstLine(fd: number, size: number): LineFacts | undefined {
  const blocks: Buffer[] = []
  for (let at = 0; at < Math.min(size, MAX_LINE_BYTES); at += BLOCK_BYTES) {
    const block = readBytes(fd, at, Math.min(size, at + BLOCK_BYTES))
    const index = block.indexOf(LINE_FEED)
    blocks.push(index === -1 ? block : block.subarray(0, index))
    if (index !== -1) break
  }
  return readLineFacts(Buffer.concat(blocks))
}

/** Facts of the last line that ends with a line break and is a record. */
export function factsOfLastRecord(fd: number, size: number): LineFacts | undefined {
  for (const facts of recordsBackwards(fd, size)) return facts
  return undefined
}

/** Facts of all records, the last one first. Lines that are no records are passed over. */
export function* recordsBackwards(fd: number, size: number): Generator<LineFacts, void, undefined> {
  const reader = new BackwardReader(fd)
  let end = reader.lineStart(size)
  while (end > 0) {
    const start = reader.lineStart(end - 1)
    const facts = reader.facts(start, end - 1)
    if (facts !== undefined) yield facts
    end = start
  }
}

/** Bytes `[start, end)`; fewer only where the file ends before. */
export function readBytes(fd: number, start: number, end: number): Buffer {
  const bytes = Buffer.allocUnsafe(end - start)
  let filled = 0
  while (filled < bytes.length) {
    const count = readSync(fd, bytes, filled, bytes.length - filled, start + filled)
    if (count === 0) return bytes.subarray(0, filled)
    filled += count
  }
  return bytes
}
