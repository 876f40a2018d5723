/** What another system should have of a sealed line: the log record that was made of it, in the forms it may be shown in. */
import type { AttributeValue, Field } from '../events/field.ts'
import { ENVELOPE, KINDS } from '../events/field-table.ts'
import type { AuditEventKind } from '../events/kinds.ts'
import type { StoredEvent } from '../events/line.ts'
import { severityOf } from '../events/severity.ts'
import { summaryOf } from '../events/summary.ts'
import { addEventAttributes } from '../events/to-log-record.ts'
import { ORIGIN_ATTRIBUTE } from './exported-record.ts'
import type { HeadField } from './exported-record.ts'
import { isObject } from './json-shape.ts'

export interface SealedRecord {
  readonly kind: AuditEventKind
  /** `timestamp` as it stands on the line. A field that the record lacks is not in it. */
  readonly head: ReadonlyMap<HeadField, string | number>
  readonly attributes: ReadonlyMap<string, AttributeValue>
}

export function sealedRecordOf(event: StoredEvent, origin: string): SealedRecord {
  const attributes = new Map<string, AttributeValue>()
  for (const [name, value] of Object.entries(addEventAttributes({}, event))) {
    if (isAttributeValue(value)) attributes.set(name, value)
  }
  attributes.set(ORIGIN_ATTRIBUTE, origin)
  return { kind: event.event_type.type, head: headFrom(event), attributes }
}

function headFrom(event: StoredEvent): Map<HeadField, string | number> {
  const severity = severityOf(event)
  const head = new Map<HeadField, string | number>([
    ['timestamp', event.timestamp],
    ['body', summaryOf(event)],
    ['event_name', KINDS[event.event_type.type].eventName],
    ['severity_number', severity.number],
    ['severity_text', severity.text],
    ['status', severity.text],
    ['trace_flags', 0],
  ])
  const { trace_id: traceId, span_id: spanId, trace_flags: flags = 0 } = event
  if (traceId !== undefined && spanId !== undefined) {
    head.set('trace_id', traceId).set('span_id', spanId).set('trace_flags', flags)
  }
  return head
}

/** Every entry of a map under its dotted path. */
export function flattened(attributes: SealedRecord['attributes']): Map<string, AttributeValue> {
  const flat = new Map<string, AttributeValue>()
  for (const [name, value] of attributes) addFlat(flat, name, value)
  return flat
}

function addFlat(flat: Map<string, AttributeValue>, path: string, value: AttributeValue): void {
  if (!isObject(value)) {
    flat.set(path, value)
    return
  }
  for (const [key, item] of Object.entries(value)) addFlat(flat, `${path}.${key}`, item)
}

/**
 * Whether an attribute, or one entry of a map, is one that records of this kind can have, and that nobody else gives
 * them: a record that shows it without the line having it was changed. Names of OpenTelemetry's may be the resource's.
 */
export function isOwnAttribute(kind: AuditEventKind, name: string): boolean {
  const own = OWN[kind]
  return own.names.has(name) || own.maps.some(prefix => name.startsWith(prefix))
}

interface OwnAttributes {
  readonly names: ReadonlySet<string>
  /** Beginnings of the paths of entries. */
  readonly maps: readonly string[]
}

const OWN: Readonly<Record<AuditEventKind, OwnAttributes>> = {
  AgentExecution: ownOf('AgentExecution'),
  ApiCall: ownOf('ApiCall'),
  ToolCall: ownOf('ToolCall'),
  TokenUsage: ownOf('TokenUsage'),
  Security: ownOf('Security'),
}

function ownOf(kind: AuditEventKind): OwnAttributes {
  const fields = [...KINDS[kind].fields, ...ENVELOPE].filter(({ attribute }) => attribute.startsWith('agent_audit.'))
  const verbatim = KINDS[kind].fields.flatMap(({ normalisation }) => normalisation?.verbatimAttribute ?? [])
  return {
    names: new Set([...fields.map(({ attribute }) => attribute), ...verbatim]),
    maps: fields.filter(isMap).map(({ attribute }) => `${attribute}.`),
  }
}

function isMap({ type }: Field): boolean {
  return type === 'textMap' || type === 'countMap' || type === 'cutMap'
}

/** What the mapping can make; the types of OpenTelemetry allow bytes as well. */
function isAttributeValue(value: unknown): value is AttributeValue {
  return value !== undefined && !(value instanceof Uint8Array)
}
