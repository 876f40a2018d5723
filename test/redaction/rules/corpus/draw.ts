const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const SMALL = CAPITALS.toLowerCase()
const DIGITS = '0123456789'
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'

const ALPHABETS: Readonly<Record<string, string>> = {
  w: CAPITALS + SMALL + DIGITS,
  a: SMALL + DIGITS,
  A: CAPITALS + DIGITS,
  L: CAPITALS + SMALL,
  d: DIGITS,
  h: `${DIGITS}abcdef`,
  H: `${DIGITS}ABCDEF`,
  u: `${CAPITALS}${SMALL}${DIGITS}-_`,
  b: `${CAPITALS}${SMALL}${DIGITS}+/`,
  '2': `${CAPITALS}234567`,
  q: BECH32,
  Q: BECH32.toUpperCase(),
  '5': '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz',
}

/** Draws texts that are the same in every run: mulberry32 under a seed made of the name. */
export class Draw {
  /** Only `#next` moves it. */
  #state: number

  constructor(name: string) {
    this.#state = Array.from(name).reduce((hash, each) => Math.imul(hash ^ each.charCodeAt(0), 0x01000193), 0x811c9dc5)
  }

  below(limit: number): number {
    return Math.floor(this.#next() * limit)
  }

  from(alphabet: string, count: number): string {
    const characters = ALPHABETS[alphabet] ?? alphabet
    return Array.from({ length: count }, () => characters[this.below(characters.length)]).join('')
  }

  bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => this.below(256)))
  }

  uuid(): string {
    const hex = this.from('h', 32)
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
  }

  /** A token of a shape as `token-shapes.ts` writes them. */
  shape(shape: string): string {
    return shape.replace(/\{(?:(uuid)|(D)|([\w])(\d+))\}/g, (_, uuid, snowflake, alphabet, count) => {
      if (uuid !== undefined) return this.uuid()
      // The rest of a number of 18 digits that begins with 109, as base64.
      if (snowflake !== undefined) return Buffer.from(this.from('d', 15)).toString('base64url')
      return this.token(String(alphabet), Number(count))
    })
  }

  /** A long one has a capital, a small letter and a digit wherever the alphabet has: that of a real service has them but once in a thousand times. */
  token(alphabet: string, count: number): string {
    const drawn = this.from(alphabet, count)
    const lacks = [/[A-Z]/, /[a-z]/, /[0-9]/].some(kind => kind.test(ALPHABETS[alphabet] ?? '') && !kind.test(drawn))
    return count >= 9 && lacks ? this.token(alphabet, count) : drawn
  }

  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
