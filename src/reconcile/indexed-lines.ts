/**
 * The sealed lines of a log by their `seq`. Where they are is kept for one in a hundred only; the others are found by
 * reading from there. So a log of any size takes little memory, and an export that is in order, forwards or backwards,
 * reads the journal once.
 */
import type { OpenLog } from '../journal/open-logs.ts'
import { readBlock } from '../journal/read-log-files.ts'
import type { OpenLogFile } from '../journal/read-log-files.ts'
import { linesOf } from '../journal/read-lines.ts'
import { seqAtEnd } from '../verify/seq-at-end.ts'

/** Lines that follow each other in a file, whose `seq` do too. */
interface Run {
  readonly firstSeq: number
  lastSeq: number
  readonly file: OpenLogFile
  readonly start: number
  end: number
}

const MAX_RUN_LINES = 128
const MAX_RUN_BYTES = 256 * 1024
/** Runs that are kept as they were read. */
const MAX_CACHED_RUNS = 64
const LINE_FEED = 0x0a

// Owned by the comparison of one log.
export class IndexedLines {
  private readonly runs: Run[] = []
  private readonly cache = new Map<Run, readonly Buffer[]>()
  private total = 0

  /**
   * Reads the log once. Lines from `treeSize` on are not sealed, and none of its lines.
   * @param onLine is told each line and its `seq`, in order
   */
  static async of(
    log: OpenLog,
    treeSize: number,
    onLine: (seq: number, line: Buffer) => void,
    onBytes: (bytes: number) => void,
  ): Promise<IndexedLines> {
    const lines = new IndexedLines()
    const files = new Map(log.files.map(file => [file.path, file]))
    for await (const joined of log.read()) {
      const file = files.get(joined.path)
      for (const { bytes, start, length } of linesOf(joined)) {
        const seq = bytes === undefined ? -1 : seqAtEnd(bytes, 0, bytes.length)
        if (file === undefined || bytes === undefined || seq < 0 || seq >= treeSize) continue
        if (lines.add(seq, file, start, start + length + 1)) onLine(seq, bytes)
      }
      onBytes('bytes' in joined && joined.bytes !== undefined ? joined.bytes.length : 0)
    }
    return lines
  }

  /** How many there are. */
  get size(): number {
    return this.total
  }

  has(seq: number): boolean {
    return this.runOf(seq) !== undefined
  }

  /** All `seq`, in order. */
  *seqs(): Generator<number, void, undefined> {
    for (const { firstSeq, lastSeq } of this.runs) for (let seq = firstSeq; seq <= lastSeq; seq++) yield seq
  }

  /** `undefined` where it is not here. */
  async lineOf(seq: number): Promise<Buffer | undefined> {
    const run = this.runOf(seq)
    if (run === undefined) return undefined
    return (this.cached(run) ?? (await this.read(run)))[seq - run.firstSeq]
  }

  /** All lines, in order. */
  async forEach(visit: (seq: number, line: Buffer) => void): Promise<void> {
    for (const run of this.runs) {
      for (const [at, line] of (await this.read(run)).entries()) visit(run.firstSeq + at, line)
    }
  }

  /** False for a line whose `seq` does not come after all before it: of a log that was tampered with. */
  private add(seq: number, file: OpenLogFile, start: number, end: number): boolean {
    const last = this.runs.at(-1)
    if (last !== undefined && seq <= last.lastSeq) return false
    this.total++
    const goesOn = last?.file === file && last.lastSeq + 1 === seq && last.end === start
    if (last === undefined || !goesOn || seq - last.firstSeq >= MAX_RUN_LINES || end - last.start > MAX_RUN_BYTES) {
      this.runs.push({ firstSeq: seq, lastSeq: seq, file, start, end })
    } else {
      last.lastSeq = seq
      last.end = end
    }
    return true
  }

  private runOf(seq: number): Run | undefined {
    let low = 0
    let high = this.runs.length
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if ((this.runs[middle]?.lastSeq ?? Infinity) < seq) low = middle + 1
      else high = middle
    }
    const run = this.runs[low]
    return run !== undefined && run.firstSeq <= seq ? run : undefined
  }

  /** The one that was used last is thrown away last. */
  private cached(run: Run): readonly Buffer[] | undefined {
    const lines = this.cache.get(run)
    if (lines === undefined) return undefined
    this.cache.delete(run)
    this.cache.set(run, lines)
    return lines
  }

  private async read(run: Run): Promise<readonly Buffer[]> {
    const lines = linesIn(await bytesOf(run), run.lastSeq - run.firstSeq + 1)
    this.cache.set(run, lines)
    const [oldest] = this.cache.keys()
    if (this.cache.size > MAX_CACHED_RUNS && oldest !== undefined) this.cache.delete(oldest)
    return lines
  }
}

/** What the file has lost meanwhile is not there: its lines are empty. */
async function bytesOf({ file, start, end }: Run): Promise<Buffer> {
  const blocks: Buffer[] = []
  for (let at = start; at < end; ) {
    const block = await readBlock(file, at, end - at)
    if (block.length === 0) break
    blocks.push(block)
    at += block.length
  }
  return Buffer.concat(blocks)
}

function linesIn(bytes: Buffer, count: number): Buffer[] {
  const lines: Buffer[] = []
  let from = 0
  for (let line = 0; line < count; line++) {
    const end = bytes.indexOf(LINE_FEED, from)
    lines.push(bytes.subarray(from, end === -1 ? bytes.length : end))
    from = end === -1 ? bytes.length : end + 1
  }
  return lines
}
