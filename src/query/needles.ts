/**
 * Texts that must be on a line for it to match. Looking for them in a whole block at once decides about most lines
 * before anything of them is taken apart.
 */
import { OccurrenceCursor } from './occurrence-cursor.ts'

/** Alternatives: one of them must be there. */
export type Needle = readonly string[]

// What JSON writers may write in two characters: quote, backslash, solidus, controls. U+FFFD stands for bytes that are no
// UTF-8, a lone surrogate for an escape: neither is on the line as it is.
const ESCAPABLE = /["\\/\p{Cc}\p{Cs}\uFFFD\u2028\u2029]+/u
/** A shorter piece is on every line. */
const MIN_CHARACTERS = 3

/**
 * The longest part of `text` that no JSON writer escapes but as `\uXXXX`; undefined where that says too little.
 * As the block's text is: one character per byte (latin1 of the UTF-8).
 */
export function needleOf(text: string): string | undefined {
  const pieces = text.split(ESCAPABLE).toSorted((a, b) => b.length - a.length)
  const [longest = ''] = pieces
  return longest.length < MIN_CHARACTERS ? undefined : Buffer.from(longest, 'utf8').toString('latin1')
}

/** Every letter may also be written as `\u0061`: a line with such an escape cannot be judged by its bytes. */
const ESCAPE = '\\u'

/** Finds the lines of a block that may match. Lines MUST be asked for in order. */
export class NeedleSearch {
  private readonly groups: readonly (readonly OccurrenceCursor[])[]
  private readonly escapes: OccurrenceCursor

  constructor(needles: readonly Needle[]) {
    this.groups = needles.map(alternatives => alternatives.map(text => new OccurrenceCursor(text)))
    this.escapes = new OccurrenceCursor(ESCAPE)
  }

  /** Begins a new block. */
  load(text: string): void {
    for (const cursor of [...this.groups.flat(), this.escapes]) cursor.load(text)
  }

  /** Whether the line at `[start, end)` may match. */
  mayMatch(start: number, end: number): boolean {
    const found = this.groups.every(group => group.some(cursor => cursor.isIn(start, end)))
    return found || this.escapes.isIn(start, end)
  }
}
