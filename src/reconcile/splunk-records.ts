/**
 * Records as Splunk gives them back, as far as its HEC exporter brought them there: the body is the event (`_raw`), maps
 * are flattened with dots, attributes and resource share one namespace, and everything may be text.
 */
import { headOf } from './exported-record.ts'
import type { AttributeForm, ExportedRecord } from './exported-record.ts'
import { flatFields } from './flat-fields.ts'
import { isObject, itemsOf, member, textOrNothing } from './json-shape.ts'
import { epochTime, zonedTime } from './shown-time.ts'

/**
 * An object of a search's output: `{"preview":false,"result":{…}}` as the export endpoint writes them, `{"results":[…]}`,
 * or the fields themselves.
 */
export function splunkRecords(value: unknown): ExportedRecord[] {
  // While a search runs, its results so far come again and again.
  if (member(value, 'preview') === true) return []
  const results = member(value, 'results')
  if (results !== undefined) return itemsOf(results).map(result => splunkRecord(result, 'flat'))
  const result = member(value, 'result')
  if (result !== undefined) return [splunkRecord(result, 'flat')]
  return isObject(value) && !Object.hasOwn(value, 'preview') ? [splunkRecord(value, 'flat')] : []
}

/** `otel_to_hec_fields` of the exporter can rename what stands first; the usual other names are read too. */
export function splunkRecord(result: unknown, form: AttributeForm): ExportedRecord {
  const fields = flatFields(result)
  const time = fields.get('_time')
  return {
    form,
    attributes: fields,
    head: headOf({
      timestamp: epochTime(time, 's') ?? zonedTime(time),
      body: bodyOf(fields.get('_raw')),
      event_name: fields.get('otel.log.name') ?? fields.get('event_name'),
      severity_number: fields.get('otel.log.severity.number') ?? fields.get('severity_number'),
      severity_text: fields.get('otel.log.severity.text') ?? fields.get('severity_text'),
      trace_id: fields.get('trace_id'),
      span_id: fields.get('span_id'),
    }),
  }
}

/** What was sent as JSON is an event of another shape, whose fields are compared by their names. */
function bodyOf(raw: unknown): string | undefined {
  const text = textOrNothing(raw)
  return text === undefined || text.startsWith('{') ? undefined : text
}
