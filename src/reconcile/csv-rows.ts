/** Takes CSV (RFC 4180) apart, piece by piece. A quoted cell may hold commas, line breaks and doubled quotes. */

const QUOTE = '"'

// Owned by the reading of one file.
export class CsvRows {
  private cells: string[] = []
  private cell = ''
  private isQuoted = false
  /** A quote within a quoted cell was the last character: it ends the cell, or is the first of two. */
  private afterQuote = false
  /** Characters of the cell that were quoted: a carriage return among them is part of it. */
  private quotedLength = 0

  /** Characters of the row that has begun. */
  get unfinished(): number {
    return this.cells.reduce((sum, cell) => sum + cell.length, this.cell.length)
  }

  /** The rows that end in `text`. Empty lines are no rows. */
  push(text: string): string[][] {
    const rows: string[][] = []
    for (let at = 0; at < text.length; ) {
      if (this.afterQuote) {
        this.afterQuote = false
        this.isQuoted = text[at] === QUOTE
        if (this.isQuoted) {
          this.cell += QUOTE
          at++
        }
      } else if (this.isQuoted) {
        const end = text.indexOf(QUOTE, at)
        this.cell += text.slice(at, end === -1 ? text.length : end)
        at = end === -1 ? text.length : end + 1
        this.afterQuote = end !== -1
        this.quotedLength = this.cell.length
      } else at = this.plain(text, at, rows)
    }
    return rows
  }

  /** The last row, where no line break follows it; `undefined` where a quote is open, so that it was cut off. */
  end(): readonly string[] | undefined {
    return this.isQuoted && !this.afterQuote ? undefined : this.endRow()
  }

  private plain(text: string, at: number, rows: string[][]): number {
    const code = text[at] ?? ''
    if (code === ',') this.endCell()
    else if (code === '\n') {
      const row = this.endRow()
      if (row.length > 0) rows.push(row)
    } else if (code === QUOTE && this.cell === '') this.isQuoted = true
    else {
      const end = endOfPlain(text, at + 1)
      this.cell += text.slice(at, end)
      return end
    }
    return at + 1
  }

  private endCell(): void {
    this.cells.push(this.cell)
    this.cell = ''
    this.quotedLength = 0
  }

  private endRow(): string[] {
    this.isQuoted = false
    this.afterQuote = false
    if (this.cell.length > this.quotedLength && this.cell.endsWith('\r')) this.cell = this.cell.slice(0, -1)
    if (this.cells.length === 0 && this.cell === '') return []
    this.endCell()
    const row = this.cells
    this.cells = []
    return row
  }
}

function endOfPlain(text: string, from: number): number {
  let at = from
  while (at < text.length && text[at] !== ',' && text[at] !== '\n') at++
  return at
}
