/** Lists that a hostile folder cannot make grow without end. */
import { MAX_LISTED } from './report.ts'

// Owned by the verification of one log.
export class BoundedList<T> {
  private readonly limit: number
  private readonly kept: T[] = []
  private more = 0

  constructor(limit: number = MAX_LISTED) {
    this.limit = limit
  }

  add(item: T): void {
    if (this.kept.length < this.limit) this.kept.push(item)
    else this.more++
  }

  get items(): readonly T[] {
    return this.kept
  }

  /** How many were added that `items` does not have. */
  get omitted(): number {
    return this.more
  }
}
