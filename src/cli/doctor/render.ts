/** The report for people: a line for each check, then the options. */
import type { OptionReading } from '../../options.ts'
import { escapeForTerminal } from '../escape-for-terminal.ts'
import { type LineFormat, paint } from '../paint.ts'
import { tableText } from '../text-table.ts'
import type { Check, CheckStatus } from './check.ts'
import { differingOption, sourceText } from './check-options.ts'
import type { Report } from './report.ts'

const FORMATS: Readonly<Record<CheckStatus, LineFormat>> = {
  ok: 'green',
  note: 'cyan',
  warning: 'yellow',
  problem: 'red',
}
const STATUS_COLUMNS = 8

export function reportText(report: Report): string {
  return `${report.checks.map(check => `${checkLine(check)}\n`).join('')}\n${optionTable(report)}`
}

function checkLine({ name, status, found, advice }: Check): string {
  const words = advice === undefined ? found : `${found}. ${advice}`
  return `${paint(FORMATS[status], status.padEnd(STATUS_COLUMNS))}${escapeForTerminal(`${name}: ${words}`)}`
}

function optionTable(report: Report): string {
  const head = ['option', 'here', 'source', lastWriterTitle(report)]
  const rows = [...report.options].map(([name, reading]) => [
    name,
    valueText(reading),
    sourceText(reading, report.configurationPath),
    lastWriterText(report, name),
  ])
  const escaped = [head, ...rows].map(row => row.map(escapeForTerminal))
  // Nothing is cut off: the end of a path is what one looks for.
  return tableText({ head: escaped[0] ?? [], rows: escaped.slice(1) }, Number.POSITIVE_INFINITY)
}

function lastWriterTitle({ lastWriter }: Report): string {
  return lastWriter?.options === undefined ? '' : `last writer, ${lastWriter.startedAt}`
}

function lastWriterText({ lastWriter, dir, options }: Report, name: string): string {
  if (lastWriter?.options === undefined) return ''
  const reading = differingOption(name, dir, options, lastWriter.options)
  if (reading === undefined) return ''
  return `${valueText(reading)}, ${sourceText(reading, undefined)}`
}

function valueText({ value, source }: OptionReading): string {
  if (value !== undefined) return String(value)
  return source === 'default' ? '-' : '(not shown)'
}
