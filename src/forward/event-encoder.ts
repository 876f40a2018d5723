/**
 * From an event as it was read from its line straight to the log record in OTLP's JSON. Between the two stand neither a copy
 * of the event, nor a record, nor the objects that a serializer makes of one: most of what it takes to deliver a journal
 * would be spent on these. Which field becomes what is said by the field table and `to-log-record.ts` alone.
 */
import type { Attributes } from '@opentelemetry/api'
import type { Field } from '../events/field.ts'
import { ENVELOPE, HEAD_ATTRIBUTES, isKind, KINDS } from '../events/field-table.ts'
import type { AuditEventKind } from '../events/kinds.ts'
import { hasType, type RawEvent, type StoredEvent } from '../events/line.ts'
import { type Severity, severityOf } from '../events/severity.ts'
import { summaryOf } from '../events/summary.ts'
import { addTraceAttributes, type AttributeValue, PLAIN_ENVELOPE, spanContextOf } from '../events/to-log-record.ts'
import { AttributeEncoder } from './attribute-encoder.ts'
import { FragmentWriter } from './fragment-writer.ts'
import { attributeOpening, attributesJson, unixNanos } from './otlp-json.ts'
import type { FragmentBytes } from './request-parts.ts'

export interface EncodedEvent {
  readonly id: string
  readonly kind: AuditEventKind
  readonly severity: Severity
}

type Encoders = ReadonlyMap<string, AttributeEncoder>

/** What records of one kind have in common. */
interface KindEncoder {
  readonly fields: Encoders
  /** The attributes that all have, behind the actor. */
  readonly constants: Buffer
  /** From the time to the severity. */
  readonly eventName: Buffer
}

const ID = Buffer.from(`,{"attributes":[${attributeOpening(HEAD_ATTRIBUTES.id)}{"stringValue":`)
const ACTOR = Buffer.from(`}},${attributeOpening(HEAD_ATTRIBUTES.actor)}{"stringValue":`)
const OBSERVED_TIME = Buffer.from('","observedTimeUnixNano":"')
const END = Buffer.from('}')
const TRACE: readonly Field[] = ENVELOPE.filter(field => !PLAIN_ENVELOPE.includes(field))

// Owned by one record factory.
export class EventEncoder {
  private readonly writer = new FragmentWriter()
  private readonly kinds = new Map(
    Object.keys(KINDS)
      .filter(isKind)
      .map(kind => [kind, encoderOf(kind)] as const),
  )
  private readonly envelope: Encoders = encodersOf(PLAIN_ENVELOPE)
  /** From the event name to the sentence. */
  private readonly severities = new Map<Severity, Buffer>()
  /** From the last attributes to the time. */
  private readonly ending: Buffer
  private lastTime: string | undefined
  private lastNanos = ''

  /** `origin`: attributes that are added to each record. */
  constructor(origin: Readonly<Record<string, string>>) {
    this.ending = Buffer.from(`${attributesJson(origin)}],"droppedAttributesCount":0,"timeUnixNano":"`)
  }

  /** Undefined for an event with fields of other types, which has to go the long way. */
  encode({ line, type, data }: RawEvent): EncodedEvent | undefined {
    const { writer } = this
    const kind = this.kinds.get(type)
    if (kind === undefined || !hasStoredHead(line, data)) return undefined
    writer.begin()
    writer.constant(ID)
    writer.text(JSON.stringify(line.id))
    writer.constant(ACTOR)
    writer.text(JSON.stringify(line.actor_id))
    writer.constant(kind.constants)
    if (!this.writeFields(kind.fields, data) || !this.writeFields(this.envelope, line) || !hasStoredTrace(line)) {
      return undefined
    }
    const severity = severityOf(line)
    this.writeRest(kind, line, severity)
    return { id: line.id, kind: type, severity }
  }

  /** The LogRecord of the event that was encoded last, with a comma before it. To be called once, or not at all. */
  take(): FragmentBytes {
    return this.writer.end()
  }

