/** Lines that are no JSON, put together again: a key of many lines is found only in its whole. */

export interface TextFinding {
  /** Of the line where it begins. */
  readonly line: number
  readonly kind: string
}

/** Finds secrets; offsets in UTF-16 units, in order. */
export type SearchText = (
  text: string,
) => readonly { readonly kind: string; readonly start: number; readonly end: number }[]

/** So much is searched at a time … */
const WINDOW_LENGTH = 256 * 1024
/** … and so much of it again with what follows: the longest secret that lies in two windows and is still found. */
const OVERLAP_LENGTH = 16 * 1024

// Owned by whoever reads a file; holds the lines that are not searched yet.
export class TextLines {
  private readonly search: SearchText
  private text = ''
  /** Where each line of `text` begins, and its number in the file. */
  private begins: { readonly offset: number; readonly line: number }[] = []
  /** What begins before this offset of `text` has been told. */
  private told = 0

  constructor(search: SearchText) {
    this.search = search
  }

  /** What is found by then, of this line and of those before it. */
  add(text: string, line: number): TextFinding[] {
    this.begins.push({ offset: this.text.length, line })
    this.text += `${text}\n`
    return this.text.length < WINDOW_LENGTH ? [] : this.searchUpTo(this.text.length - OVERLAP_LENGTH)
  }

  /** What is found in the rest; the next line does not go on with it. */
  end(): TextFinding[] {
    return this.searchUpTo(this.text.length)
  }

  /** Searches everything, tells what begins before `limit`, and keeps what comes behind. */
  private searchUpTo(limit: number): TextFinding[] {
    const found = this.search(this.text).filter(({ start }) => start >= this.told && start < limit)
    const findings = found.map(({ kind, start }) => ({ kind, line: this.lineAt(start) }))
    this.keepFrom(Math.max(limit, found.at(-1)?.end ?? 0))
    return findings
  }

  /** With the beginning of its line, where that is near: a name in front of a value belongs to it. */
  private keepFrom(offset: number): void {
    const index = this.indexAt(offset)
    const { offset: lineStart, line } = this.begins[index] ?? { offset, line: 0 }
    const from = offset >= this.text.length || offset - lineStart > OVERLAP_LENGTH ? offset : lineStart
    const rest = this.begins
      .slice(index + 1)
      .map(({ offset: at, line: number }) => ({ offset: at - from, line: number }))
    this.text = this.text.slice(from)
    this.begins = this.text === '' ? [] : [{ offset: 0, line }, ...rest]
    this.told = this.text === '' ? 0 : offset - from
  }

  private lineAt(offset: number): number {
    return this.begins[this.indexAt(offset)]?.line ?? 0
  }

  /** The last line that begins at or before it. */
  private indexAt(offset: number): number {
    let low = 0
    let high = this.begins.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.begins[middle]?.offset ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }
}
