/** Waiting until the first so many records of a queue were delivered. */

interface Waiter {
  readonly resolve: () => void
  readonly reject: (reason: Error) => void
}

/** A count that only rises, and those who wait for it. A promise exists only where somebody asked. */
export class Watermark {
  private reached = 0
  private highest = 0
  private closedBy: Error | undefined
  private readonly waiters = new Map<number, Waiter[]>()

  /** True while somebody waits. */
  get awaited(): boolean {
    return this.highest > this.reached
  }

  /** Resolves when `target` records were delivered. */
  reach(target: number): Promise<void> {
    if (target <= this.reached) return Promise.resolve()
    if (this.closedBy !== undefined) return Promise.reject(this.closedBy)
    this.highest = Math.max(this.highest, target)
    return new Promise((resolve, reject) => {
      const others = this.waiters.get(target)
      if (others === undefined) this.waiters.set(target, [{ resolve, reject }])
      else others.push({ resolve, reject })
    })
  }

  advance(count: number): void {
    const before = this.reached
    this.reached += count
    for (let target = before + 1; target <= this.reached && this.waiters.size > 0; target++) {
      for (const waiter of this.waiters.get(target) ?? []) waiter.resolve()
      this.waiters.delete(target)
    }
  }

  /** Rejects everybody who waits now. */
  fail(reason: Error): void {
    for (const waiter of [...this.waiters.values()].flat()) waiter.reject(reason)
    this.waiters.clear()
    this.highest = 0
  }

  /** Rejects everybody who waits now or later for what was not reached. */
  close(reason: Error): void {
    this.closedBy = reason
    this.fail(reason)
  }
}
