/** OpenTelemetry log record to event: undoes `to-log-record.ts`, and refuses what only looks like ours. */
import type { SpanContext } from '@opentelemetry/api'
import { KansaError } from '../errors.ts'
import { completeEvent } from './build-event.ts'
import { shownName } from './check-field.ts'
import { CHECKPOINT_EVENT_NAME } from './checkpoint-log-record.ts'
import { AS_THEY_ARE, NOWHERE } from './event-settings.ts'
import type { EventLimits } from './event-settings.ts'
import type { Field } from './field.ts'
import { ENVELOPE, HEAD_ATTRIBUTES, KINDS, kindOfEventName } from './field-table.ts'
import type { AuditEvent } from './kinds.ts'

/** What is read of a log record; `ReadableLogRecord` of the SDK is one. */
export interface AuditLogRecord {
  readonly eventName?: string | undefined
  readonly hrTime: readonly [seconds: number, nanos: number]
  readonly spanContext?: SpanContext | undefined
  readonly attributes: Readonly<Record<string, unknown>>
}

const NAMESPACE = 'agent_audit.'
const NANOS_PER_MILLI = 1_000_000

/** True for records that claim to be audit events. */
export function isAuditLogRecord(record: AuditLogRecord): boolean {
  return eventNameOf(record)?.startsWith(NAMESPACE) === true
}

/**
 * The event of a log record, or `undefined` for a record that is no audit event.
 * @throws KansaError `KANSA_INVALID_EVENT` for an `agent_audit.*` record that is none of ours or lacks a field.
 */
export function fromLogRecord(record: AuditLogRecord): AuditEvent | undefined {
  return limitedFromLogRecord(record, AS_THEY_ARE)
}

/** The same, with what of the event is to be stored. @throws KansaError `KANSA_INVALID_EVENT` */
export function limitedFromLogRecord(record: AuditLogRecord, limits: EventLimits): AuditEvent | undefined {
  if (!isAuditLogRecord(record)) return undefined
  const eventName = eventNameOf(record)
  if (eventName === CHECKPOINT_EVENT_NAME) return undefined
  const type = kindOfEventName(eventName)
  if (type === undefined) {
    throw new KansaError('KANSA_INVALID_EVENT', `event name: unknown audit event ${shownName(eventName ?? '')}`)
  }
  const { attributes } = record
  return completeEvent(
    {
      id: attributes[HEAD_ATTRIBUTES.id],
      timestamp: millisOf(record.hrTime),
      actor_id: attributes[HEAD_ATTRIBUTES.actor],
      event_type: { type, data: fieldsFrom(KINDS[type].fields, attributes) },
      ...fieldsFrom(ENVELOPE, attributes),
      ...traceOf(record),
    },
    NOWHERE,
    limits,
  )
}

/** The event name's own field is younger than many pipelines: the copy in the attributes stands in. */
function eventNameOf(record: AuditLogRecord): string | undefined {
  const copy = record.attributes[HEAD_ATTRIBUTES.eventName]
  return record.eventName ?? (typeof copy === 'string' ? copy : undefined)
}

function fieldsFrom(fields: readonly Field[], attributes: AuditLogRecord['attributes']): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const field of fields) {
    const value = valueFrom(field, attributes)
    if (value !== undefined) values[field.name] = value
  }
  return values
}

function valueFrom(field: Field, attributes: AuditLogRecord['attributes']): unknown {
  const { normalisation } = field
  const verbatim = normalisation && attributes[normalisation.verbatimAttribute]
  if (verbatim !== undefined) return verbatim
  const value = attributes[field.attribute]
  if (field.words !== undefined) return field.words.get(String(value)) ?? value
  return normalisation !== undefined && (typeof value === 'string' || typeof value === 'number')
    ? normalisation.decode(value)
    : value
}

function traceOf({ spanContext, attributes }: AuditLogRecord): object {
  if (spanContext === undefined) return {}
  const flags = attributes['agent_audit.trace.flags'] ?? (spanContext.traceFlags || undefined)
  return { trace_id: spanContext.traceId, span_id: spanContext.spanId, trace_flags: flags }
}

function millisOf([seconds, nanos]: AuditLogRecord['hrTime']): number {
  return seconds * 1000 + Math.floor(nanos / NANOS_PER_MILLI)
}
