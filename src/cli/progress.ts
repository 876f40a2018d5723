/** A line on standard error about work that takes long, where that is a terminal. */
import { bytesText } from './quantities.ts'

const SHOWN_AFTER_MILLIS = 1000
const REDRAWN_MILLIS = 100
const BAR_COLUMNS = 24
const ERASE_LINE = '\r\u001b[K'

// Owned by the command that made it. `add` only counts; the line is drawn by whoever calls it, so that no timer can hold
// up the end.
export class Progress {
  private readonly total: number
  private readonly startedAt = performance.now()
  private drawnAt = 0
  private done = 0

  /** `total` is in bytes; 0 where nobody knows. */
  constructor(total: number) {
    this.total = total
  }

  add(bytes: number): void {
    this.done += bytes
    const now = performance.now()
    if (!process.stderr.isTTY || now - this.startedAt < SHOWN_AFTER_MILLIS || now - this.drawnAt < REDRAWN_MILLIS)
      return
    this.drawnAt = now
    process.stderr.write(`${ERASE_LINE}${this.text(now - this.startedAt)}`)
  }

  /** Takes the line away. To be called before anything else is written. */
  end(): void {
    if (this.drawnAt > 0) process.stderr.write(ERASE_LINE)
    this.drawnAt = 0
  }

  private text(millis: number): string {
    const speed = `${bytesText((this.done / millis) * 1000)}/s`
    if (this.total === 0) return `reading ${bytesText(this.done)}, ${speed}`
    const share = Math.min(1, this.done / this.total)
    const filled = Math.round(share * BAR_COLUMNS)
    const left = Math.ceil(((this.total - this.done) / Math.max(1, this.done)) * (millis / 1000))
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_COLUMNS - filled)
    return `reading ${bar} ${Math.floor(share * 100)} % of ${bytesText(this.total)}, ${speed}, ${Math.max(0, left)} s left`
  }
}
