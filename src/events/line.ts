/** The journal line, format version 1: one JSON object, `id` first, `seq` last, nothing `null`. */
import { messageOf } from '../errors.ts'
import type { Field } from './field.ts'
import { ENVELOPE, KINDS, isKind } from './field-table.ts'
import { escapeLineSeparators } from './json-text.ts'
import type { AuditDataByKind, AuditEnvelope, AuditEvent, AuditEventKind } from './kinds.ts'

/** An event as read: lines of other programs lack fields, and nothing that is missing is made up. */
export type StoredEvent = {
  [K in AuditEventKind]: AuditEnvelope & {
    id: string
    timestamp: string
    actor_id: string
    event_type: { type: K; data: Partial<AuditDataByKind[K]> }
  }
}[AuditEventKind]

export type ParsedLine = { readonly event: StoredEvent } | { readonly problem: string }

const LINE_SEPARATOR = /[\u2028\u2029]/

/** The line without its last field and closing brace: the journal adds `seq` when it appends the bytes. */
export function lineHeadOf(event: AuditEvent): string {
  return withoutBrace(event.seq === undefined ? event : withoutSeq(event))
}

/** The whole line of an event that has its `seq`, without the line feed. */
export function lineOf(event: AuditEvent): string {
  return event.seq === undefined ? `${lineHeadOf(event)}}` : `${lineHeadOf(event)},"seq":${event.seq}}`
}

function withoutBrace(event: object): string {
  const json = JSON.stringify(event)
  return (LINE_SEPARATOR.test(json) ? escapeLineSeparators(json) : json).slice(0, -1)
}

function withoutSeq(event: AuditEvent): object {
  const { seq: _, ...rest } = event
  return rest
}

/** A line that is an event. Its fields are not looked at yet, so that who needs two of them does not pay for all. */
export interface RawEvent {
  /** The whole line. */
  readonly line: object
  readonly type: AuditEventKind
  /** Empty where the line has none. */
  readonly data: object
}

/**
 * Reads a line of any version and of other programs: unknown fields are passed over, `null` and values of another type
 * count as absent. Never throws.
 */
export function parseLine(line: string): ParsedLine {
  const raw = parseRawEvent(line)
  return 'problem' in raw ? raw : { event: storedEventOf(raw) }
}

/** The first half of `parseLine`. Never throws. */
export function parseRawEvent(line: string): RawEvent | { readonly problem: string } {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch (error) {
    return { problem: `no JSON: ${messageOf(error)}` }
  }
  if (!isObject(json)) return { problem: 'no JSON object' }
  const eventType: unknown = Reflect.get(json, 'event_type')
  if (!isObject(eventType)) return { problem: 'no event_type' }
  const type: unknown = Reflect.get(eventType, 'type')
  if (!isKind(type)) return { problem: `unknown kind of event: ${JSON.stringify(type)}` }
  const data: unknown = Reflect.get(eventType, 'data')
  return { line: json, type, data: isObject(data) ? data : {} }
}

/** The second half of `parseLine`. */
export function storedEventOf({ line, type, data }: RawEvent): StoredEvent {
  const event: OpenStoredEvent = {
    id: textAt(line, 'id'),
    timestamp: textAt(line, 'timestamp'),
    actor_id: textAt(line, 'actor_id'),
    event_type: { type, data: storedFields(KINDS[type].fields, data) },
    ...storedFields(ENVELOPE, line),
  }
  if (isStored(event)) return event
  throw new TypeError(`no kind of event: ${type}`)
}

interface OpenStoredEvent {
  id: string
  timestamp: string
  actor_id: string
  event_type: { type: AuditEventKind; data: Record<string, unknown> }
}

/** The compiler cannot follow the table: this is the one place that says that every value has its field's type. */
function isStored(event: OpenStoredEvent): event is OpenStoredEvent & StoredEvent {
  return isKind(event.event_type.type)
}

function storedFields(fields: readonly Field[], source: object): Record<string, unknown> {
  const stored: Record<string, unknown> = {}
  for (const field of fields) {
    const value = fieldValue(field, source)
    if (value !== undefined) stored[field.name] = value
  }
  return stored
}

/** The value of a field in the object that should hold it; `undefined` where it is missing or of another type. */
export function fieldValue(field: Field, source: object): unknown {
  const value: unknown = Object.hasOwn(source, field.name) ? Reflect.get(source, field.name) : undefined
  return hasType(field, value) ? value : undefined
}

/** Whether a value read from a line has the type of the field; what has not counts as absent. */
export function hasType(field: Field, value: unknown): boolean {
  switch (field.type) {
    case 'count':
    case 'millis':
    case 'number':
      return typeof value === 'number'
    case 'flag':
      return typeof value === 'boolean'
    case 'texts':
      return Array.isArray(value) && value.every(item => typeof item === 'string')
    case 'textMap':
      return isObject(value) && Object.values(value).every(item => typeof item === 'string')
    case 'countMap':
    case 'cutMap':
      return isObject(value)
    case 'text':
    case 'content':
    case 'time':
    case 'hex':
    case 'choice':
      return typeof value === 'string'
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The text of a field before `event_type`; empty where there is none. */
export function textAt(source: object, name: string): string {
  const value: unknown = Reflect.get(source, name)
  return typeof value === 'string' ? value : ''
}
