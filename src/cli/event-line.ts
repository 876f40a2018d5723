/** One line about an event for people. */
import type { StoredEvent } from '../events/line.ts'
import { severityOf } from '../events/severity.ts'
import { type QuantityStyle, summaryOf } from '../events/summary.ts'
import type { WallClock } from '../query/wall-clock.ts'
import { escapeForTerminal } from './escape-for-terminal.ts'
import { detailOf } from './event-detail.ts'
import type { LineFormat, Paint } from './paint.ts'
import { durationText, numberText } from './quantities.ts'
import type { RunGutter } from './run-gutter.ts'
import { fitted, textWidth, truncated } from './text-width.ts'

/** From this width on there is room for milliseconds and for the level of normal events. */
const WIDE_COLUMNS = 100
const MIN_ACTOR_COLUMNS = 8
const MAX_ACTOR_COLUMNS = 24

export interface LineStyle {
  /** Columns of the terminal; `Infinity` for lines that are not cut. */
  readonly columns: number
  readonly clock: WallClock
  readonly paint: Paint
  readonly gutter: RunGutter
}

/** Quantities as people say them. */
export const QUANTITIES: QuantityStyle = {
  millis: durationText,
  seconds: count => durationText(count * 1000),
  count: numberText,
}

interface KindLabel {
  readonly text: string
  readonly format: LineFormat
}

const KIND_LABELS: Readonly<Record<StoredEvent['event_type']['type'], KindLabel>> = {
  AgentExecution: { text: 'Agent', format: 'cyan' },
  ApiCall: { text: 'API', format: 'magenta' },
  ToolCall: { text: 'Tool', format: 'blueBright' },
  TokenUsage: { text: 'Tokens', format: 'green' },
  Security: { text: 'Security', format: 'yellow' },
}

const LEVELS: Readonly<Record<number, KindLabel>> = {
  9: { text: 'INFO', format: 'dim' },
  13: { text: 'WARN', format: 'yellow' },
  17: { text: 'ERROR', format: 'red' },
  18: { text: 'CRIT', format: 'inverse' },
}

/** Time, actor, kind, level, run, sentence, detail; never wider than the terminal. */
export function eventLine(event: StoredEvent, style: LineStyle): string {
  const { columns, paint } = style
  const wide = columns >= WIDE_COLUMNS
  const actorColumns = Math.min(MAX_ACTOR_COLUMNS, Math.max(MIN_ACTOR_COLUMNS, Math.floor(columns / 6)))
  const kind = KIND_LABELS[event.event_type.type]
  const severity = severityOf(event)
  const level = LEVELS[severity.number]
  const cells: Cell[] = [
    { text: fitted(timeOfDay(event.timestamp, style.clock, wide), wide ? 12 : 8), format: 'dim' },
    { text: fitted(forOneLine(event.actor_id || '-', actorColumns), actorColumns), format: 'bold' },
    { text: fitted(kind.text, 8), format: kind.format },
  ]
  const gutter = { ...style.gutter.of(event), joined: true }
  // Where there is a column for the level, the runs stand behind it; else a level that matters is part of the sentence.
  if (wide) cells.push({ text: fitted(level?.text ?? '', 5), format: level?.format }, gutter)
  else cells.push(gutter, ...(level === undefined || severity.number === 9 ? [] : [level]))
  cells.push({ text: forOneLine(summaryOf(event, QUANTITIES), columns), format: undefined })
  const detail = forOneLine(detailOf(event), columns)
  if (detail !== '') cells.push({ text: `· ${detail}`, format: 'dim' })
  return painted(cells, columns, paint)
}

/** The line between events of different days: the day, and whose clock the times show. */
export function dayLine(timestamp: string, style: LineStyle): string {
  const millis = Date.parse(timestamp)
  const { clock, columns, paint } = style
  return paint('dim', truncated(`── ${clock.dayOf(millis) ?? ''} (${clock.zoneAt(millis)}) ──`, columns))
}

function timeOfDay(timestamp: string, clock: WallClock, millis: boolean): string {
  return clock.timeOf(Date.parse(timestamp))?.slice(11, millis ? 23 : 19) ?? '--:--:--'
}

interface Cell {
  readonly text: string
  readonly format: LineFormat | undefined
  /** No space behind it. */
  readonly joined?: boolean
}

function painted(cells: readonly Cell[], columns: number, paint: Paint): string {
  let line = ''
  let left = columns
  for (const { text, format, joined } of cells) {
    if (text === '') continue
    const cut = truncated(text, left)
    line += format === undefined ? cut : paint(format, cut)
    left -= textWidth(cut)
    if (left <= 1) break
    if (joined === true) continue
    line += ' '
    left -= 1
  }
  return line.trimEnd()
}

// Four code units per column are more than will be shown; the rest of a long text need not be looked at.
function forOneLine(text: string, columns: number): string {
  return escapeForTerminal(text.length > columns * 4 ? text.slice(0, columns * 4) : text)
}
