/** Tables and bars as text: aligned for a terminal, or as Markdown. */
import type { Bar, Table } from './suite.ts'

export type Style = 'terminal' | 'markdown'

export function renderTable({ title, note, columns, rows }: Table, style: Style): string {
  const heading = style === 'markdown' ? `#### ${title}` : title
  return [heading, '', ...(style === 'markdown' ? [note, ''] : []), ...renderGrid([columns, ...rows], style), ''].join(
    '\n',
  )
}

export function barsTable(bars: readonly Bar[]): Table {
  return {
    title: 'What the project holds itself to',
    note: 'A ratio is the median of the ratios of each round. "Floor" is the worst that is accepted.',
    columns: ['', 'measured', 'target', 'floor', ''],
    rows: bars.map(bar => [
      bar.what,
      quantity(bar.measured, bar.unit),
      `${bar.better === 'higher' ? '≥' : '≤'} ${quantity(bar.target, bar.unit)}`,
      bar.floor === undefined ? '' : `${bar.better === 'higher' ? '≥' : '≤'} ${quantity(bar.floor, bar.unit)}`,
      verdictOn(bar),
    ]),
  }
}

export function verdictOn({ measured, better, target, floor = target }: Bar): 'met' | 'floor met' | 'missed' {
  const reaches = (bound: number): boolean => (better === 'higher' ? measured >= bound : measured <= bound)
  if (reaches(target)) return 'met'
  return reaches(floor) ? 'floor met' : 'missed'
}

function quantity(value: number, unit: string): string {
  const digits = unit === '×' || unit === 's' ? 2 : unit === 'MB' ? 1 : 0
  const number = value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return unit === '/s' ? `${number}/s` : `${number} ${unit}`
}

function renderGrid(rows: readonly (readonly string[])[], style: Style): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  const aligned = rows.map(row => row.map((cell, column) => pad(cell, widths[column] ?? 0, column === 0)))
  if (style === 'terminal') return aligned.map(cells => `  ${cells.join('  ')}`.trimEnd())
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(Math.max(1, width - 1))}:`,
  )
  const [head = [], ...body] = aligned.map(cells => `| ${cells.join(' | ')} |`)
  return [head, `| ${rule.join(' | ')} |`, ...body].flat()
}

function pad(cell: string, width: number, left: boolean): string {
  return left ? cell.padEnd(width) : cell.padStart(width)
}
