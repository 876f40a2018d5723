/** Rows and columns as text for people. */
import { paint } from './paint.ts'
import { fitted, textWidth } from './text-width.ts'

/** A cell's text MUST have been escaped for the terminal. */
export interface TextTable {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Columns, by place, whose cells stand at the right edge: numbers. */
  readonly rightAligned?: readonly boolean[]
  /** Columns, by place, that are cut last: a time without its minutes says nothing. */
  readonly firm?: readonly boolean[]
}

const GAP = '  '
const MIN_COLUMN_WIDTH = 6

/** The head and the rows, in lines of at most `columns` columns where there is room for all. */
export function tableText(table: TextTable, columns: number): string {
  const widths = tableWidths(table, columns)
  return headText(table, widths) + rowsText(table, widths)
}

/** How wide the columns are; the widest are cut where they do not fit. */
export function tableWidths({ head, rows, firm = [] }: TextTable, columns: number): number[] {
  const wanted = head.map((title, index) =>
    rows.reduce((width, row) => Math.max(width, textWidth(row[index] ?? '')), textWidth(title)),
  )
  const room = columns - GAP.length * (wanted.length - 1)
  const flexible = wanted.map((_, index) => firm[index] !== true)
  const all = wanted.map(() => true)
  return fittingWidths(fittingWidths(wanted, room, flexible), room, all)
}

export function headText({ head, rightAligned = [] }: TextTable, widths: readonly number[]): string {
  return `${paint('bold', lineText(head, widths, rightAligned))}\n`
}

export function rowsText({ rows, rightAligned = [] }: TextTable, widths: readonly number[]): string {
  return rows.map(row => `${lineText(row, widths, rightAligned)}\n`).join('')
}

function lineText(cells: readonly string[], widths: readonly number[], rightAligned: readonly boolean[]): string {
  return widths
    .map((width, index) => aligned(cells[index] ?? '', width, rightAligned[index] === true))
    .join(GAP)
    .trimEnd()
}

function aligned(text: string, width: number, right: boolean): string {
  return right && textWidth(text) <= width ? ' '.repeat(width - textWidth(text)) + text : fitted(text, width)
}

/** Takes from the widest of the columns that may be cut, until all fit or these are small. */
function fittingWidths(wanted: readonly number[], room: number, mayBeCut: readonly boolean[]): number[] {
  const widths = [...wanted]
  for (let sum = total(widths); sum > room; sum = total(widths)) {
    const cuttable = widths.filter((_, index) => mayBeCut[index])
    const width = Math.max(0, ...cuttable)
    if (width <= MIN_COLUMN_WIDTH) break
    const widest = widths.findIndex((other, index) => other === width && mayBeCut[index])
    const isTied = cuttable.filter(other => other === width).length > 1
    const next = isTied ? width - 1 : Math.max(MIN_COLUMN_WIDTH, ...cuttable.filter(other => other < width))
    widths[widest] = Math.max(next, width - (sum - room))
  }
  return widths
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0)
}
