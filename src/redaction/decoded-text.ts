/** Texts whose characters are written as escapes: `%2D`, `\u002d`, `\x2d`, `&#45;`, `&quot;`, `\/`. */

/**
 * Only what stands for printable ASCII, and for the line breaks of keys in URLs. All backslashes before a `u`, and each `25` behind a `%`,
 * belong to the escape: they are the depth at which it was written. A run of backslashes is tried from its first one only.
 */
const ESCAPES =
  /%(?:25)*(0[ad]|[2-7][0-9a-f])|(?<!\\)\\+(?:(?:u00|x)([2-7][0-9a-f])|(\/))|&(?:#x0{0,4}([2-7][0-9a-f])|#0{0,4}(\d{2,3})|(quot|apos|amp|lt|gt));/gi
const NAMED: ReadonlyMap<string, string> = new Map([
  ['quot', '"'],
  ['apos', "'"],
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
])

/** A text and where its characters come from. */
export class DecodedText {
  readonly text: string
  /** Ends in the decoded text behind which everything is shifted, and the ends in the source they stand for. */
  readonly #ends: Uint32Array
  readonly #sourceEnds: Uint32Array

  private constructor(text: string, ends: readonly number[], sourceEnds: readonly number[]) {
    this.text = text
    this.#ends = Uint32Array.from(ends)
    this.#sourceEnds = Uint32Array.from(sourceEnds)
  }

  /** `source` without its escapes, one level of them; undefined where it has none. */
  static of(source: string): DecodedText | undefined {
    const ends: number[] = []
    const sourceEnds: number[] = []
    const parts: string[] = []
    let length = 0
    let from = 0
    for (const match of source.matchAll(ESCAPES)) {
      const character = decodedCharacter(match)
      if (character === '') continue
      parts.push(source.slice(from, match.index), character)
      length += match.index - from + 1
      from = match.index + match[0].length
      ends.push(length)
      sourceEnds.push(from)
    }
    if (parts.length === 0) return undefined
    parts.push(source.slice(from))
    return new DecodedText(parts.join(''), ends, sourceEnds)
  }

  /** The place in the source of the boundary before the character at `index`. */
  sourceOf(index: number): number {
    // By bisection: behind the last escape that ends at or before it everything stands as in the source.
    let low = 0
    let high = this.#ends.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#ends[middle] ?? 0) <= index) low = middle + 1
      else high = middle
    }
    return low === 0 ? index : (this.#sourceEnds[low - 1] ?? 0) + index - (this.#ends[low - 1] ?? 0)
  }
}

function decodedCharacter(match: RegExpExecArray): string {
  const [, percent, unicode, slash, html, decimal, named] = match
  const hex = percent ?? unicode ?? html
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
  if (named !== undefined) return NAMED.get(named.toLowerCase()) ?? ''
  if (slash !== undefined) return slash
  const code = Number(decimal)
  return code >= 32 && code < 127 ? String.fromCharCode(code) : ''
}
