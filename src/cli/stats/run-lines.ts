/** A run as a tree for people: what it did, when, for how long, and where it failed. */
import { severityOf } from '../../events/severity.ts'
import { summaryOf } from '../../events/summary.ts'
import type { RunNode, RunStep } from '../../query/run-tree.ts'
import type { WallClock } from '../../query/wall-clock.ts'
import { escapeForTerminal } from '../escape-for-terminal.ts'
import { QUANTITIES } from '../event-line.ts'
import { type LineFormat, paint } from '../paint.ts'
import { durationText, numberText } from '../quantities.ts'
import { fitted, textWidth, truncated } from '../text-width.ts'

const TIME_COLUMNS = 8
const DURATION_COLUMNS = 12
const MIN_BAR_COLUMNS = 12
const MAX_BAR_COLUMNS = 40

interface Frame {
  /** The root's start and end: what the bars span. */
  readonly start: number
  readonly end: number
  readonly columns: number
  readonly barColumns: number
  readonly clock: WallClock
}

interface TreeLine {
  readonly words: string
  readonly start: number
  readonly end: number
  readonly format: LineFormat | undefined
  readonly hasDuration: boolean
}

/** Lines of at most `columns` columns. */
export function runLines(run: RunNode, columns: number, clock: WallClock): string[] {
  const barColumns = Math.min(MAX_BAR_COLUMNS, Math.max(MIN_BAR_COLUMNS, Math.floor(columns / 5)))
  const frame = { start: run.start, end: run.end, columns, barColumns, clock }
  return [lineText('', nodeLine(run), frame), ...childLines(run, '', frame)]
}

function childLines(run: RunNode, indent: string, frame: Frame): string[] {
  const children = [...run.steps, ...run.nested].toSorted((a, b) => a.start - b.start)
  return children.flatMap((child, index) => {
    const isLast = index === children.length - 1
    const branch = indent + (isLast ? '└─ ' : '├─ ')
    if ('event' in child) return [lineText(branch, stepLine(child), frame)]
    return [lineText(branch, nodeLine(child), frame), ...childLines(child, indent + (isLast ? '   ' : '│  '), frame)]
  })
}

function nodeLine(run: RunNode): TreeLine {
  const { status, start, end, error } = run
  const isOver = status !== 'Started' && status !== 'Running'
  const outcome = isOver ? status.toLowerCase() : 'no end recorded'
  const tokens = run.tokens > 0 ? `, ${numberText(run.tokens)} tokens` : ''
  const why = error === undefined ? '' : `: ${error}`
  const goal = run.goal === '' ? '' : ` · ${run.goal}`
  return {
    words: `${markOf(status === 'Failed')}${run.agent} ${outcome}${tokens}${why}${goal}`,
    start,
    end,
    format: formatOf(status === 'Failed' ? 17 : status === 'Completed' ? 9 : 13) ?? 'bold',
    hasDuration: true,
  }
}

function stepLine({ event, start, end }: RunStep): TreeLine {
  const { number } = severityOf(event)
  const isCall = event.event_type.type === 'ApiCall' || event.event_type.type === 'ToolCall'
  const words = `${markOf(number >= 17)}${summaryOf(event, QUANTITIES)}`
  return { words, start, end, format: formatOf(number), hasDuration: isCall }
}

/** Not by colour alone. */
function markOf(hasFailed: boolean): string {
  return hasFailed ? '✗ ' : ''
}

function formatOf(severity: number): LineFormat | undefined {
  if (severity >= 17) return 'red'
  return severity >= 13 ? 'yellow' : undefined
}

/** Time, tree and words, duration, bar. */
function lineText(branch: string, line: TreeLine, frame: Frame): string {
  const { clock, columns, barColumns } = frame
  const time = clock.timeOf(line.start)?.slice(11, 19) ?? '--:--:--'
  const duration = line.hasDuration ? durationText(line.end - line.start) : ''
  const room = columns - TIME_COLUMNS - DURATION_COLUMNS - barColumns - 4
  const shownBranch = truncated(branch, Math.max(0, room - 1))
  const words = fitted(escapeForTerminal(line.words), Math.max(1, room - textWidth(shownBranch)))
  const painted = line.format === undefined ? words : paint(line.format, words)
  const cells = [
    paint('dim', time),
    `${paint('dim', shownBranch)}${painted}`,
    duration.padStart(DURATION_COLUMNS),
    timeBar(line, frame),
  ]
  return cells.join(' ').trimEnd()
}

/** Where in the root's time this lies. */
function timeBar({ start, end, hasDuration }: TreeLine, frame: Frame): string {
  const whole = Math.max(1, frame.end - frame.start)
  const place = (time: number): number => ((time - frame.start) / whole) * frame.barColumns
  const from = Math.min(frame.barColumns - 1, Math.max(0, Math.floor(place(start))))
  const length = hasDuration ? Math.max(1, Math.round(place(end) - from)) : 1
  return ' '.repeat(from) + (hasDuration ? '━' : '·').repeat(Math.min(length, frame.barColumns - from))
}
