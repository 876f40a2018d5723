/** A set of `seq`: one bit each, in pages, so that a wrong one far behind all others costs no more than a page. */

const PAGE_BITS = 65_536

// Owned by the comparison of one log.
export class SeqSet {
  private readonly pages = new Map<number, Uint8Array>()
  private count = 0

  get size(): number {
    return this.count
  }

  has(seq: number): boolean {
    const bit = seq % PAGE_BITS
    const page = this.pages.get((seq - bit) / PAGE_BITS)
    return page !== undefined && ((page[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0
  }

  /** False where it was in it. */
  add(seq: number): boolean {
    const bit = seq % PAGE_BITS
    const number = (seq - bit) / PAGE_BITS
    let page = this.pages.get(number)
    if (page === undefined) {
      page = new Uint8Array(PAGE_BITS / 8)
      this.pages.set(number, page)
    }
    const byte = page[bit >> 3] ?? 0
    const mask = 1 << (bit & 7)
    if ((byte & mask) !== 0) return false
    page[bit >> 3] = byte | mask
    this.count++
    return true
  }
}
