/**
 * Records as Datadog gives them back: pages and items of its two list APIs, its archives, and CSV of its explorer. The
 * body is the message, maps come nested or flattened, lists as JSON text.
 */
import { headOf } from './exported-record.ts'
import type { AttributeForm, ExportedRecord } from './exported-record.ts'
import { flatFields } from './flat-fields.ts'
import { isObject, itemsOf, member, textOrNothing } from './json-shape.ts'
import { epochTime, zonedTime } from './shown-time.ts'

export function datadogRecords(value: unknown): ExportedRecord[] {
  const page = member(value, 'data') ?? member(value, 'logs')
  if (page !== undefined) return itemsOf(page).map(datadogItem)
  return isObject(value) ? [datadogItem(value)] : []
}

/** `attributes` of the current API, `content` of the older one; in archives the reserved fields stand outermost. */
function datadogItem(item: unknown): ExportedRecord {
  const attributes = member(item, 'attributes')
  const event = member(item, 'content') ?? (isObject(member(attributes, 'attributes')) ? attributes : item)
  return datadogRecord(event, member(event, 'attributes'), 'flat')
}

/** @param event its reserved fields: `message`, `timestamp`, `status` … */
export function datadogRecord(event: unknown, attributes: unknown, form: AttributeForm): ExportedRecord {
  const fields = flatFields(attributes)
  return {
    form,
    attributes: fields,
    head: headOf({
      timestamp:
        timeOf(fields.get('otel.timestamp'), 'ns') ?? timeOf(member(event, 'timestamp') ?? member(event, 'date')),
      body: textOrNothing(member(event, 'message')),
      event_name: fields.get('otel.event_name'),
      severity_number: fields.get('otel.severity_number'),
      severity_text: fields.get('otel.severity_text'),
      status: member(event, 'status'),
      trace_id: fields.get('otel.trace_id'),
      span_id: fields.get('otel.span_id'),
    }),
  }
}

function timeOf(value: unknown, unit: 'ms' | 'ns' = 'ms'): ReturnType<typeof epochTime> {
  return epochTime(value, unit) ?? zonedTime(value)
}
