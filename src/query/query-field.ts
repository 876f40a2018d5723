/** One field of an event as filters, groups and columns see it. */
import type { FieldType } from '../events/field.ts'
import { isKind, KINDS } from '../events/field-table.ts'
import type { AuditEventKind } from '../events/kinds.ts'
import type { RawEvent } from '../events/line.ts'

/** What a field holds; `undefined` where the event does not have it. */
export type FieldValue = string | number | boolean | object | undefined

/** `json`: part of a text that is JSON, of any type. */
export type QueryFieldType = FieldType | 'json'

export interface QueryField {
  /** As it is called in output. */
  readonly name: string
  readonly type: QueryFieldType
  /** The kinds of events that can have it. */
  readonly kinds: readonly AuditEventKind[]
  /** For `choice`: what it can be, in order. */
  readonly choices: readonly string[] | undefined
  /** Whether its text is on the line, so that lines without that text can be passed over unread. */
  readonly verbatim: boolean
  /** Where lines in Kansa's own key order have it; undefined for what must be parsed or follows from other fields. */
  readonly place: FieldPlace | undefined
  /** Use `valueOf`, which parses only where it has to. */
  read(source: FieldSource): FieldValue
}

export interface FieldPlace {
  readonly part: 'head' | 'type' | 'data'
  readonly key: string
}

/** An event that fields are read from. */
export interface FieldSource {
  /** The value of a field that has a place; reads no more of the line than that needs. */
  valueAt(field: QueryField, place: FieldPlace): FieldValue
  parsed(): RawEvent
}

export const ALL_KINDS: readonly AuditEventKind[] = Object.keys(KINDS).filter(isKind)

/** The value of a field. */
export function valueOf(source: FieldSource, field: QueryField): FieldValue {
  return field.place === undefined ? field.read(source) : source.valueAt(field, field.place)
}

/** An event that was parsed. */
export function parsedSource(raw: RawEvent): FieldSource {
  const source: FieldSource = { valueAt: field => field.read(source), parsed: () => raw }
  return source
}

/** Any JSON value as a field's; `null` is nothing. */
export function plainValue(value: unknown): FieldValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return typeof value === 'object' && value !== null ? value : undefined
}

/** A value as text: what a text is compared with, and what a cell shows. */
export function textOfValue(value: string | number | boolean | object): string {
  if (typeof value !== 'object') return String(value)
  try {
    return JSON.stringify(value)
  } catch {
    // A tool's parameters come from a model: they must not stop the reader.
    return '[nested too deeply]'
  }
}
