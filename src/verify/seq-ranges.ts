/** A set of `seq`, kept as ranges: the records that are missing so far, which may yet turn up in another place. */
import type { SeqRange } from './report.ts'

/** A hostile journal lacks every other record: beyond so many ranges, they are taken as one up to the last. */
const MAX_RANGES = 5000

// Owned by the verification of one log.
export class SeqRanges {
  private ranges: { firstSeq: number; lastSeq: number }[] = []

  get items(): readonly SeqRange[] {
    return this.ranges
  }

  /** `firstSeq` is behind all that is in it. */
  add(firstSeq: number, lastSeq: number): void {
    const last = this.ranges.at(-1)
    if (last !== undefined && (last.lastSeq + 1 === firstSeq || this.ranges.length === MAX_RANGES))
      last.lastSeq = lastSeq
    else this.ranges.push({ firstSeq, lastSeq })
  }

  /** Takes one out; false where it is not in it. */
  remove(seq: number): boolean {
    const at = this.indexOf(seq)
    const range = this.ranges[at]
    if (range === undefined || seq < range.firstSeq) return false
    const parts = [
      { firstSeq: range.firstSeq, lastSeq: seq - 1 },
      { firstSeq: seq + 1, lastSeq: range.lastSeq },
    ].filter(({ firstSeq, lastSeq }) => firstSeq <= lastSeq)
    if (parts.length < 2 || this.ranges.length < MAX_RANGES) this.ranges.splice(at, 1, ...parts)
    return true
  }

  /** Of the first range that does not end before `seq`. */
  private indexOf(seq: number): number {
    let low = 0
    let high = this.ranges.length
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if ((this.ranges[middle]?.lastSeq ?? Infinity) < seq) low = middle + 1
      else high = middle
    }
    return low
  }
}
