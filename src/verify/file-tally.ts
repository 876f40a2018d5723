/** What was found in one file of the journal. */
import type { LinePlace } from './line-runs.ts'

// Owned by the verification of one log.
export class FileTally {
  lines = 0
  /** Lines that stand where the record of their `seq` belongs, edited ones included. */
  inPlace = 0
  firstSeq: number | undefined
  lastSeq: number | undefined
  /** Line and offset where the last of them ends. */
  lastLine = 0
  lastEnd = 0

  /** `count` lines in place, from the one at `line` on; the last of them ends at `end`. */
  add(line: number, seq: number, count: number, end: number): void {
    this.inPlace += count
    this.firstSeq ??= seq
    this.lastSeq = seq + count - 1
    this.lastLine = line + count - 1
    this.lastEnd = end
  }
}

// Owned by the verification of one log.
export class FileTallies {
  private readonly tallies: FileTally[] = []

  at(fileIndex: number): FileTally {
    return (this.tallies[fileIndex] ??= new FileTally())
  }

  /** Whether the line stands behind everything of its file that is in place. */
  isBehindRecords({ fileIndex, line }: LinePlace): boolean {
    return line > this.at(fileIndex).lastLine
  }
}
