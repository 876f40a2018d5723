/** Writes rows to standard output as a table, NDJSON, JSON or CSV. */
import type { Row } from '../query/aggregation.ts'
import { csvRecord } from '../query/csv.ts'
import { type FieldValue, textOfValue } from '../query/query-field.ts'
import { escapeForTerminal, escapeJsonForTerminal } from './escape-for-terminal.ts'
import { JsonArray } from './json-array.ts'
import type { OutputFormat } from './output-formats.ts'
import { writeData } from './output.ts'
import { numberText } from './quantities.ts'
import { terminalColumns } from './terminal-columns.ts'
import { headText, rowsText, tableWidths } from './text-table.ts'

export interface Column {
  readonly name: string
  /** Above a column of a table, where it says more than the name. */
  readonly title?: string
  /** Cut last where a table does not fit. */
  readonly firm?: boolean
  /** How a table shows a value. Default: as it is. */
  readonly show?: (value: string | number | boolean | object) => string
}

/** A table on a terminal, data for the next program in a pipe. */
export function defaultFormat(): OutputFormat {
  return process.stdout.isTTY ? 'table' : 'ndjson'
}

/** So many rows are written at a time; the first of them decide how wide the columns of a table are. */
const ROWS_AT_ONCE = 2000

/** Takes rows in portions, so that a million of them need no memory. */
export class RowWriter {
  private readonly columns: readonly Column[]
  private readonly format: OutputFormat
  private readonly array = new JsonArray()
  private waiting: Row[] = []
  private hasHead = false
  /** Of the table that has begun. */
  private layout: { readonly widths: readonly number[]; readonly rightAligned: readonly boolean[] } | undefined

  constructor(columns: readonly Column[], format: OutputFormat) {
    this.columns = columns
    this.format = format
  }

  async write(rows: readonly Row[]): Promise<void> {
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
      const some = rows.slice(from, from + ROWS_AT_ONCE)
      if (this.format !== 'table') await this.writeText(some.map(row => this.textOf(row)).join(''))
      else {
        this.waiting.push(...some)
        if (this.waiting.length >= ROWS_AT_ONCE) await this.writeTable()
      }
    }
  }

  async end(): Promise<void> {
    if (this.format === 'table') await this.writeTable()
    if (this.format === 'csv') await this.writeText(this.csvHead())
    if (this.format === 'json') await writeData(this.array.end())
  }

  private async writeText(text: string): Promise<void> {
    await writeData(forEyes(text, this.format))
  }

  private textOf(row: Row): string {
    if (this.format === 'csv') return this.csvHead() + csvRecord(this.columns.map(({ name }) => row[name]))
    const json = JSON.stringify(Object.fromEntries(this.columns.map(({ name }) => [name, row[name]])))
    return this.format === 'json' ? this.array.item(json) : `${json}\n`
  }

  /** Once. */
  private csvHead(): string {
    if (this.hasHead) return ''
    this.hasHead = true
    return csvRecord(this.columns.map(({ name }) => name))
  }

  private async writeTable(): Promise<void> {
    const rows = this.waiting.splice(0)
    if (rows.length === 0) return
    const isBegun = this.layout !== undefined
    const rightAligned =
      this.layout?.rightAligned ??
      this.columns.map(({ name }) => rows.every(row => ['number', 'undefined'].includes(typeof row[name])))
    const table = {
      head: this.columns.map(({ name, title }) => escapeForTerminal(title ?? name)),
      rows: rows.map(row => this.columns.map(column => cellText(row[column.name], column))),
      rightAligned,
      firm: this.columns.map(({ firm }) => firm === true),
    }
    const widths = this.layout?.widths ?? tableWidths(table, terminalColumns())
    this.layout = { widths, rightAligned }
    await writeData((isBegun ? '' : headText(table, widths)) + rowsText(table, widths))
  }
}

function cellText(value: FieldValue, { show }: Column): string {
  if (value === undefined) return '-'
  return escapeForTerminal(show?.(value) ?? (typeof value === 'number' ? numberText(value) : textOfValue(value)))
}

/** On a terminal JSON and CSV show hidden characters as escapes too; in a pipe they are data. */
export function forEyes(text: string, format: OutputFormat): string {
  if (!process.stdout.isTTY) return text
  if (format !== 'csv') return text.split('\n').map(escapeJsonForTerminal).join('\n')
  return text.split('\r\n').map(escapeForTerminal).join('\n')
}
