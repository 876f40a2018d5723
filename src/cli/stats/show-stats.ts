/** Writes the report for people. */
import { writeData } from '../output.ts'
import { paint } from '../paint.ts'
import { secondsText } from '../quantities.ts'
import type { WallClock } from '../../query/wall-clock.ts'
import { escapeForTerminal } from '../escape-for-terminal.ts'
import { tableText } from '../text-table.ts'
import type { StatsReport } from './report.ts'
import { type Section, sectionsOf, writingLines } from './sections.ts'

export async function showStats(report: StatsReport, columns: number, clock: WallClock): Promise<void> {
  const parts = [
    `${headLine(report, clock)}\n`,
    ...sectionsOf(report, columns).map(section => sectionText(section, columns)),
    `${paint('bold', 'Journal')}\n${writingLines(report)
      .map(line => `  ${line}\n`)
      .join('')}`,
  ]
  await writeData(parts.join('\n'))
}

function headLine({ source, first_event, last_event, zone }: StatsReport, clock: WallClock): string {
  const name = paint('bold', escapeForTerminal(source))
  const [from, to] = [first_event, last_event].map(time => clock.timeOf(Date.parse(time ?? '')))
  return from === undefined || to === undefined
    ? `${name}: no events`
    : `${name}  ${secondsText(from)} to ${secondsText(to)} (${zone})`
}

function sectionText({ title, note, ...table }: Section, columns: number): string {
  const text = tableText(table, columns - 2)
  const lines = text.trimEnd().split('\n')
  if (note !== undefined) lines.push(paint('dim', note))
  return `${paint('bold', title)}\n${lines.map(line => `  ${line}\n`).join('')}`
}
