/** One log record as another system shows it: whatever the format, this is what a parser makes of it. */
import { CHECKPOINT_EVENT_NAME } from '../events/checkpoint-log-record.ts'
import { HEAD_ATTRIBUTES } from '../events/field-table.ts'
import { countOrNothing, textOrNothing } from './json-shape.ts'
import type { ShownTime } from './shown-time.ts'

export type ExportFormat = 'otlp' | 'splunk' | 'datadog'

/** What a log record has beside its attributes. `status` is Datadog's word for the severity. */
export type HeadField =
  | 'timestamp'
  | 'body'
  | 'event_name'
  | 'severity_number'
  | 'severity_text'
  | 'status'
  | 'trace_id'
  | 'span_id'
  | 'trace_flags'

/** `timestamp` is a `ShownTime`. A field that the export lacks is not in it. */
export type ShownHead = ReadonlyMap<HeadField, unknown>

/**
 * - `whole`: values with their types, maps with all their entries (`Map`), lists (`Array`): OTLP.
 * - `flat`: every entry of a map under its dotted path; numbers and flags may be texts, lists may be JSON.
 * - `text`: the same out of a CSV file, where everything is text, and lists may be lines.
 */
export type AttributeForm = 'whole' | 'flat' | 'text'

export interface ExportedRecord {
  readonly form: AttributeForm
  readonly head: ShownHead
  readonly attributes: ReadonlyMap<string, unknown>
}

/** What says which record it is. */
export interface Identity {
  readonly id: string | undefined
  readonly seq: number | undefined
  readonly origin: string | undefined
}

export const SEQ_ATTRIBUTE = 'agent_audit.log.index'
export const ORIGIN_ATTRIBUTE = 'agent_audit.log.origin'
const TREE_SIZE_ATTRIBUTE = 'agent_audit.log.tree_size'

export function identityOf({ attributes }: ExportedRecord): Identity {
  return {
    id: textOrNothing(attributes.get(HEAD_ATTRIBUTES.id)),
    seq: countOrNothing(attributes.get(SEQ_ATTRIBUTE)),
    origin: textOrNothing(attributes.get(ORIGIN_ATTRIBUTE)),
  }
}

/** A signed checkpoint travels among the records, and is none. */
export function isCheckpoint({ head, attributes }: ExportedRecord): boolean {
  return (
    head.get('event_name') === CHECKPOINT_EVENT_NAME ||
    attributes.get(HEAD_ATTRIBUTES.eventName) === CHECKPOINT_EVENT_NAME ||
    (attributes.has(TREE_SIZE_ATTRIBUTE) && !attributes.has(SEQ_ATTRIBUTE))
  )
}

/** What a checkpoint says: so many records of a log have this root. */
export interface ExportedCheckpoint {
  readonly origin: string
  readonly size: number
  /** Base64. */
  readonly root: string
}

/** `undefined` where the export does not have all of it. */
export function checkpointIn({ attributes }: ExportedRecord): ExportedCheckpoint | undefined {
  const origin = textOrNothing(attributes.get(ORIGIN_ATTRIBUTE))
  const size = countOrNothing(attributes.get(TREE_SIZE_ATTRIBUTE))
  const root = textOrNothing(attributes.get('agent_audit.log.root_hash'))
  return origin === undefined || size === undefined || root === undefined ? undefined : { origin, size, root }
}

/** A head from what a parser found; what is `undefined` is left out. */
export function headOf(
  fields: Readonly<Partial<Record<HeadField, unknown>>> & { timestamp?: ShownTime | undefined },
): ShownHead {
  const head = new Map<HeadField, unknown>()
  for (const name of HEAD_FIELDS) if (fields[name] !== undefined) head.set(name, fields[name])
  return head
}

const HEAD_FIELDS: readonly HeadField[] = [
  'timestamp',
  'body',
  'event_name',
  'severity_number',
  'severity_text',
  'status',
  'trace_id',
  'span_id',
  'trace_flags',
]
