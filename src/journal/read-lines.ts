/** Reads the lines of a journal file forwards, block by block, with bounded memory. */
import { type OpenLogFile, readBlock } from './read-log-files.ts'

/** A longer line is passed over: only its place and length are told. Above what `maxEventBytes` allows. */
export const MAX_LINE_BYTES: number = 32 * 1024 * 1024

const LINE_FEED = 0x0a

/** One line of a file, as it is stored. */
export interface StoredLine {
  /** Path of the file at the time it was opened. */
  readonly path: string
  /** Offset of the first byte in the file. */
  readonly start: number
  /** Bytes, without the line feed. */
  readonly length: number
  /** The bytes without the line feed; undefined for a line longer than `MAX_LINE_BYTES`. */
  readonly bytes: Buffer | undefined
  /** False for bytes at the end of a file that no line feed follows: torn, still being written, or a foreign file. */
  readonly terminated: boolean
}

/** The lines between two offsets, one list per block; an unterminated last one too. Stops early where the file ends. */
export async function* readLines(file: OpenLogFile, from: number, to: number): AsyncGenerator<StoredLine[]> {
  const splitter = new LineSplitter(file.path, from)
  let position = from
  while (position < to) {
    const block = await readBlock(file, position, to - position)
    if (block.length === 0) break
    position += block.length
    yield splitter.push(block)
  }
  const rest = splitter.rest()
  if (rest !== undefined) yield [rest]
}

/** Takes the blocks of one file in order and gives the lines that they complete. */
export class LineSplitter {
  private readonly path: string
  // The line that has begun: where, its bytes so far (none once it is too long) and their number.
  private begin: number
  private pieces: Buffer[] = []
  private pieceBytes = 0

  constructor(path: string, start: number) {
    this.path = path
    this.begin = start
  }

  /** Offset where the unfinished line begins. */
  get lineStart(): number {
    return this.begin
  }

  /** Bytes of the unfinished line so far. */
  get unfinishedBytes(): number {
    return this.pieceBytes
  }

  /** `block` MUST NOT be changed afterwards: the lines are views of it. */
  push(block: Buffer): StoredLine[] {
    const lines: StoredLine[] = []
    let from = 0
    for (let end = block.indexOf(LINE_FEED); end !== -1; end = block.indexOf(LINE_FEED, from)) {
      this.keep(block.subarray(from, end))
      lines.push(this.take(true))
      from = end + 1
    }
    this.keep(block.subarray(from))
    return lines
  }

  /** The bytes that no line feed followed, at the end of the file. */
  rest(): StoredLine | undefined {
    return this.pieceBytes === 0 ? undefined : this.take(false)
  }

  /** Forgets the unfinished line; the next block is the one at `lineStart`. */
  restartLine(): void {
    this.pieces = []
    this.pieceBytes = 0
  }

  private keep(piece: Buffer): void {
    this.pieceBytes += piece.length
    if (this.pieceBytes > MAX_LINE_BYTES) this.pieces = []
    else this.pieces.push(piece)
  }

  private take(terminated: boolean): StoredLine {
    const line = storedLine(this.path, this.begin, this.pieceBytes, this.pieces, terminated)
    this.begin += this.pieceBytes + 1
    this.restartLine()
    return line
  }
}

/** A line from its pieces; without bytes where it is too long. */
export function storedLine(
  path: string,
  start: number,
  length: number,
  pieces: readonly Buffer[],
  terminated: boolean,
): StoredLine {
  const [only] = pieces
  const whole = pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces)
  return { path, start, length, bytes: length > MAX_LINE_BYTES ? undefined : whole, terminated }
}
