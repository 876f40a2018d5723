/** What a collector's file exporter wrote: requests in OTLP's JSON form, one a line. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** A value in OTLP's JSON form. */
export type AnyValue = Readonly<Record<string, unknown>>

interface KeyValue {
  readonly key: string
  readonly value: AnyValue
}

interface LogRecord {
  readonly timeUnixNano?: string
  readonly observedTimeUnixNano?: string
  readonly severityNumber?: number
  readonly severityText?: string
  readonly eventName?: string
  readonly body?: AnyValue
  readonly attributes?: readonly KeyValue[]
  readonly traceId?: string
  readonly spanId?: string
  readonly flags?: number
}

interface Request {
  readonly resourceLogs?: readonly {
    readonly resource?: { readonly attributes?: readonly KeyValue[] }
    readonly scopeLogs?: readonly {
      readonly scope?: { readonly name?: string }
      readonly logRecords?: readonly LogRecord[]
    }[]
  }[]
}

/** A record with plain values; integers stay apart from fractions (`{ int: '5' }`, `{ double: 0.5 }`). */
export interface ExportedRecord {
  readonly timeUnixNano: string
  readonly observedTimeUnixNano: string
  readonly severityNumber: number
  readonly severityText: string
  readonly eventName: string
  readonly body: unknown
  readonly attributes: Readonly<Record<string, unknown>>
  readonly traceId: string
  readonly spanId: string
  readonly flags: number
  readonly resource: Readonly<Record<string, unknown>>
  readonly scope: string
}

/** All records, in the order of the file. A line that is cut off at the end is passed over. */
export function exportedRecords(path: string): ExportedRecord[] {
  return exportedFiles(path).flatMap(file => {
    const lines = readFileSync(file, 'utf8').split('\n')
    return lines.slice(0, -1).flatMap(requestsOf).flatMap(recordsOf)
  })
}

/** More than one where a collector was killed while it wrote: the first one has no line feed then, or no end. */
function requestsOf(line: string): Request[] {
  const whole = parsed(line)
  if (whole !== undefined) return [whole]
  return line.split(/(?=\{"resourceLogs":)/).flatMap(part => parsed(part) ?? [])
}

function parsed(text: string): Request | undefined {
  try {
    return JSON.parse(text) as Request
  } catch {
    return undefined
  }
}

/** The ids of all records but those without one (checkpoints), oldest file first. */
export function exportedIds(path: string): string[] {
  return exportedRecords(path).flatMap(({ attributes }) => {
    const id = attributes['log.record.uid']
    return typeof id === 'string' ? [id] : []
  })
}

/** The rotated files `name-<time>.jsonl`, then the active one. */
function exportedFiles(path: string): string[] {
  if (!existsSync(dirname(path))) return []
  const stem = basename(path, '.jsonl')
  const rotated = readdirSync(dirname(path)).filter(name => name.startsWith(`${stem}-`))
  return [...rotated.toSorted().map(name => join(dirname(path), name)), ...(existsSync(path) ? [path] : [])]
}

function recordsOf(request: Request): ExportedRecord[] {
  return (request.resourceLogs ?? []).flatMap(({ resource, scopeLogs }) =>
    (scopeLogs ?? []).flatMap(({ scope, logRecords }) =>
      (logRecords ?? []).map(record => ({
        timeUnixNano: record.timeUnixNano ?? '0',
        observedTimeUnixNano: record.observedTimeUnixNano ?? '0',
        severityNumber: record.severityNumber ?? 0,
        severityText: record.severityText ?? '',
        eventName: record.eventName ?? '',
        body: plainValue(record.body),
        attributes: plainAttributes(record.attributes),
        traceId: record.traceId ?? '',
        spanId: record.spanId ?? '',
        flags: record.flags ?? 0,
        resource: plainAttributes(resource?.attributes),
        scope: scope?.name ?? '',
      })),
    ),
  )
}

function plainAttributes(attributes: readonly KeyValue[] = []): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plainValue(value)]))
}

function plainValue(value: AnyValue = {}): unknown {
  const [[kind, content] = ['', undefined]] = Object.entries(value)
  switch (kind) {
    case 'intValue':
      return { int: String(content) }
    case 'doubleValue':
      return { double: content }
    case 'arrayValue':
      return ((content as { values?: AnyValue[] }).values ?? []).map(plainValue)
    case 'kvlistValue':
      return plainAttributes((content as { values?: KeyValue[] }).values)
    default:
      return content
  }
}

/** With integers and fractions as JavaScript has them. */
export function plainNumbers(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, plainNumber(value)]))
}

function plainNumber(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainNumber)
  if (typeof value !== 'object' || value === null) return value
  if ('int' in value && typeof value.int === 'string') return Number(value.int)
  if ('double' in value && typeof value.double === 'number') return value.double
  return plainNumbers(value as Readonly<Record<string, unknown>>)
}
