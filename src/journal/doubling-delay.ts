/** How long to wait before trying again: twice as long each time, up to a limit. */
export class DoublingDelay {
  private readonly firstMillis: number
  private readonly lastMillis: number
  private nextMillis: number

  constructor(firstMillis: number, lastMillis: number) {
    this.firstMillis = firstMillis
    this.lastMillis = lastMillis
    this.nextMillis = firstMillis
  }

  /** Nothing failed since the start or the last `reset`. */
  get isFresh(): boolean {
    return this.nextMillis === this.firstMillis
  }

  next(): number {
    const millis = this.nextMillis
    this.nextMillis = Math.min(this.lastMillis, millis * 2)
    return millis
  }

  reset(): void {
    this.nextMillis = this.firstMillis
  }
}
