/** A time in which the active file takes no bytes: why, since when, who was refused, and when to try again. */
import { DoublingDelay } from './doubling-delay.ts'
import type { WriteResumed } from './notices.ts'

// Owned by the writer; lives from the first failed write until everything that waited is written.
export class Outage {
  /** The newest failure. */
  error: unknown
  private readonly failedAt = Date.now()
  private readonly retry: () => void
  private refusedCount = 0
  private firstRefusedAt: number | undefined
  private lastRefusedAt: number | undefined
  private readonly delay = new DoublingDelay(100, 5000)
  private timer: NodeJS.Timeout | undefined

  constructor(error: unknown, retry: () => void) {
    this.error = error
    this.retry = retry
    this.retryLater()
  }

  /** Counts a record for which there is no memory; true for the first one. */
  refuse(): boolean {
    this.refusedCount++
    this.lastRefusedAt = Date.now()
    this.firstRefusedAt ??= this.lastRefusedAt
    return this.refusedCount === 1
  }

  /** At doubling intervals; a failing attempt made for another reason does not bring the next one closer. */
  retryLater(): void {
    if (this.timer !== undefined) return
    this.timer = setTimeout(() => {
      this.timer = undefined
      this.retry()
    }, this.delay.next()).unref()
  }

  end(): void {
    clearTimeout(this.timer)
  }

  summary(file: string): WriteResumed {
    const { error, failedAt, refusedCount, firstRefusedAt, lastRefusedAt } = this
    return { kind: 'write-resumed', file, failedAt, error, refusedCount, firstRefusedAt, lastRefusedAt }
  }
}
