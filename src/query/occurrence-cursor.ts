/** Walks through the occurrences of a text in a block, line by line, searching each stretch of it once, and only if asked. */
export class OccurrenceCursor {
  private readonly wanted: string
  private text = ''
  /** The next occurrence from where it was last searched; behind the text where there is none. */
  private next = -1
  /** The one after it, where somebody asked. */
  private second: number | undefined

  constructor(wanted: string) {
    this.wanted = wanted
  }

  /** Begins a block. */
  load(text: string): void {
    this.text = text
    this.next = -1
    this.second = undefined
  }

  /** Where the text first occurs within `[start, end)`; -1 where it does not. `start` MUST NOT go back. */
  firstIn(start: number, end: number): number {
    if (this.next < start) {
      this.next = this.second !== undefined && this.second >= start ? this.second : this.find(start)
      this.second = undefined
    }
    return this.next + this.wanted.length <= end ? this.next : -1
  }

  isIn(start: number, end: number): boolean {
    return this.firstIn(start, end) !== -1
  }

  /** Whether it occurs there more than once. */
  isRepeatedIn(start: number, end: number): boolean {
    const first = this.firstIn(start, end)
    if (first === -1) return false
    this.second ??= this.find(first + 1)
    return this.second + this.wanted.length <= end
  }

  private find(from: number): number {
    const found = this.text.indexOf(this.wanted, from)
    return found === -1 ? this.text.length : found
  }
}
