/** A map that makes what it does not have yet. */
export class Keyed<T> {
  private readonly items = new Map<string, T>()
  private readonly make: (key: string) => T

  constructor(make: (key: string) => T) {
    this.make = make
  }

  get(key: string): T {
    let item = this.items.get(key)
    if (item === undefined) {
      // A key cut out of a block of text would keep the whole block in memory.
      const own = Buffer.from(key, 'utf16le').toString('utf16le')
      item = this.make(own)
      this.items.set(own, item)
    }
    return item
  }

  get values(): T[] {
    return [...this.items.values()]
  }
}
