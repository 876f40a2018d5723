/** Times as stored: RFC 3339 UTC with milliseconds, years 1970 to 9999. */
import type { TimeInput } from './inputs.ts'

const MAX_MILLIS = 253_402_300_799_999
const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/
/** As `formatTime` writes it, on a day that every month has: there is no calendar to ask. */
const AS_WRITTEN = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T\d\d:\d\d:\d\d\.\d{3}Z$/
const FRACTIONS: readonly string[] = Array.from({ length: 1000 }, (_, millis) => `${String(millis).padStart(3, '0')}Z`)

const RECENT = 64

// Owned by formatTime(): most events of one second share everything but the fraction, many of a busy agent even that; and
// the text that was written last is the one that is read next, when the event becomes a log record.
let cachedSecond = -1
let cachedPrefix = ''
let lastText = ''
let lastMillis = -1
const recentMillis: number[] = Array.from({ length: RECENT }, () => -1)
const recentTexts: string[] = Array.from({ length: RECENT }, () => '')

/** `millis` as RFC 3339 text. */
export function formatTime(millis: number): string {
  const place = millis % RECENT
  if (recentMillis[place] === millis) {
    lastText = recentTexts[place] ?? ''
  } else {
    lastText = textOf(millis)
    recentMillis[place] = millis
    recentTexts[place] = lastText
  }
  lastMillis = millis
  return lastText
}

function textOf(millis: number): string {
  const second = Math.floor(millis / 1000)
  if (second !== cachedSecond) {
    cachedPrefix = new Date(second * 1000).toISOString().slice(0, 20)
    cachedSecond = second
  }
  return cachedPrefix + (FRACTIONS[millis - second * 1000] ?? '000Z')
}

/** Milliseconds since 1970 of any time input, or `undefined` when it names no point in time between 1970 and 9999. */
export function parseTime(input: TimeInput): number | undefined {
  if (input === lastText && lastMillis >= 0) return lastMillis
  let millis: number
  if (typeof input === 'number') millis = Math.trunc(input)
  else if (typeof input === 'string') millis = parseText(input)
  else millis = input.getTime()
  return millis >= 0 && millis <= MAX_MILLIS ? millis : undefined
}

function parseText(text: string): number {
  if (AS_WRITTEN.test(text)) return Date.parse(text)
  const match = RFC_3339.exec(text)
  if (match === null) return Number.NaN
  const [, year, month, day] = match
  // Date.parse takes 30 February for 2 March; the calendar does not.
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return Number.NaN
  return Date.parse(text.toUpperCase().replace(' ', 'T'))
}
