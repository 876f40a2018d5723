/** Events around those that match, as `grep -C` has them. */

export interface InContext<T> {
  readonly item: T
  /** Something before it was left out, and something before that was shown. */
  readonly afterGap: boolean
}

export class ContextWindow<T> {
  private readonly size: number
  // The last items that were not shown, and how many more are to be shown after a match.
  private waiting: T[] = []
  private following = 0
  private hasShown = false
  private hasGap = false

  /** `size`: how many items before and after a match. */
  constructor(size: number) {
    this.size = size
  }

  /** Whether the next item is to be shown even when it does not match. */
  get isFollowing(): boolean {
    return this.following > 0
  }

  /** Takes the next item; gives out what is to be shown now. */
  push(item: T, isMatch: boolean): InContext<T>[] {
    if (isMatch) {
      this.following = this.size
      return [...this.waiting.splice(0), item].map(each => this.shown(each))
    }
    if (this.following > 0) {
      this.following -= 1
      return [this.shown(item)]
    }
    this.waiting.push(item)
    if (this.waiting.length > this.size) {
      this.waiting.shift()
      this.hasGap = true
    }
    return []
  }

  private shown(item: T): InContext<T> {
    const afterGap = this.hasGap && this.hasShown
    this.hasGap = false
    this.hasShown = true
    return { item, afterGap }
  }
}
