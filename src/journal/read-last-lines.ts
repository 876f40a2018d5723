/** Finds the last lines of a log from its end backwards, so that they cost the same whatever the log's size. */
import { MAX_LINE_BYTES, readLines, type StoredLine, storedLine } from './read-lines.ts'
import { closeFiles, type OpenLogFile, openNewestFirst, READ_BLOCK_BYTES, readBlock } from './read-log-files.ts'
import { refuseNewerFormat } from './read-logs.ts'

const LINE_FEED = 0x0a

export interface LastLinesOptions {
  /** How many lines are wanted; `Infinity` for all there are. */
  readonly count: number
  /** How many lines before the first of them belong to the tail too. */
  readonly before: number
  /** Which lines count. Asked for the last line first. */
  readonly accepts: (line: StoredLine) => boolean
  /** Files that hold no such line need not be read. */
  readonly mayHold: (file: OpenLogFile) => Promise<boolean>
  /** Take lines from the active file only. */
  readonly singleFile: boolean
  /** Leave a last line without line feed for `follow-log.ts`, which gives it out when it is complete. */
  readonly leaveUnfinished: boolean
}

/** The end of a log as it was at one moment, in open files: a later rotation changes nothing in it. */
export interface LogTail {
  /** The files it spans, oldest first; the last is the log's newest. Who gets the tail closes them. */
  readonly files: readonly OpenLogFile[]
  /** Offset of its first line in the first file. */
  readonly start: number
  /** Offset behind its last line in the last file. */
  readonly end: number
  /** Number of lines in it that were accepted: the wanted count, those among the lines before them, or all there are. */
  readonly count: number
  /** Identities of all files of the log at that moment. */
  readonly known: ReadonlySet<string>
}

/**
 * The last lines of one log, over its active file and backups; `undefined` when the log has no files.
 * @throws KansaError `KANSA_UNREADABLE` when a file cannot be read, `KANSA_FORMAT_NEWER` for a newer Kansa's log.
 */
export async function findLastLines(activePath: string, options: LastLinesOptions): Promise<LogTail | undefined> {
  refuseNewerFormat(activePath)
  // Who follows the log wants to know its older files again.
  const files = openNewestFirst(activePath, () => options.singleFile && !options.leaveUnfinished)
  const [newest] = files
  if (newest === undefined) return undefined
  try {
    const end = options.leaveUnfinished ? await endOfLastLine(newest) : newest.size
    const counter = new BackwardCounter(options)
    let start = await counter.read(newest, end)
    let used = 1
    for (const file of options.singleFile ? [] : files.slice(1)) {
      if (counter.isDone) break
      start = await counter.read(file, file.size)
      used += 1
    }
    closeFiles(files.slice(used))
    const known = new Set(files.map(file => file.identity))
    return { files: files.slice(0, used).toReversed(), start, end, count: counter.count, known }
  } catch (error) {
    closeFiles(files)
    throw error
  }
}

/** The lines of a tail, oldest first, also those that were not accepted. */
export async function* readTail(tail: LogTail): AsyncGenerator<StoredLine[]> {
  for (const [index, file] of tail.files.entries()) {
    const to = index === tail.files.length - 1 ? tail.end : file.size
    yield* readLines(file, index === 0 ? tail.start : 0, to)
  }
}

/** Walks from the end of a log backwards until it has seen enough. */
class BackwardCounter {
  /** Lines that were accepted. */
  count = 0
  private before = 0
  private readonly options: LastLinesOptions

  constructor(options: LastLinesOptions) {
    this.options = options
  }

  get isDone(): boolean {
    return this.count >= this.options.count && this.before >= this.options.before
  }

  /** Where the tail begins in the first `end` bytes of the file: at their end when there is enough already. */
  async read(file: OpenLogFile, end: number): Promise<number> {
    if (this.isDone) return end
    // Lines around a match are wanted from whatever file they are in.
    const needed = this.options.before > 0 || (await this.options.mayHold(file))
    if (!needed) return end
    for await (const lines of readLinesBackwards(file, end)) {
      for (const line of lines) {
        if (this.count >= this.options.count) this.before += 1
        if (this.options.accepts(line)) this.count += 1
        if (this.isDone) return line.start
      }
    }
    return 0
  }
}

async function endOfLastLine(file: OpenLogFile): Promise<number> {
  for await (const [last] of readLinesBackwards(file, file.size)) {
    if (last !== undefined) return last.terminated ? file.size : last.start
  }
  return 0
}

/** The lines of the first `end` bytes, last line first, one list per block. */
export async function* readLinesBackwards(file: OpenLogFile, end: number): AsyncGenerator<StoredLine[]> {
  // The line whose beginning is not reached yet: its pieces from first to last, none once it is too long.
  let pieces: Buffer[] = []
  let length = 0
  let terminated = false
  const keep = (piece: Buffer): void => {
    length += piece.length
    pieces = length > MAX_LINE_BYTES ? [] : [piece, ...pieces]
  }
  for (let position = end; position > 0; ) {
    const from = Math.max(0, position - READ_BLOCK_BYTES)
    const block = await readBlock(file, from, position - from)
    const lines: StoredLine[] = []
    let until = block.length
    for (let at = lastLineFeed(block, until); at !== -1; at = lastLineFeed(block, until)) {
      keep(block.subarray(at + 1, until))
      if (terminated || length > 0) lines.push(storedLine(file.path, from + at + 1, length, pieces, terminated))
      pieces = []
      length = 0
      terminated = true
      until = at
    }
    keep(block.subarray(0, until))
    if (from === 0 && (terminated || length > 0)) lines.push(storedLine(file.path, 0, length, pieces, terminated))
    yield lines
    position = from
  }
}

function lastLineFeed(block: Buffer, before: number): number {
  // A negative offset would count from the end of the block.
  return before === 0 ? -1 : block.lastIndexOf(LINE_FEED, before - 1)
}
