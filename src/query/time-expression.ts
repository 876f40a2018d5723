/** Times as people write them: `15m`, `2026-11-22`, `yesterday`, `2026-11-22T10:15+01:00`. */
import { KansaError } from '../errors.ts'
import { utcMidnight, type WallClock } from './wall-clock.ts'

/** A day, or a moment. Milliseconds since 1970. */
export interface TimeSpan {
  readonly start: number
  /** The first moment after a day; `start` itself for a moment. */
  readonly end: number
}

const UNIT_MILLIS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
}
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|[smhdw]))+$/
const PART = /(\d+(?:\.\d+)?)(ms|[smhdw])/g
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/
const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:([Zz])|([+-])(\d\d):?(\d\d))?$/
const EXAMPLES = '15m, 2h30m, today, yesterday, 2026-11-22, 2026-11-22T10:15, 2026-11-22T10:15:30Z'

/** `90s`, `1h30m`, `2d` in milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined
  let millis = 0
  for (const [, amount, unit = ''] of text.matchAll(PART)) millis += Number(amount) * (UNIT_MILLIS[unit] ?? 0)
  return Number.isFinite(millis) ? millis : undefined
}

/**
 * A duration is that long before `now`. Dates and times without a zone are read on `clock`.
 * @throws KansaError `KANSA_INVALID_QUERY`, naming `what`, for anything that is no time.
 */
export function parseTimeExpression(text: string, what: string, clock: WallClock, now: number): TimeSpan {
  const trimmed = text.trim()
  const duration = parseDuration(trimmed)
  if (duration !== undefined) return moment(now - duration)
  const span =
    parseWord(trimmed.toLowerCase(), clock, now) ?? parseDate(trimmed, clock) ?? parseDateTime(trimmed, clock)
  if (span !== undefined) return span
  const flaw = DATE.test(trimmed) || DATE_TIME.test(trimmed) ? 'is no date that exists' : 'is no time'
  throw new KansaError('KANSA_INVALID_QUERY', `${what}: "${text}" ${flaw}. Write ${EXAMPLES}.`)
}

function parseWord(word: string, clock: WallClock, now: number): TimeSpan | undefined {
  if (word === 'now') return moment(now)
  if (word !== 'today' && word !== 'yesterday') return undefined
  const [year = 0, month = 0, day = 0] = (clock.dayOf(now) ?? '').split('-').map(Number)
  const shift = word === 'today' ? 0 : -1
  return { start: clock.startOf(year, month, day + shift), end: clock.startOf(year, month, day + shift + 1) }
}

function parseDate(text: string, clock: WallClock): TimeSpan | undefined {
  const match = DATE.exec(text)
  if (match === null) return undefined
  const [year = 0, month = 0, day = 0] = match.slice(1).map(Number)
  if (!isDay(year, month, day)) return undefined
  return { start: clock.startOf(year, month, day), end: clock.startOf(year, month, day + 1) }
}

function parseDateTime(text: string, clock: WallClock): TimeSpan | undefined {
  const match = DATE_TIME.exec(text)
  if (match === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = match.slice(1, 6).map(Number)
  const [seconds, fraction, zulu, sign, zoneHours = '', zoneMinutes = ''] = match.slice(6)
  const second = Number(seconds ?? 0)
  if (Number(zoneHours) > 23 || Number(zoneMinutes) > 59) return undefined
  if (!isDay(year, month, day) || hour > 23 || minute > 59 || second > 59) return undefined
  const millis = Math.trunc(Number(`0.${fraction ?? 0}`) * 1000)
  const timeOfDay = ((hour * 60 + minute) * 60 + second) * 1000 + millis
  const utc = utcMidnight(year, month, day) + timeOfDay
  if (sign !== undefined) {
    const offset = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000
    return moment(sign === '-' ? utc + offset : utc - offset)
  }
  if (zulu !== undefined || clock.utc) return moment(utc)
  return moment(new Date(clock.startOf(year, month, day)).setHours(hour, minute, second, millis))
}

/** `Date` takes 30 February for 2 March; the calendar does not. */
function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(utcMidnight(year, month, day))
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

function moment(millis: number): TimeSpan {
  return { start: millis, end: millis }
}
