/** Event to OpenTelemetry log record. The way back is `from-log-record.ts`; together they lose nothing. */
import { ROOT_CONTEXT, trace } from '@opentelemetry/api'
import type { Attributes, Context, HrTime, LogRecord, SpanContext } from '@opentelemetry/api'
import type { Field } from './field.ts'
import { ENVELOPE, HEAD_ATTRIBUTES, KINDS } from './field-table.ts'
import type { AuditEnvelope, AuditEventKind } from './kinds.ts'
import type { StoredEvent } from './line.ts'
import { severityOf } from './severity.ts'
import { summaryOf } from './summary.ts'
import { parseTime } from './timestamp.ts'

export type AttributeValue = Attributes[string]
/** The fields of an event that a record has a place of its own for. */
export type EventTrace = Pick<AuditEnvelope, 'trace_id' | 'span_id' | 'trace_flags'>

const NANOS_PER_MILLI = 1_000_000
/** The envelope's fields that always are attributes. */
export const PLAIN_ENVELOPE: readonly Field[] = ENVELOPE.filter(
  field => !['trace_id', 'span_id', 'trace_flags'].includes(field.name),
)
const PLAIN_ENVELOPE_BY_NAME = byName(PLAIN_ENVELOPE)
const FIELDS: Readonly<Record<AuditEventKind, ReadonlyMap<string, Field>>> = {
  AgentExecution: byName(KINDS.AgentExecution.fields),
  ApiCall: byName(KINDS.ApiCall.fields),
  ToolCall: byName(KINDS.ToolCall.fields),
  TokenUsage: byName(KINDS.TokenUsage.fields),
  Security: byName(KINDS.Security.fields),
}

function byName(fields: readonly Field[]): ReadonlyMap<string, Field> {
  return new Map(fields.map(field => [field.name, field]))
}

/** The log record of an event: event name, severity, a sentence as body, attributes, trace context. */
export function toLogRecord(event: StoredEvent): LogRecord {
  const context = traceContextOf(event, ROOT_CONTEXT)
  return { ...logRecordHead(context, event), body: summaryOf(event), attributes: addEventAttributes({}, event) }
}

/** The log record but for its body and attributes, for a context that has the event's trace already. */
export function logRecordHead(context: Context, event: StoredEvent): LogRecord {
  const severity = severityOf(event)
  const timestamp = hrTimeOf(event.timestamp)
  return {
    eventName: KINDS[event.event_type.type].eventName,
    timestamp,
    observedTimestamp: event.observed_timestamp === undefined ? timestamp : hrTimeOf(event.observed_timestamp),
    severityNumber: severity.number,
    severityText: severity.text,
    context,
  }
}

/** Adds the attributes of `event` to `attributes`, which it returns. */
export function addEventAttributes(attributes: Attributes, event: StoredEvent): Attributes {
  const kind = KINDS[event.event_type.type]
  attributes[HEAD_ATTRIBUTES.id] = event.id
  attributes[HEAD_ATTRIBUTES.actor] = event.actor_id
  attributes[HEAD_ATTRIBUTES.eventName] = kind.eventName
  Object.assign(attributes, kind.constants)
  addAttributes(attributes, FIELDS[event.event_type.type], event.event_type.data)
  addAttributes(attributes, PLAIN_ENVELOPE_BY_NAME, event)
  addTraceAttributes(attributes, event)
  return attributes
}

/** Not a number: the SDK takes numbers below the process's start time for an offset to it. */
function hrTimeOf(text: string): HrTime {
  const millis = parseTime(text) ?? 0
  return [Math.floor(millis / 1000), (millis % 1000) * NANOS_PER_MILLI]
}

/** `parent` with the event's trace, where the event has a whole one. */
export function traceContextOf(event: StoredEvent, parent: Context): Context {
  const spanContext = spanContextOf(event)
  return spanContext === undefined ? parent : trace.setSpanContext(parent, spanContext)
}

/** Undefined where the event has no whole trace. */
export function spanContextOf(event: EventTrace): SpanContext | undefined {
  const { trace_id: traceId, span_id: spanId, trace_flags: traceFlags = 0 } = event
  return traceId === undefined || spanId === undefined ? undefined : { traceId, spanId, traceFlags }
}

/** Events have far fewer fields than the table has rows: what is there is looked up, not the other way round. */
function addAttributes(attributes: Attributes, fields: ReadonlyMap<string, Field>, source: object): void {
  for (const name in source) {
    const field = fields.get(name)
    if (field === undefined) continue
    const value: AttributeValue = Reflect.get(source, name)
    if (value !== undefined) addAttribute(attributes, field, value)
  }
}

/** Whether the attribute of a field always has the field's own value. */
export function isVerbatim({ choices, normalisation }: Field): boolean {
  return choices === undefined && normalisation === undefined
}

/** Adds what the record has for one field. */
export function addAttribute(attributes: Attributes, field: Field, value: AttributeValue): void {
  const { choices, normalisation } = field
  if (choices !== undefined) {
    attributes[field.attribute] = typeof value === 'string' ? choices.get(value) : value
  } else if (normalisation !== undefined && (typeof value === 'string' || typeof value === 'number')) {
    const normal = normalisation.encode(value)
    attributes[field.attribute] = normal
    if (normalisation.decode(normal) !== value) attributes[normalisation.verbatimAttribute] = value
  } else {
    attributes[field.attribute] = value
  }
}

/** A record holds a trace only as a whole, and cannot tell flags of 0 from none: the rest travels as attributes. */
export function addTraceAttributes(attributes: Attributes, event: EventTrace): void {
  const { trace_id: traceId, span_id: spanId, trace_flags: traceFlags } = event
  const whole = traceId !== undefined && spanId !== undefined
  if (!whole && traceId !== undefined) attributes['agent_audit.trace.id'] = traceId
  if (!whole && spanId !== undefined) attributes['agent_audit.trace.span_id'] = spanId
  if (traceFlags !== undefined && (!whole || traceFlags === 0)) attributes['agent_audit.trace.flags'] = traceFlags
}
