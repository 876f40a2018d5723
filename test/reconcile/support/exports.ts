// Files as other systems export them. The collector's file exporter writes what it is sent, with 64-bit numbers as text.
// Splunk and Datadog cannot run here: their converters follow what is known of them, the HEC exporter's translation and
// Datadog's OTLP mapping (docs/collector.md says which field becomes what).
import { plainOf } from './sent-records.ts'
import type { OtlpValue, SentRecord } from './sent-records.ts'

const RESOURCE = [{ key: 'service.name', value: { stringValue: 'reviewer' } }]
const NANOS_PER_MILLI = 1_000_000n

/** JSON lines of the collector's file exporter: a batch on each. */
export function otlpFile(records: readonly SentRecord[], perLine = 3): string {
  const lines: string[] = []
  for (let from = 0; from < records.length; from += perLine) {
    const logRecords = records.slice(from, from + perLine).map(asCollectorWrites)
    const scopeLogs = [{ scope: { name: 'kansa' }, logRecords }]
    lines.push(JSON.stringify({ resourceLogs: [{ resource: { attributes: RESOURCE }, scopeLogs }] }))
  }
  return lines.map(line => `${line}\n`).join('')
}

function asCollectorWrites(record: SentRecord): object {
  return { ...record, attributes: record.attributes.map(({ key, value }) => ({ key, value: asProto(value) })) }
}

function asProto(value: OtlpValue): OtlpValue {
  if (value.intValue !== undefined) return { intValue: String(value.intValue) }
  if (value.arrayValue !== undefined) {
    const values = value.arrayValue.values ?? []
    return { arrayValue: values.length === 0 ? {} : { values: values.map(asProto) } }
  }
  if (value.kvlistValue === undefined) return value
  const values = (value.kvlistValue.values ?? [])
    .toReversed()
    .map(item => ({ key: item.key, value: asProto(item.value) }))
  return { kvlistValue: values.length === 0 ? {} : { values } }
}

/**
 * Flat fields, all of them text, lists as lists; a list of one is its item.
 * @param names what the exporter calls by default what is no attribute; or as otel-collector.yaml has it
 */
export function splunkResult(
  record: SentRecord,
  names: 'default' | 'ours' = 'default',
): Record<string, string | string[]> {
  const { attributes, traceId, spanId } = record
  const fields: Record<string, string | string[]> = {
    _time: new Date(millisOf(record)).toISOString().replace('Z', '+00:00'),
    _raw: record.body?.stringValue ?? '',
    host: 'unknown',
    'service.name': 'reviewer',
    ...severityFields(record, names),
    ...(traceId && { trace_id: traceId }),
    ...(spanId && { span_id: spanId }),
  }
  for (const { key, value } of attributes) addFlat(fields, key, plainOf(value), mvOf)
  return fields
}

/** `otel_to_hec_fields` in otel-collector.yaml gives the event's name to an attribute that has it already. */
function severityFields({ severityText, severityNumber, eventName }: SentRecord, names: 'default' | 'ours'): object {
  const [text, number, name] =
    names === 'ours'
      ? ['severity_text', 'severity_number', 'otel.event.name']
      : ['otel.log.severity.text', 'otel.log.severity.number', 'otel.log.name']
  return { [text]: severityText ?? '', [number]: String(severityNumber ?? 0), [name]: eventName ?? '' }
}

function mvOf(list: readonly unknown[]): string | string[] | undefined {
  const texts = list.map(String)
  return texts.length > 1 ? texts : texts[0]
}

/** NDJSON of the search export endpoint; what it has found so far comes first, and again. */
export function splunkFile(records: readonly SentRecord[], names: 'default' | 'ours' = 'default'): string {
  const results = records.map((record, offset) => ({ preview: false, offset, result: splunkResult(record, names) }))
  const previews = results.slice(0, 2).map(result => ({ ...result, preview: true }))
  return [...previews, { preview: false, init_offset: 0, messages: [] }, ...results]
    .map(value => `${JSON.stringify(value)}\n`)
    .join('')
}

