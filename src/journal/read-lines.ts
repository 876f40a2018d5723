/** Reads the lines of a journal file forwards, block by block, with bounded memory. */
import { type OpenLogFile, readBlock } from './read-log-files.ts'

/** A longer line is passed over: only its place and length are told. Above what `maxEventBytes` allows. */
export const MAX_LINE_BYTES: number = 32 * 1024 * 1024

const SCAN_BLOCK_BYTES = 1024 * 1024
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

/** Whole lines that follow each other in a file. */
export interface LineBlock {
  readonly path: string
  /** Offset of the first byte in the file. */
  readonly start: number
  /** MUST NOT be changed: lines are views of it. */
  readonly bytes: Buffer
}

/** What the blocks of a file come to: many whole lines at once, or a single line that is not like that. */
export type JoinedLines = LineBlock | StoredLine

/** Buffers of a reader that goes through many blocks: making new ones would take longer than reading. */
export class BlockBuffers {
  private readonly buffers = [Buffer.allocUnsafeSlow(SCAN_BLOCK_BYTES), Buffer.allocUnsafeSlow(SCAN_BLOCK_BYTES)]
  private turn = 0

  /** In turn: while one is worked on, the other is read into. */
  next(): Buffer | undefined {
    this.turn = 1 - this.turn
    return this.buffers[this.turn]
  }
}

/** The lines between two offsets, one list per block; an unterminated last one too. Stops early where the file ends. */
export async function* readLines(file: OpenLogFile, from: number, to: number): AsyncGenerator<StoredLine[]> {
  for await (const joined of readJoined(file, from, to)) yield linesOf(joined)
}

/**
 * The same, not yet taken apart. The next block is read while this one is worked on. With `buffers`, what is given out
 * is good until the next is asked for.
 */
export async function* readJoined(
  file: OpenLogFile,
  from: number,
  to: number,
  buffers?: BlockBuffers,
): AsyncGenerator<JoinedLines> {
  const joiner = new LineJoiner(file.path, from)
  let position = from
  const readOn = (): Promise<Buffer> => {
    const block = readBlock(file, position, to - position, buffers?.next())
    // Awaited below; until then a failure is nobody's unhandled rejection.
    block.catch(() => {})
    return block
  }
  let reading = readOn()
  try {
    while (position < to) {
      const block = await reading
      if (block.length === 0) break
      position += block.length
      reading = readOn()
      yield* joiner.push(block)
    }
    const rest = joiner.rest()
    if (rest !== undefined) yield rest
  } finally {
    // Whoever stops early closes the file next: no read may be under way then, its number could be another file's.
    await reading.catch(() => {})
  }
}

/** Takes the blocks of one file in order and joins the lines that lie in two of them. */
export class LineJoiner {
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

  /** The lines that end in `block`, some of them as views of it. */
  push(block: Buffer): JoinedLines[] {
    const joined: JoinedLines[] = []
    let from = 0
    if (this.pieceBytes > 0) {
      const end = block.indexOf(LINE_FEED)
      if (end === -1) {
        this.keep(block)
        return joined
      }
      this.keep(block.subarray(0, end))
      joined.push(this.take(true))
      from = end + 1
    }
    const end = block.lastIndexOf(LINE_FEED) + 1
    if (end > from) {
      joined.push({ path: this.path, start: this.begin, bytes: block.subarray(from, end) })
      this.begin += end - from
      from = end
    }
    this.keep(block.subarray(from))
    return joined
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
    if (piece.length === 0) return
    this.pieceBytes += piece.length
    if (this.pieceBytes > MAX_LINE_BYTES) this.pieces = []
    // A copy: the block may be read into again.
    else this.pieces.push(Buffer.from(piece))
  }

  private take(terminated: boolean): StoredLine {
    const line = storedLine(this.path, this.begin, this.pieceBytes, this.pieces, terminated)
    this.begin += this.pieceBytes + 1
    this.restartLine()
    return line
  }
}

export function linesOf(joined: JoinedLines): StoredLine[] {
  if ('terminated' in joined) return [joined]
  const { bytes } = joined
  const lines: StoredLine[] = []
  let from = 0
  for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, from)) {
    lines.push(lineIn(joined, from, end))
    from = end + 1
  }
  return lines
}

/** The line of a block that lies at `[from, end)`, `end` being the place of its line feed. */
export function lineIn({ path, start, bytes }: LineBlock, from: number, end: number): StoredLine {
  return storedLine(path, start + from, end - from, [bytes.subarray(from, end)], true)
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
