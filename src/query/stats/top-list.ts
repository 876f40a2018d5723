/** The few items with the highest score, of however many. */
export class TopList<T> {
  private readonly size: number
  private entries: { readonly score: number; readonly item: T }[] = []

  constructor(size: number) {
    this.size = size
  }

  /** Whether an item of that score would be in the list: if not, it need not be made. */
  takes(score: number): boolean {
    return this.entries.length < this.size || score > (this.entries.at(-1)?.score ?? 0)
  }

  add(score: number, item: T): void {
    if (!this.takes(score)) return
    this.entries = [...this.entries, { score, item }].toSorted((a, b) => b.score - a.score).slice(0, this.size)
  }

  /** Highest first. */
  get items(): T[] {
    return this.entries.map(({ item }) => item)
  }
}
