/** Whether an exported value stands for the sealed one, after what back ends are known to do to values. */
import type { AttributeValue } from '../events/field.ts'
import { isObject } from './json-shape.ts'
import { epochTime, zonedTime } from './shown-time.ts'
import type { ShownTime } from './shown-time.ts'

/** Fractions may have been printed with fewer digits than they have. Whole numbers are compared as they are. */
const FRACTION_TOLERANCE = 1e-9
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
/** A millisecond count of any time since 2001, which is not a count of seconds of any other. */
const EPOCH_MILLIS = /^\d{13,}$/

/**
 * OTLP keeps types and maps: nothing but the order of a map's entries may differ. `shown` has maps as `Map`. Half a
 * surrogate pair cannot be sent, and becomes U+FFFD.
 */
export function isSameWhole(sealed: AttributeValue, shown: unknown): boolean {
  if (typeof sealed === 'string') return typeof shown === 'string' && isSameText(sealed, shown)
  if (isList(sealed)) {
    return (
      Array.isArray(shown) && shown.length === sealed.length && sealed.every((item, at) => isSameWhole(item, shown[at]))
    )
  }
  if (!isObject(sealed)) return sealed === shown
  const entries = Object.entries(sealed)
  if (!(shown instanceof Map) || shown.size !== entries.length) return false
  const byKey = new Map([...shown].map(([key, value]) => [String(key).toWellFormed(), value]))
  return entries.every(([key, value]) => isSameWhole(value, byKey.get(key.toWellFormed())))
}

/** Numbers and flags may be texts, lists JSON, a list of one its only item, times of another unit or zone. */
export function isSameFlat(sealed: AttributeValue, shown: unknown, isText: boolean): boolean {
  if (isList(sealed)) {
    // CSV of Splunk has the items on lines.
    if (isText && sealed.every(item => typeof item === 'string') && isSameText(sealed.join('\n'), String(shown)))
      return true
    return listReadings(shown).some(items => isSameList(sealed, items, isText))
  }
  if (Array.isArray(shown)) {
    // The same value twice, as where a record and its resource both have it.
    return shown.length > 0 && shown.every(item => isSameFlat(sealed, item, isText))
  }
  if (typeof sealed === 'number') return isSameNumber(sealed, shown)
  if (typeof sealed === 'boolean') {
    return String(sealed) === String(shown).toLowerCase() || (sealed ? '1' : '0') === String(shown)
  }
  return typeof sealed === 'string' && (isSameText(sealed, String(shown)) || isSameTimeText(sealed, shown))
}

export function isSameTime(sealed: string, { earliest, latest }: ShownTime): boolean {
  const millis = Date.parse(sealed)
  return Number.isNaN(millis) || (earliest <= millis && millis <= latest)
}

function isSameText(sealed: string, shown: string): boolean {
  return sealed === shown || sealed.toWellFormed() === shown.toWellFormed()
}

function isSameTimeText(sealed: string, shown: unknown): boolean {
  if (!RFC_3339.test(sealed)) return false
  const time = zonedTime(shown) ?? (EPOCH_MILLIS.test(String(shown)) ? epochTime(shown, 'ms') : undefined)
  return time !== undefined && isSameTime(sealed, time)
}

function isSameNumber(sealed: number, shown: unknown): boolean {
  if (typeof shown !== 'number' && (typeof shown !== 'string' || shown.trim() === '')) return false
  const number = Number(shown)
  if (number === sealed) return true
  return !Number.isInteger(sealed) && Math.abs(number - sealed) <= Math.abs(sealed) * FRACTION_TOLERANCE
}

function isSameList(sealed: readonly AttributeValue[], shown: readonly unknown[], isText: boolean): boolean {
  return sealed.length === shown.length && sealed.every((item, at) => isSameFlat(item, shown[at], isText))
}

/** What a list may have been shown as. */
function listReadings(shown: unknown): (readonly unknown[])[] {
  if (Array.isArray(shown)) return [shown]
  const readings: (readonly unknown[])[] = [[shown]]
  if (typeof shown !== 'string') return readings
  if (shown.trimStart().startsWith('[')) {
    try {
      const json: unknown = JSON.parse(shown)
      if (Array.isArray(json)) readings.push(json)
    } catch {
      // A text that only begins like one.
    }
  }
  return readings
}

function isList(value: AttributeValue): value is readonly AttributeValue[] {
  return Array.isArray(value)
}