  /** Nobody needs what was taken before this one any more. */
  release(bytes: FragmentBytes): void {
    this.writer.release(bytes)
  }

  /** False where one of them has not the type of its field. */
  private writeFields(encoders: Encoders, source: object): boolean {
    for (const name of Object.keys(source)) {
      const encoder = encoders.get(name)
      if (encoder === undefined) continue
      const value: unknown = Reflect.get(source, name)
      if (!isValueOf(encoder.field, value)) return false
      encoder.write(this.writer, value)
    }
    return true
  }

  private writeRest(kind: KindEncoder, event: StoredEvent, severity: Severity): void {
    const { writer } = this
    const { timestamp, observed_timestamp: observed, trace_id: traceId, span_id: spanId, trace_flags: flags } = event
    const hasTrace = traceId !== undefined || spanId !== undefined || flags !== undefined
    if (hasTrace) writer.text(traceAttributes(event))
    writer.constant(this.ending)
    const nanos = this.nanosOf(timestamp)
    writer.text(nanos)
    writer.constant(OBSERVED_TIME)
    writer.text(observed === undefined ? nanos : unixNanos(observed))
    writer.constant(kind.eventName)
    writer.constant(this.bytesOf(severity))
    writer.text(JSON.stringify(summaryOf(event)))
    writer.constant(END)
    if (hasTrace) writer.text(spanJson(event))
    writer.constant(END)
  }

  private bytesOf(severity: Severity): Buffer {
    let bytes = this.severities.get(severity)
    if (bytes === undefined) {
      const { number, text } = severity
      bytes = Buffer.from(`,"severityNumber":${number},"severityText":"${text}","body":{"stringValue":`)
      this.severities.set(severity, bytes)
    }
    return bytes
  }

  /** Records that follow each other often have the same time. */
  private nanosOf(time: string): string {
    if (time !== this.lastTime) {
      this.lastNanos = unixNanos(time)
      this.lastTime = time
    }
    return this.lastNanos
  }
}

function encoderOf(kind: AuditEventKind): KindEncoder {
  const { eventName, constants, fields } = KINDS[kind]
  return {
    fields: encodersOf(fields),
    constants: Buffer.from(`}}${attributesJson({ [HEAD_ATTRIBUTES.eventName]: eventName, ...constants })}`),
    eventName: Buffer.from(`","eventName":${JSON.stringify(eventName)}`),
  }
}

function encodersOf(fields: readonly Field[]): Encoders {
  return new Map(fields.map(field => [field.name, new AttributeEncoder(field)]))
}

/** The compiler cannot follow the table: that every field has its type is seen to while they are written. */
function hasStoredHead(line: object, data: object): line is StoredEvent {
  return (
    isText(line, 'id') &&
    isText(line, 'timestamp') &&
    isText(line, 'actor_id') &&
    'event_type' in line &&
    typeof line.event_type === 'object' &&
    line.event_type !== null &&
    Reflect.get(line.event_type, 'data') === data
  )
}

function isText(source: object, name: string): boolean {
  return typeof Reflect.get(source, name) === 'string'
}

function hasStoredTrace(line: object): boolean {
  return TRACE.every(field => !Object.hasOwn(line, field.name) || hasType(field, Reflect.get(line, field.name)))
}

function isValueOf(field: Field, value: unknown): value is AttributeValue {
  return hasType(field, value)
}

function traceAttributes(event: StoredEvent): string {
  const attributes: Attributes = {}
  addTraceAttributes(attributes, event)
  return attributesJson(attributes)
}

function spanJson(event: StoredEvent): string {
  const spanContext = spanContextOf(event)
  if (spanContext === undefined) return ''
  const { traceFlags, traceId, spanId } = spanContext
  return `,"flags":${JSON.stringify(traceFlags)},"traceId":${JSON.stringify(traceId)},"spanId":${JSON.stringify(spanId)}`
}
