/** Finds the objects in JSON that is not one object per line: an array of them, or objects over several lines. */

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENING_BRACKET = 0x5b
const OPENING_BRACE = 0x7b
const CLOSING_BRACKET = 0x5d
const CLOSING_BRACE = 0x7d

// Owned by the reading of one file.
export class JsonValues {
  private depth = 0
  /** Depth at which objects are looked for: 1 within an array. */
  private base = 0
  private isInText = false
  private isEscaped = false
  private pieces: Buffer[] = []
  private pieceBytes = 0

  /** Bytes of the object that has begun. */
  get unfinished(): number {
    return this.pieceBytes
  }

  /** The objects that end in `block`. */
  push(block: Buffer): Buffer[] {
    const values: Buffer[] = []
    let start = this.depth > this.base ? 0 : -1
    for (let at = 0; at < block.length; at++) {
      const code = block[at] ?? 0
      if (this.isInText) this.inText(code)
      else if (code === QUOTE) this.isInText = true
      else if (code === OPENING_BRACE || code === OPENING_BRACKET) {
        if (this.depth === this.base && code === OPENING_BRACE) start = at
        else if (this.depth === 0) this.base = 1
        this.depth++
      } else if (code === CLOSING_BRACE || code === CLOSING_BRACKET) {
        this.depth = Math.max(0, this.depth - 1)
        if (this.depth === this.base && start !== -1) {
          values.push(this.take(block.subarray(start, at + 1)))
          start = -1
        } else if (this.depth === 0) this.base = 0
      }
    }
    if (start !== -1) this.keep(block.subarray(start))
    return values
  }

  private inText(code: number): void {
    if (this.isEscaped) this.isEscaped = false
    else if (code === BACKSLASH) this.isEscaped = true
    else if (code === QUOTE) this.isInText = false
  }

  private keep(piece: Buffer): void {
    // A copy: the block may be read into again.
    this.pieces.push(Buffer.from(piece))
    this.pieceBytes += piece.length
  }

  private take(last: Buffer): Buffer {
    const value = this.pieceBytes === 0 ? last : Buffer.concat([...this.pieces, last])
    this.pieces = []
    this.pieceBytes = 0
    return value
  }
}
