/** Random numbers that are the same on every machine and in every run (mulberry32). */
export class SeededRandom {
  private state: number

  constructor(seed: number) {
    this.state = seed
  }

  /** 32 random bits, not negative. */
  bits(): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }

  /** An integer from 0 up, below `limit`. */
  below(limit: number): number {
    return Math.floor((this.bits() / 0x1_0000_0000) * limit)
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  /** True in the part `share` of all cases. */
  chance(share: number): boolean {
    return this.bits() < share * 0x1_0000_0000
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0]
  }

  /** `digits` lower-case hexadecimal digits, a multiple of four. */
  hex(digits: number): string {
    let text = ''
    for (let made = 0; made < digits; made += 4) text += FOUR_HEX[this.bits() >>> 16] ?? ''
    return text
  }

  /** A UUID v7 of that moment. */
  uuid(millis: number): string {
    const time = millis.toString(16).padStart(12, '0')
    const random = this.hex(16)
    const variant = '89ab'[this.bits() & 3] ?? '8'
    return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(3, 6)}-${random.slice(6)}${this.hex(4).slice(2)}`
  }
}

const FOUR_HEX: readonly string[] = Array.from({ length: 0x10000 }, (_, number) => number.toString(16).padStart(4, '0'))
