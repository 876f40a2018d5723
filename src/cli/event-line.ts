/** One line about an event for people. */
import type { StoredEvent } from '../events/line.ts'
import { severityOf } from '../events/severity.ts'
import { summaryOf } from '../events/summary.ts'
import { escapeForTerminal } from './escape-for-terminal.ts'
import { detailOf } from './event-detail.ts'
import { fitted, textWidth, truncated } from './text-width.ts'

/** From this width on there is room for milliseconds and for the level of normal events. */
const WIDE_COLUMNS = 100
const MIN_ACTOR_COLUMNS = 8
const MAX_ACTOR_COLUMNS = 24

/** Colours text, or leaves it as it is where there is to be no colour. */
export type Paint = (format: LineFormat, text: string) => string
export type LineFormat = 'cyan' | 'magenta' | 'blueBright' | 'green' | 'yellow' | 'red' | 'inverse' | 'dim' | 'bold'

export interface LineStyle {
  /** Columns of the terminal. */
  readonly columns: number
  /** Times in UTC; else in the local time zone. */
  readonly utc: boolean
  readonly paint: Paint
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

/** Time, actor, kind, level, sentence, detail; never wider than the terminal. */
export function eventLine(event: StoredEvent, style: LineStyle): string {
  const { columns, paint } = style
  const wide = columns >= WIDE_COLUMNS
  const actorColumns = Math.min(MAX_ACTOR_COLUMNS, Math.max(MIN_ACTOR_COLUMNS, Math.floor(columns / 6)))
  const kind = KIND_LABELS[event.event_type.type]
  const severity = severityOf(event)
  const level = LEVELS[severity.number]
  const cells: Cell[] = [
    { text: fitted(timeOfDay(event.timestamp, style.utc, wide), wide ? 12 : 8), format: 'dim' },
    { text: fitted(forOneLine(event.actor_id || '-', actorColumns), actorColumns), format: 'bold' },
    { text: fitted(kind.text, 8), format: kind.format },
  ]
  if (level !== undefined && wide) cells.push({ text: fitted(level.text, 5), format: level.format })
  else if (level !== undefined && severity.number > 9) cells.push(level)
  cells.push({ text: forOneLine(summaryOf(event), columns), format: undefined })
  const detail = forOneLine(detailOf(event), columns)
  if (detail !== '') cells.push({ text: `· ${detail}`, format: 'dim' })
  return painted(cells, columns, paint)
}

/** The line between events of different days: the day, and whose clock the times show. */
export function dayLine(timestamp: string, style: LineStyle): string {
  const zone = style.utc ? 'UTC' : `local time, ${offsetOf(new Date(timestamp))}`
  return style.paint('dim', truncated(`── ${dayOf(timestamp, style.utc) ?? ''} (${zone}) ──`, style.columns))
}

/** `2026-11-22`; undefined for a time that cannot be read. */
export function dayOf(timestamp: string, utc: boolean): string | undefined {
  return clockOf(timestamp, utc)?.slice(0, 10)
}

/** The local zone at that moment, `UTC+09:00`. */
function offsetOf(at: Date): string {
  const minutes = -at.getTimezoneOffset()
  const clock = new Date(Math.abs(minutes) * 60_000).toISOString().slice(11, 16)
  return `UTC${minutes < 0 ? '-' : '+'}${clock}`
}

function timeOfDay(timestamp: string, utc: boolean, millis: boolean): string {
  return clockOf(timestamp, utc)?.slice(11, millis ? 23 : 19) ?? '--:--:--'
}

/** The wall clock's reading as `2026-11-22T10:15:30.123…`. */
function clockOf(timestamp: string, utc: boolean): string | undefined {
  const at = new Date(timestamp)
  if (Number.isNaN(at.getTime())) return undefined
  // A date shifted by the zone's offset shows local time in its UTC fields. Years beyond 9999 are nobody's.
  const shifted = new Date(at.getTime() - (utc ? 0 : at.getTimezoneOffset() * 60_000))
  return /^\d{4}-/.test(shifted.toJSON() ?? '') ? shifted.toISOString() : undefined
}

interface Cell {
  readonly text: string
  readonly format: LineFormat | undefined
}

function painted(cells: readonly Cell[], columns: number, paint: Paint): string {
  let line = ''
  let left = columns
  for (const { text, format } of cells) {
    if (text === '') continue
    const cut = truncated(text, left)
    line += format === undefined ? cut : paint(format, cut)
    left -= textWidth(cut)
    if (left <= 1) break
    line += ' '
    left -= 1
  }
  return line.trimEnd()
}

// Four code units per column are more than will be shown; the rest of a long text need not be looked at.
function forOneLine(text: string, columns: number): string {
  return escapeForTerminal(text.length > columns * 4 ? text.slice(0, columns * 4) : text)
}
