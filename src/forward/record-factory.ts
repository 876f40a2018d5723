/** Rebuilds the log records of a journal from its lines, as the agent's own provider would have sent them. */
import { type LogRecord, trace } from '@opentelemetry/api'
import { type InstrumentationScope, timeInputToHrTime } from '@opentelemetry/core'
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { checkpointLogRecord, type LogCheckpoint } from '../events/checkpoint-log-record.ts'
import { parseRawEvent, type StoredEvent, storedEventOf } from '../events/line.ts'
import { severityOf } from '../events/severity.ts'
import { toLogRecord } from '../events/to-log-record.ts'
import type { RecordSource } from '../journal/forwarding/cursor-file.ts'
import { type DeliveryFilter, SEVERITIES } from '../pipeline/otlp-options.ts'
import { VERSION } from '../pipeline/version.ts'

const ORIGIN_ATTRIBUTE = 'agent_audit.log.origin'
const INSTANCE_ATTRIBUTE = 'service.instance.id'
const SCOPE: InstrumentationScope = { name: 'kansa', version: VERSION }
const LEAST_SEVERITY = new Map([9, 13, 17, 18].map((number, index) => [SEVERITIES[index], number]))
/** Records that say which process writes from there on. */
const DESCRIPTIONS: ReadonlySet<unknown> = new Set(['AuditStarted', 'AuditContinued', 'AuditConfigChanged'])
const NEEDLES = [...DESCRIPTIONS].map(category => `"category":"${String(category)}"`)
const NOBODY: Resource = resourceFromAttributes({})

type Outgoing = { -readonly [K in keyof ReadableLogRecord]: ReadableLogRecord[K] }

/** What became of a line. */
export type Rebuilt =
  | { readonly kind: 'record'; readonly id: string; readonly record: ReadableLogRecord }
  | { readonly kind: 'skipped' }
  /** Nothing that could be sent. */
  | { readonly kind: 'unusable'; readonly reason: string }

// Owned by the source that reads the log: lines come in order.
export class RecordFactory {
  private readonly origin: string
  private readonly filter: DeliveryFilter
  private readonly leastSeverity: number
  private current: RecordSource | undefined
  private resource: Resource = NOBODY

  constructor(origin: string, filter: DeliveryFilter, source: RecordSource | undefined) {
    this.origin = origin
    this.filter = filter
    this.leastSeverity = LEAST_SEVERITY.get(filter.minSeverity) ?? 0
    if (source !== undefined) this.setSource(source)
  }

  /** In force for the next line. */
  get source(): RecordSource | undefined {
    return this.current
  }

  /** A line that is not sent: it may say which process wrote those after it. */
  pass(line: Buffer): void {
    if (!NEEDLES.some(needle => line.includes(needle))) return
    const raw = parseRawEvent(line.toString('utf8'))
    if (!('problem' in raw)) this.learn(storedEventOf(raw))
  }

  rebuild(line: Buffer): Rebuilt {
    const raw = parseRawEvent(line.toString('utf8'))
    if ('problem' in raw) return { kind: 'unusable', reason: 'not an event that this Kansa knows' }
    const event = storedEventOf(raw)
    if (raw.type === 'Security') this.learn(event)
    if (!this.isWanted(event)) return { kind: 'skipped' }
    return { kind: 'record', id: event.id, record: this.recordOf(event) }
  }

  checkpoint(checkpoint: LogCheckpoint, at: Date): ReadableLogRecord {
    const sent = checkpointLogRecord(checkpoint)
    const time = timeInputToHrTime(at)
    const record: Outgoing = {
      hrTime: time,
      hrTimeObserved: time,
      attributes: { ...sent.attributes },
      resource: this.resource,
      instrumentationScope: SCOPE,
      droppedAttributesCount: 0,
    }
    return complete(record, sent)
  }

  private recordOf(event: StoredEvent): ReadableLogRecord {
    const rest = toLogRecord(event)
    const { timestamp = 0, observedTimestamp = timestamp, context } = rest
    const spanContext = context && trace.getSpanContext(context)
    const attributes = rest.attributes ?? {}
    attributes[ORIGIN_ATTRIBUTE] = this.origin
    const record: Outgoing = {
      hrTime: timeInputToHrTime(timestamp),
      hrTimeObserved: timeInputToHrTime(observedTimestamp),
      attributes,
      resource: this.resource,
      instrumentationScope: SCOPE,
      droppedAttributesCount: 0,
    }
    if (spanContext !== undefined) record.spanContext = spanContext
    return complete(record, rest)
  }

  private isWanted(event: StoredEvent): boolean {
    const { types } = this.filter
    if (types !== undefined && !types.includes(event.event_type.type)) return false
    return this.leastSeverity === 0 || severityOf(event).number >= this.leastSeverity
  }

  /** Only Kansa itself writes these categories: a logger refuses them to its callers. */
  private learn({ actor_id: actor, event_type: { type, data } }: StoredEvent): void {
    if (type !== 'Security' || actor !== 'kansa' || !DESCRIPTIONS.has(data.category)) return
    const { resource, instance_id: instanceId } = data.context ?? {}
    const isNew = resource !== this.current?.resource || instanceId !== this.current?.instanceId
    if (resource !== undefined && isNew) this.setSource({ resource, instanceId })
  }

  private setSource(source: RecordSource): void {
    this.current = source
    this.resource = resourceFromAttributes({
      ...(source.instanceId !== undefined && { [INSTANCE_ATTRIBUTE]: source.instanceId }),
      ...attributesOf(source.resource),
    })
  }
}

/** A resource so long that its text was cut is none. */
function attributesOf(json: string): Record<string, string | number | boolean> {
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value !== 'object' || value === null) return {}
    return Object.fromEntries(Object.entries(value).filter(isAttribute))
  } catch {
    return {}
  }
}

function isAttribute(entry: [string, unknown]): entry is [string, string | number | boolean] {
  return ['string', 'number', 'boolean'].includes(typeof entry[1]) || Array.isArray(entry[1])
}

/** Adds what is there. */
function complete(record: Outgoing, { eventName, severityNumber, severityText, body }: LogRecord): ReadableLogRecord {
  if (eventName !== undefined) record.eventName = eventName
  if (severityNumber !== undefined) record.severityNumber = severityNumber
  if (severityText !== undefined) record.severityText = severityText
  if (body !== undefined) record.body = body
  return record
}
