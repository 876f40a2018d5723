/** A destination with everything decided: options, then `OTEL_EXPORTER_OTLP_LOGS_*`, then `OTEL_EXPORTER_OTLP_*`, then defaults. */
import { diag } from '@opentelemetry/api'
import { getStringFromEnv, parseKeyPairsIntoRecord } from '@opentelemetry/core'
import { getSharedConfigurationDefaults } from '@opentelemetry/otlp-exporter-base'
import { getSharedConfigurationFromEnvironment } from '@opentelemetry/otlp-exporter-base/node-http'
import { readCertificateFile } from '../journal/forwarding/certificate-files.ts'
import { type DeliveryFilter, destinationName, type OtlpOptions } from '../pipeline/otlp-options.ts'

/** Plain data: it is handed to a thread. */
export interface Destination {
  readonly name: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMillis: number
  readonly compression: 'gzip' | 'none'
  readonly encoding: 'json' | 'protobuf'
  /** Paths, read anew for each connection: certificates are exchanged while a process runs. */
  readonly certificates: CertificatePaths
  readonly maxBatchBytes: number
  readonly maxBatchRecords: number
  readonly filter: DeliveryFilter
}

export interface CertificatePaths {
  readonly certificate?: string
  readonly clientCertificate?: string
  readonly clientKey?: string
}

const DEFAULT_URL = 'http://localhost:4318/v1/logs'
const RESOURCE_PATH = 'v1/logs'
const DEFAULT_BATCH_BYTES = 1024 * 1024
const DEFAULT_BATCH_RECORDS = 4096

/** @throws KansaError `KANSA_INVALID_OPTION` for a certificate that cannot be read. */
export function resolveDestinations(list: readonly OtlpOptions[]): Destination[] {
  return list.map(options => resolveDestination(options, list.length === 1))
}

function resolveDestination(options: OtlpOptions, isSole: boolean): Destination {
  // Variables name one endpoint. Its headers are no business of others: they hold its credentials.
  const isItsOwn = isSole || options.url === undefined
  const shared = getSharedConfigurationFromEnvironment('LOGS')
  const destination = {
    name: destinationName(options, isSole),
    url: options.url ?? urlFromEnvironment() ?? DEFAULT_URL,
    headers: { ...(isItsOwn && headersFromEnvironment()), ...options.headers },
    timeoutMillis: options.timeoutMillis ?? shared.timeoutMillis ?? getSharedConfigurationDefaults().timeoutMillis,
    compression: options.compression ?? shared.compression ?? 'none',
    encoding: options.encoding ?? encodingFromEnvironment(),
    certificates: { ...(isItsOwn && certificatesFromEnvironment()), ...certificatesOf(options) },
    maxBatchBytes: options.maxBatchBytes ?? DEFAULT_BATCH_BYTES,
    maxBatchRecords: options.maxBatchRecords ?? DEFAULT_BATCH_RECORDS,
    filter: options.filter ?? {},
  }
  for (const [what, path] of Object.entries(destination.certificates)) readCertificateFile(what, path)
  return destination
}

/** The signal's own variable is the whole address, the general one is where the signals' paths begin. */
function urlFromEnvironment(): string | undefined {
  const own = getStringFromEnv('OTEL_EXPORTER_OTLP_LOGS_ENDPOINT')
  if (own !== undefined) return usable(own)
  const general = getStringFromEnv('OTEL_EXPORTER_OTLP_ENDPOINT')
  return general === undefined ? undefined : usable(`${general}${general.endsWith('/') ? '' : '/'}${RESOURCE_PATH}`)
}

function usable(url: string): string | undefined {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url
  diag.warn(`kansa: the OTLP endpoint in the environment is no http address; using ${DEFAULT_URL}`)
  return undefined
}

function headersFromEnvironment(): Record<string, string> {
  return {
    ...parseKeyPairsIntoRecord(getStringFromEnv('OTEL_EXPORTER_OTLP_HEADERS')),
    ...parseKeyPairsIntoRecord(getStringFromEnv('OTEL_EXPORTER_OTLP_LOGS_HEADERS')),
  }
}

function encodingFromEnvironment(): 'json' | 'protobuf' {
  const protocol = fromEnvironment('PROTOCOL')
  if (protocol === 'http/protobuf') return 'protobuf'
  if (protocol !== undefined && protocol !== 'http/json') {
    diag.warn(`kansa: OTLP is sent over HTTP only; ${protocol} is not spoken, using http/json`)
  }
  return 'json'
}

function certificatesFromEnvironment(): CertificatePaths {
  const certificate = fromEnvironment('CERTIFICATE')
  const clientCertificate = fromEnvironment('CLIENT_CERTIFICATE')
  const clientKey = fromEnvironment('CLIENT_KEY')
  return certificatesOf({
    ...(certificate !== undefined && { certificate }),
    ...(clientCertificate !== undefined && { clientCertificate }),
    ...(clientKey !== undefined && { clientKey }),
  })
}

function certificatesOf({ certificate, clientCertificate, clientKey }: CertificatePaths): CertificatePaths {
  return {
    ...(certificate !== undefined && { certificate }),
    ...(clientCertificate !== undefined && { clientCertificate }),
    ...(clientKey !== undefined && { clientKey }),
  }
}

function fromEnvironment(what: string): string | undefined {
  return getStringFromEnv(`OTEL_EXPORTER_OTLP_LOGS_${what}`) ?? getStringFromEnv(`OTEL_EXPORTER_OTLP_${what}`)
}
