/** Destinations as they are given: the option `otlp`. */
import { KansaError } from '../errors.ts'
import { KINDS } from '../events/field-table.ts'
import type { AuditEventKind } from '../events/kinds.ts'
import { DESTINATION_NAME } from '../journal/forwarding/destination-files.ts'
import type { Environment, OptionReader, OptionRule } from '../options.ts'

/** The least severe first, as the log records have it. */
export const SEVERITIES = ['INFO', 'WARN', 'ERROR', 'CRITICAL'] as const
export type SeverityName = (typeof SEVERITIES)[number]

/** What a destination gets. The journal always has everything; what is left out here is counted. */
export interface DeliveryFilter {
  /** Kinds of events. Default all. */
  types?: readonly AuditEventKind[]
  /** This severity or worse; `CRITICAL` are security findings of that severity. Default all. */
  minSeverity?: SeverityName
}

/** Where and how records are shipped over OTLP/HTTP; what is left out comes from `OTEL_EXPORTER_OTLP_*`. */
export interface OtlpOptions {
  /**
   * Under which name the journal keeps how far the delivery is. Lower case letters, digits and `._-`, at most 64. Default
   * `default` for a sole destination, host and port where there are several.
   */
  name?: string
  /** The logs endpoint, for example `http://127.0.0.1:4318/v1/logs`. */
  url?: string
  headers?: Readonly<Record<string, string>>
  /** Milliseconds for one request, from the first byte sent to the last one received. Default 10000. */
  timeoutMillis?: number
  /** Default `none`. */
  compression?: 'gzip' | 'none'
  /** Default `json`, or what `OTEL_EXPORTER_OTLP_(LOGS_)PROTOCOL` says. */
  encoding?: 'json' | 'protobuf'
  /** Path of the certificates (PEM) that the server's is checked with, instead of the system's. */
  certificate?: string
  /** Paths of the client's certificate and key (PEM), for mutual TLS. */
  clientCertificate?: string
  clientKey?: string
  /** Bytes of one request before compression; a single record may be longer. Default 1 MiB, at most 64 MiB. */
  maxBatchBytes?: number
  /** Records in one request. Default 4096. */
  maxBatchRecords?: number
  filter?: DeliveryFilter
}

const ENDPOINT_VARIABLES = ['OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT']
/** What OTLP wants servers to take at least. */
export const MAX_REQUEST_BYTES: number = 64 * 1024 * 1024
const MAX_TIMER_MILLIS = 2 ** 31 - 1

const OTLP: OptionRule<readonly OtlpOptions[] | undefined> = {
  fallback: undefined,
  expected:
    '{ name, url, headers, timeoutMillis, compression, encoding, certificate, clientCertificate, clientKey, ' +
    'maxBatchBytes, maxBatchRecords, filter } or a list of such with different names',
  read: value => {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value]
    return list.every(isOtlpOptions) && haveDifferentNames(list) ? list : undefined
  },
  fromText: url => ({ url }),
}

/** @throws KansaError `KANSA_INVALID_OPTION` */
export function readOtlpOptions(reader: OptionReader, environment: Environment): readonly OtlpOptions[] {
  return reader.read('otlp', OTLP) ?? defaultDestinations(reader, environment)
}

/** For whoever has no option reader. @throws KansaError `KANSA_INVALID_OPTION` */
export function readDestinations(value: unknown): readonly OtlpOptions[] {
  const list = OTLP.read(value)
  if (list !== undefined) return list
  throw new KansaError('KANSA_INVALID_OPTION', `the destination is not ${OTLP.expected}`)
}

/** The name under which the journal keeps how far the delivery to one of the destinations is. */
export function destinationName(options: OtlpOptions, isSole: boolean): string {
  if (options.name !== undefined) return options.name
  // By its place in the list another destination would take over its position when the list changes.
  return isSole || options.url === undefined ? 'default' : nameOfHost(new URL(options.url))
}

/** Where OpenTelemetry's variables name an endpoint. */
function defaultDestinations(reader: OptionReader, environment: Environment): readonly OtlpOptions[] {
  const variable = ENDPOINT_VARIABLES.find(name => (environment[name] ?? '') !== '')
  if (variable === undefined) return []
  reader.defaultFrom('otlp', variable)
  return [{}]
}

function nameOfHost({ hostname, port }: URL): string {
  const host = hostname.replaceAll(/[^a-z0-9._-]/g, '-').replace(/^[^a-z0-9]+/, '')
  return `${host.slice(0, 58) || 'host'}${port === '' ? '' : `-${port}`}`
}

function haveDifferentNames(list: readonly OtlpOptions[]): boolean {
  return new Set(list.map(each => destinationName(each, list.length === 1))).size === list.length
}

function isOtlpOptions(value: unknown): value is OtlpOptions {
  if (!isMap(value)) return false
  const { name, url, headers, timeoutMillis, compression, encoding, certificate, clientCertificate, clientKey } = value
  const { maxBatchBytes, maxBatchRecords, filter } = value
  return (
    isAbsentOr(name, text => typeof text === 'string' && DESTINATION_NAME.test(text)) &&
    isAbsentOr(url, isHttpUrl) &&
    isAbsentOr(headers, map => isMap(map) && Object.values(map).every(header => typeof header === 'string')) &&
    isAbsentOr(timeoutMillis, millis => typeof millis === 'number' && millis > 0 && millis <= MAX_TIMER_MILLIS) &&
    isAbsentOr(compression, kind => kind === 'gzip' || kind === 'none') &&
    isAbsentOr(encoding, kind => kind === 'json' || kind === 'protobuf') &&
    [certificate, clientCertificate, clientKey].every(path => isAbsentOr(path, isText)) &&
    (clientCertificate === undefined) === (clientKey === undefined) &&
    isAbsentOr(maxBatchBytes, bytes => isCount(bytes, MAX_REQUEST_BYTES)) &&
    isAbsentOr(maxBatchRecords, count => isCount(count, 1_000_000)) &&
    isAbsentOr(filter, isFilter) &&
    Object.keys(value).every(key => KNOWN.has(key))
  )
}

const KNOWN: ReadonlySet<string> = new Set([
  'name',
  'url',
  'headers',
  'timeoutMillis',
  'compression',
  'encoding',
  'certificate',
  'clientCertificate',
  'clientKey',
  'maxBatchBytes',
  'maxBatchRecords',
  'filter',
])

function isFilter(value: unknown): boolean {
  if (!isMap(value)) return false
  const { types, minSeverity, ...rest } = value
  return (
    isAbsentOr(types, list => Array.isArray(list) && list.every(type => Object.hasOwn(KINDS, String(type)))) &&
    isAbsentOr(minSeverity, name => SEVERITIES.some(severity => severity === name)) &&
    Object.keys(rest).length === 0
  )
}

function isHttpUrl(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
}

function isCount(value: unknown, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= max
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isAbsentOr(value: unknown, isRight: (value: unknown) => boolean): boolean {
  return value === undefined || isRight(value)
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
