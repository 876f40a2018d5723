/** Lines that have something in common, kept as runs: a thousand lines in a row are one thing to say. */

export interface LinePlace {
  /** Place of the file among the journal's files, from 0. */
  readonly fileIndex: number
  /** From 1. */
  readonly line: number
}

export interface LineRun extends LinePlace {
  /** Of the first line; `NO_SEQ` where the lines have none. */
  readonly seq: number
  readonly count: number
}

const MAX_RUNS = 2000

// Owned by the verification of one log.
export class LineRuns {
  private runs: { fileIndex: number; line: number; seq: number; count: number }[] = []

  get items(): readonly LineRun[] {
    return this.runs
  }

  /** A line with this `seq`, or without (`NO_SEQ`); it joins the last run where it goes on with it. */
  add({ fileIndex, line }: LinePlace, seq: number): void {
    this.addRun({ fileIndex, line, seq, count: 1 })
  }

  addAll(runs: readonly LineRun[]): void {
    for (const run of runs) this.addRun(run)
  }

  /** Takes all of them out. */
  take(): readonly LineRun[] {
    return this.runs.splice(0)
  }

  /** Takes those out that begin before a line. */
  takeBefore(place: LinePlace): readonly LineRun[] {
    const taken = this.runs.filter(run => isBefore(run, place))
    this.runs = this.runs.filter(run => !isBefore(run, place))
    return taken
  }

  private addRun(run: LineRun): void {
    const last = this.runs.at(-1)
    const goesOn =
      last !== undefined &&
      last.fileIndex === run.fileIndex &&
      last.line + last.count === run.line &&
      (last.seq < 0 ? run.seq < 0 : last.seq + last.count === run.seq)
    // A hostile journal: what is behind the last run is counted, not told apart.
    if (last !== undefined && (goesOn || this.runs.length === MAX_RUNS)) last.count += run.count
    else this.runs.push({ ...run })
  }
}

export function isBefore(a: LinePlace, b: LinePlace): boolean {
  return a.fileIndex < b.fileIndex || (a.fileIndex === b.fileIndex && a.line < b.line)
}
