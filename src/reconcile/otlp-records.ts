/**
 * Records in OTLP JSON (opentelemetry-proto, `LogsData`): a line of the collector's file exporter, or a body that was
 * posted to an OTLP receiver.
 */
import { headOf } from './exported-record.ts'
import type { ExportedRecord } from './exported-record.ts'
import { itemsOf, member, textOrNothing } from './json-shape.ts'
import { epochTime } from './shown-time.ts'

export function otlpRecords(value: unknown): ExportedRecord[] {
  return itemsOf(member(value, 'resourceLogs'))
    .flatMap(resource => itemsOf(member(resource, 'scopeLogs')))
    .flatMap(scope => itemsOf(member(scope, 'logRecords')))
    .map(otlpRecord)
}

/** Proto3 leaves out what has its default value: an empty text and a 0 say nothing. */
function otlpRecord(record: unknown): ExportedRecord {
  return {
    form: 'whole',
    attributes: entriesOf(member(record, 'attributes')),
    head: headOf({
      timestamp: epochTime(member(record, 'timeUnixNano'), 'ns'),
      body: decoded(member(record, 'body')),
      event_name: member(record, 'eventName') || undefined,
      severity_number: member(record, 'severityNumber') || undefined,
      severity_text: member(record, 'severityText') || undefined,
      trace_id: textOrNothing(member(record, 'traceId'))?.toLowerCase() || undefined,
      span_id: textOrNothing(member(record, 'spanId'))?.toLowerCase() || undefined,
      trace_flags: flagsOf(member(record, 'flags')),
    }),
  }
}

/** The low byte has the W3C trace flags; the bits above it are reserved. */
function flagsOf(flags: unknown): number | undefined {
  return typeof flags === 'number' ? flags & 0xff : undefined
}

function entriesOf(attributes: unknown): Map<string, unknown> {
  const entries = new Map<string, unknown>()
  for (const attribute of itemsOf(attributes)) {
    const key = textOrNothing(member(attribute, 'key'))
    if (key !== undefined) entries.set(key, decoded(member(attribute, 'value')))
  }
  return entries
}

/** An `AnyValue`: 64-bit integers come as decimal text or as number; an empty list or map has no `values`. */
function decoded(value: unknown): unknown {
  const text = member(value, 'stringValue') ?? member(value, 'boolValue')
  if (text !== undefined) return text
  const number = member(value, 'intValue') ?? member(value, 'doubleValue')
  if (number !== undefined) return Number(number)
  const list = member(value, 'arrayValue')
  if (list !== undefined) return itemsOf(member(list, 'values')).map(decoded)
  const map = member(value, 'kvlistValue')
  if (map !== undefined) return entriesOf(member(map, 'values'))
  return member(value, 'bytesValue')
}
