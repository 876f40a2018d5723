/** Many numbers in little memory: 8 bytes each. */
export class NumberList {
  private numbers = new Float64Array(8)
  private count = 0
  /** In order, until the next number comes. */
  private sorted: Float64Array | undefined

  push(value: number): void {
    if (this.count === this.numbers.length) {
      const grown = new Float64Array(this.count * 2)
      grown.set(this.numbers)
      this.numbers = grown
    }
    this.numbers[this.count] = value
    this.sorted = undefined
    this.count += 1
  }

  get length(): number {
    return this.count
  }

  get sum(): number {
    let sum = 0
    for (const value of this.numbers.subarray(0, this.count)) sum += value
    return sum
  }

  /** The smallest of the numbers that at least this share of them (0 to 1) do not exceed: nearest rank. `undefined` for none. */
  percentile(share: number): number | undefined {
    this.sorted ??= this.numbers.subarray(0, this.count).toSorted()
    return this.sorted[Math.max(0, Math.ceil(share * this.count) - 1)]
  }
}
