/** Rows of texts in columns, for reports. */
import { escapeForTerminal } from '../escape-for-terminal.ts'
import { textWidth } from '../text-width.ts'

/** Nothing is cut off: what is wrong is worth more than one line. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const escaped = rows.map(row => row.map(escapeForTerminal))
  const widths = [0, 1].map(column => Math.max(0, ...escaped.map(row => textWidth(row[column] ?? ''))))
  return escaped.map(row => {
    const cells = row.map((cell, column) =>
      column === row.length - 1 ? cell : cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - textWidth(cell))),
    )
    return `  ${cells.join('  ')}`
  })
}
