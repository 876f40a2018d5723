/** Rebuilds the log records of a journal from its lines, as the agent's own provider would have sent them. */
import { type Attributes, type HrTime, type LogRecord, trace } from '@opentelemetry/api'
import { type InstrumentationScope, timeInputToHrTime } from '@opentelemetry/core'
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { checkpointLogRecord, type LogCheckpoint } from '../events/checkpoint-log-record.ts'
import type { AuditEventKind } from '../events/kinds.ts'
import { parseRawEvent, type StoredEvent, storedEventOf } from '../events/line.ts'
import { type Severity, severityOf } from '../events/severity.ts'
import { toLogRecord } from '../events/to-log-record.ts'
import type { RecordSource } from '../journal/forwarding/cursor-file.ts'
import { type DeliveryFilter, SEVERITIES } from '../pipeline/otlp-options.ts'
import { VERSION } from '../pipeline/version.ts'
import type { DeliveryItem } from './delivery-item.ts'
import type { Destination } from './destination.ts'
import { ENCODINGS } from './encoding.ts'
import { EventEncoder } from './event-encoder.ts'
import type { Fragment, Frame, RequestParts } from './request-parts.ts'

const ORIGIN_ATTRIBUTE = 'agent_audit.log.origin'
const INSTANCE_ATTRIBUTE = 'service.instance.id'
const SCOPE: InstrumentationScope = { name: 'kansa', version: VERSION }
const LEAST_SEVERITY = new Map([9, 13, 17, 18].map((number, index) => [SEVERITIES[index], number]))
/** Records that say which process writes from there on. */
const DESCRIPTIONS: ReadonlySet<unknown> = new Set(['AuditStarted', 'AuditContinued', 'AuditConfigChanged'])
const NEEDLES = [...DESCRIPTIONS].map(category => `"category":"${String(category)}"`)
const NOBODY: Resource = resourceFromAttributes({})

/** What became of a line, as its delivery item says it. */
export type Rebuilt = Pick<DeliveryItem, 'fragment' | 'id' | 'reason' | 'outcome'>

const SKIPPED: Rebuilt = { fragment: undefined, id: '', reason: '', outcome: 'skipped' }
const UNUSABLE: Rebuilt = { ...SKIPPED, reason: 'not an event that this Kansa knows', outcome: 'unusable' }

// Owned by the source that reads the log: lines come in order.
export class RecordFactory {
  private readonly origin: Readonly<Record<string, string>>
  private readonly filter: DeliveryFilter
  private readonly leastSeverity: number
  private readonly parts: RequestParts
  /** Undefined where every event goes the long way. */
  private readonly encoder: EventEncoder | undefined
  private current: RecordSource | undefined
  private resource: Resource = NOBODY
  /** Of the resource; made when the first record needs it. */
  private frame: Frame | undefined

  constructor(origin: string, { filter, encoding }: Pick<Destination, 'filter' | 'encoding'>, source?: RecordSource) {
    this.origin = { [ORIGIN_ATTRIBUTE]: origin }
    this.filter = filter
    this.leastSeverity = LEAST_SEVERITY.get(filter.minSeverity) ?? 0
    this.parts = ENCODINGS[encoding].parts
    this.encoder = encoding === 'json' ? new EventEncoder(this.origin) : undefined
    if (source !== undefined) this.setSource(source)
  }

  /** In force for the next line. */
  get source(): RecordSource | undefined {
    return this.current
  }

  /** A line that is not sent: it may say which process wrote those after it. */
  pass(line: string): void {
    if (!NEEDLES.some(needle => line.includes(needle))) return
    const raw = parseRawEvent(line)
    if (!('problem' in raw)) this.learn(storedEventOf(raw))
  }

  rebuild(line: string): Rebuilt {
    const raw = parseRawEvent(line)
    if ('problem' in raw) return UNUSABLE
    const encoded = this.encoder?.encode(raw)
    if (this.encoder === undefined || encoded === undefined) return this.rebuildEvent(storedEventOf(raw))
    const { id, kind, severity } = encoded
    if (kind === 'Security') this.learn(storedEventOf(raw))
    if (!this.isWanted(kind, severity)) return SKIPPED
    return { fragment: { bytes: this.encoder.take(), frame: this.frameNow() }, id, reason: '', outcome: 'delivered' }
  }

  /** Nobody needs the fragments before this one any more: their memory is used again. */
  release({ bytes }: Fragment): void {
    this.encoder?.release(bytes)
  }

  checkpoint(checkpoint: LogCheckpoint, at: Date): Fragment {
    const sent = checkpointLogRecord(checkpoint)
    const time = timeInputToHrTime(at)
    return this.fragmentOf(this.complete(time, time, sent.attributes ?? {}, sent))
  }

  /** The long way: as the agent's own provider would have made the record. */
  private rebuildEvent(event: StoredEvent): Rebuilt {
    this.learn(event)
    if (!this.isWanted(event.event_type.type, severityOf(event))) return SKIPPED
    return { fragment: this.fragmentOf(this.recordOf(event)), id: event.id, reason: '', outcome: 'delivered' }
  }

  private fragmentOf(record: ReadableLogRecord): Fragment {
    const slab = this.parts.fragmentOf(record)
    return { bytes: { slab, from: 0, to: slab.length }, frame: this.frameNow() }
  }

  private frameNow(): Frame {
    this.frame ??= this.parts.frameOf(this.complete([0, 0], [0, 0], {}, {}))
    return this.frame
  }

  private recordOf(event: StoredEvent): ReadableLogRecord {
    const rest = toLogRecord(event)
    const { timestamp = 0, observedTimestamp = timestamp, attributes = {} } = rest
    const time = timeInputToHrTime(timestamp)
    return this.complete(time, timeInputToHrTime(observedTimestamp), { ...attributes, ...this.origin }, rest)
  }

  /** Adds what is there. */
  private complete(hrTime: HrTime, hrTimeObserved: HrTime, attributes: Attributes, rest: LogRecord): ReadableLogRecord {
    const { eventName, severityNumber, severityText, body, context } = rest
    const spanContext = context && trace.getSpanContext(context)
    return {
      hrTime,
      hrTimeObserved,
      attributes,
      resource: this.resource,
      instrumentationScope: SCOPE,
      droppedAttributesCount: 0,
      ...(eventName !== undefined && { eventName }),
      ...(severityNumber !== undefined && { severityNumber }),
      ...(severityText !== undefined && { severityText }),
      ...(body !== undefined && { body }),
      ...(spanContext !== undefined && { spanContext }),
    }
  }

  private isWanted(kind: AuditEventKind, severity: Severity): boolean {
    const { types } = this.filter
    return (types === undefined || types.includes(kind)) && severity.number >= this.leastSeverity
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
    this.frame = undefined
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
