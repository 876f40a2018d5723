/** In which fields an exported record is not the sealed one. */
import type { AttributeValue } from '../events/field.ts'
import { previewOf } from '../events/preview.ts'
import type { ExportedRecord, HeadField } from './exported-record.ts'
import { isObject } from './json-shape.ts'
import type { Difference } from './reconciliation.ts'
import { isSameFlat, isSameTime, isSameWhole } from './same-value.ts'
import { flattened, isOwnAttribute } from './sealed-record.ts'
import type { SealedRecord } from './sealed-record.ts'
import { isShownTime } from './shown-time.ts'

/** Enough to see what was done; the sealed line has the rest. */
const SHOWN_CODE_POINTS = 200

/** Splunk writes a list that it found in JSON as `name{}`. */
const LIST_MARK = /\{\}$/

/** Attributes and head fields that are changed on the way on purpose, by name; with a map, its entries. */
export type IgnoredFields = readonly string[]

/** Only what the export has is compared; what is neither a head field nor an attribute of ours is passed over. */
export function differencesOf(sealed: SealedRecord, exported: ExportedRecord, ignored: IgnoredFields): Difference[] {
  const found: Difference[] = []
  for (const [name, value] of exported.head) {
    const wanted = sealed.head.get(name)
    if (!isSameHead(name, wanted, value) && !isIgnored(name, ignored)) found.push(difference(name, wanted, value))
  }
  // Among flat fields, a map that is shown whole is not one of them.
  const expected = exported.form === 'whole' ? sealed.attributes : flattened(sealed.attributes)
  for (const [name, value] of exported.attributes) {
    const wanted = expected.get(name) ?? sealed.attributes.get(name) ?? expected.get(name.replace(LIST_MARK, ''))
    const isSame = wanted === undefined ? !isOwnAttribute(sealed.kind, name) : isSameAttribute(wanted, value, exported)
    if (!isSame && !isIgnored(name, ignored)) found.push(difference(name, wanted, value))
  }
  return found
}

function isSameAttribute(wanted: AttributeValue, value: unknown, { form }: ExportedRecord): boolean {
  if (form === 'whole') return isSameWhole(wanted, value)
  return isObject(wanted) ? isSameWhole(wanted, mapsOf(parsed(value))) : isSameFlat(wanted, value, form === 'text')
}

function isSameHead(name: HeadField, wanted: string | number | undefined, value: unknown): boolean {
  if (wanted === undefined) return false
  switch (name) {
    case 'timestamp':
      return !isShownTime(value) || isSameTime(String(wanted), value)
    case 'status':
      // Datadog's own words: info, warn, error.
      return String(value).toLowerCase().startsWith(String(wanted).toLowerCase())
    case 'body':
    case 'event_name':
    case 'severity_number':
    case 'severity_text':
    case 'trace_id':
    case 'span_id':
    case 'trace_flags':
      return isSameFlat(wanted, value, false)
  }
}

function isIgnored(name: string, ignored: IgnoredFields): boolean {
  return ignored.some(other => name === other || name.startsWith(`${other}.`))
}

function parsed(value: unknown): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value) : value
  } catch {
    return undefined
  }
}

/** Objects as the maps that OTLP's are read as. */
function mapsOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mapsOf)
  return isObject(value) ? new Map(Object.entries(value).map(([key, item]) => [key, mapsOf(item)])) : value
}

function difference(field: string, wanted: AttributeValue | undefined, value: unknown): Difference {
  return { field, sealed: wanted === undefined ? null : textOf(wanted), exported: textOf(value) }
}

function textOf(value: unknown): string {
  const text = isShownTime(value) ? value.text : typeof value === 'string' ? value : JSON.stringify(plain(value))
  return previewOf(text ?? '', SHOWN_CODE_POINTS)
}

function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item)]))
  return Array.isArray(value) ? value.map(plain) : value
}
