/** The lines behind those that the newest checkpoint covers. Nothing says what they should be. */
import { NO_SEQ } from './seq-at-end.ts'
import type { LinePlace } from './line-runs.ts'

// Owned by the verification of one log.
export class UnsealedTail {
  /** Complete lines. */
  lines = 0
  /** Those that say a `seq`. */
  withSeq = 0
  first: LinePlace | undefined
  firstSeq: number | undefined
  /** The first that is no record which goes on with the log. */
  strange: LinePlace | undefined
  strangeLines = 0
  /** What no line break ends. */
  torn: LinePlace | undefined
  private nextSeq: number

  /** `size` is the tree's: the `seq` that comes next. */
  constructor(size: number) {
    this.nextSeq = size
  }

  add(place: LinePlace, seq: number, isTerminated: boolean): void {
    if (!isTerminated) {
      this.torn = place
      return
    }
    this.lines++
    this.first ??= place
    if (seq !== NO_SEQ) {
      this.withSeq++
      this.firstSeq ??= seq
    }
    if (seq !== this.nextSeq) {
      this.strange ??= place
      this.strangeLines++
    }
    this.nextSeq = seq === NO_SEQ ? this.nextSeq : seq + 1
  }
}
