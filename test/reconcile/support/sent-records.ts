// What reaches another system: log records made by the real mapping, through the real SDK and serializer.
import { JsonLogsSerializer } from '@opentelemetry/otlp-transformer'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { checkpointLogRecord } from '../../../src/events/checkpoint-log-record.ts'
import { parseLine } from '../../../src/events/line.ts'
import type { StoredEvent } from '../../../src/events/line.ts'
import { toLogRecord } from '../../../src/events/to-log-record.ts'
import { ORIGIN } from '../../support/sealed-folder.ts'

export interface OtlpValue {
  stringValue?: string
  boolValue?: boolean
  intValue?: number | string
  doubleValue?: number
  arrayValue?: { values?: OtlpValue[] }
  kvlistValue?: { values?: OtlpAttribute[] }
}

export interface OtlpAttribute {
  key: string
  value: OtlpValue
}

/** A log record in OTLP JSON. */
export interface SentRecord {
  timeUnixNano: string
  observedTimeUnixNano: string
  severityNumber?: number
  severityText?: string
  eventName?: string
  body?: OtlpValue
  attributes: OtlpAttribute[]
  traceId?: string
  spanId?: string
  flags?: number
}

export function eventOf(line: Buffer): StoredEvent {
  const parsed = parseLine(line.toString('utf8'))
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed.event
}

/** As the forwarder sends the lines of a log. */
export function sentRecords(lines: readonly Buffer[], origin: string = ORIGIN): SentRecord[] {
  return sentEvents(lines.map(eventOf), origin)
}

export function sentEvents(events: readonly StoredEvent[], origin: string = ORIGIN): SentRecord[] {
  return throughSdk(events.map(event => withOrigin(toLogRecord(event), origin)))
}

export function sentCheckpoint(size: number, root: string, origin: string = ORIGIN): SentRecord[] {
  return throughSdk([checkpointLogRecord({ origin, size, root, note: 'note' })])
}

function withOrigin(record: ReturnType<typeof toLogRecord>, origin: string): ReturnType<typeof toLogRecord> {
  return { ...record, attributes: { ...record.attributes, 'agent_audit.log.origin': origin } }
}

function throughSdk(records: readonly ReturnType<typeof toLogRecord>[]): SentRecord[] {
  const exporter = new InMemoryLogRecordExporter()
  const logger = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] }).getLogger('test')
  for (const record of records) logger.emit(record)
  const bytes = JsonLogsSerializer.serializeRequest(exporter.getFinishedLogRecords())
  const request: {
    resourceLogs: { scopeLogs: { logRecords: SentRecord[] }[] }[]
  } = JSON.parse(Buffer.from(bytes ?? []).toString('utf8'))
  return request.resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords))
}

/** An attribute of a record, to be looked at or changed. */
export function attributeOf(record: SentRecord, key: string): OtlpAttribute {
  const found = record.attributes.find(attribute => attribute.key === key)
  if (found === undefined) throw new Error(`the record has no ${key}`)
  return found
}

/** What a value is in JavaScript. */
export function plainOf(value: OtlpValue): unknown {
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(plainOf)
  if (value.kvlistValue !== undefined) {
    return Object.fromEntries((value.kvlistValue.values ?? []).map(item => [item.key, plainOf(item.value)]))
  }
  return (
    value.stringValue ?? value.boolValue ?? (value.intValue === undefined ? value.doubleValue : Number(value.intValue))
  )
}