export function splunkCsv(records: readonly SentRecord[]): string {
  const rows = records.map(record =>
    Object.fromEntries(
      Object.entries(splunkResult(record)).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join('\n') : value,
      ]),
    ),
  )
  return csvOf(rows, name => name)
}

/** An event of the current list API. Attributes are flat or nested: both are seen. */
export function datadogEvent(record: SentRecord, form: 'flat' | 'nested' = 'nested'): object {
  return {
    id: `AQAA${attributeText(record, 'log.record.uid')}`,
    type: 'log',
    attributes: {
      timestamp: new Date(millisOf(record)).toISOString(),
      status: record.severityText?.toLowerCase(),
      service: 'reviewer',
      host: 'unknown',
      message: record.body?.stringValue,
      tags: ['source:otlp_log_ingestion'],
      attributes: form === 'flat' ? datadogFields(record) : nested(datadogFields(record)),
    },
  }
}

export function datadogFields(record: SentRecord): Record<string, unknown> {
  const { traceId, spanId, eventName } = record
  const fields: Record<string, unknown> = {
    'otel.severity_text': record.severityText,
    'otel.severity_number': String(record.severityNumber),
    'otel.timestamp': record.timeUnixNano,
    'otel.event_name': eventName,
    ...(traceId && { 'otel.trace_id': traceId }),
    ...(spanId && { 'otel.span_id': spanId }),
    'service.name': 'reviewer',
  }
  for (const { key, value } of record.attributes) addFlat(fields, key, plainOf(value), JSON.stringify, value => value)
  return fields
}

export function datadogCsv(records: readonly SentRecord[]): string {
  const rows = records.map(record => ({
    Date: new Date(millisOf(record)).toISOString(),
    Host: 'unknown',
    Service: 'reviewer',
    Message: record.body?.stringValue ?? '',
    ...Object.fromEntries(Object.entries(datadogFields(record)).map(([name, value]) => [`@${name}`, String(value)])),
  }))
  return csvOf(rows, name => name)
}

function addFlat(
  fields: Record<string, unknown>,
  path: string,
  value: unknown,
  list: (items: readonly unknown[]) => unknown,
  scalar: (value: unknown) => unknown = String,
): void {
  if (Array.isArray(value)) {
    const shown = list(value)
    if (shown !== undefined) fields[path] = shown
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) addFlat(fields, `${path}.${key}`, item, list, scalar)
  } else fields[path] = scalar(value)
}

/** Dots as nesting, where that contradicts nothing. */
function nested(fields: Readonly<Record<string, unknown>>): object {
  const root: Record<string, unknown> = {}
  for (const [path, value] of Object.entries(fields)) {
    const keys = path.split('.')
    let at: Record<string, unknown> | undefined = root
    for (const key of keys.slice(0, -1)) {
      const next: unknown = at !== undefined && Object.hasOwn(at, key) ? at[key] : {}
      if (at !== undefined && typeof next === 'object' && next !== null && !Array.isArray(next)) {
        Object.defineProperty(at, key, { value: next, enumerable: true, configurable: true, writable: true })
        at = next as Record<string, unknown>
      } else at = undefined
    }
    const last = keys.at(-1) ?? ''
    if (at === undefined || Object.hasOwn(at, last)) root[path] = value
    else at[last] = value
  }
  return root
}

function csvOf(rows: readonly Readonly<Record<string, string>>[], name: (column: string) => string): string {
  const columns = [...new Set(rows.flatMap(row => Object.keys(row)))]
  const lines = [columns.map(name), ...rows.map(row => columns.map(column => row[column] ?? ''))]
  return lines.map(cells => `${cells.map(cell => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`).join('')
}

function millisOf({ timeUnixNano }: SentRecord): number {
  return Number(BigInt(timeUnixNano) / NANOS_PER_MILLI)
}

function attributeText(record: SentRecord, key: string): string {
  return record.attributes.find(attribute => attribute.key === key)?.value.stringValue ?? ''
}
