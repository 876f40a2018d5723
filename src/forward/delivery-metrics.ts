/** Deliveries as OpenTelemetry metrics, under its names for exporters and queues (semantic conventions, "SDK metrics"). */
import type { Attributes, BatchObservableCallback, MeterProvider, Observable } from '@opentelemetry/api'
import type { DeliveryStatus } from './delivery-status.ts'
import type { Destination } from './destination.ts'
import type { ExportOperation } from './export-operation.ts'

const UNIT = '{log_record}'
/** In seconds: those that OpenTelemetry has for HTTP requests, and more for endpoints that are away for a while. */
const DURATION_BUCKETS = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 300, 1800, 3600,
]

export interface DeliveryMetrics {
  /** A request to this destination is over. */
  exported(name: string, operation: ExportOperation): void
  stop(): void
}

/** Other numbers than durations are asked for when somebody collects, so that they cost nothing otherwise. */
export function observeDeliveries(
  provider: MeterProvider,
  destinations: readonly Destination[],
  statusOf: (name: string) => DeliveryStatus | undefined,
): DeliveryMetrics {
  const meter = provider.getMeter('kansa')
  const exported = meter.createObservableCounter('otel.sdk.exporter.log.exported', {
    unit: UNIT,
    description: 'Log records for which the export has finished, successful or not.',
  })
  const inflight = meter.createObservableUpDownCounter('otel.sdk.exporter.log.inflight', {
    unit: UNIT,
    description: 'Log records in the request that is under way.',
  })
  const queueSize = meter.createObservableUpDownCounter('otel.sdk.processor.log.queue.size', {
    unit: UNIT,
    description: 'Sealed log records that wait for delivery.',
  })
  const lag = meter.createObservableGauge('agent_audit.delivery.lag', {
    unit: 's',
    description: 'How long ago everything was delivered.',
  })
  const duration = meter.createHistogram('otel.sdk.exporter.operation.duration', {
    unit: 's',
    description: 'The duration of exporting a batch of log records, with all attempts and the pauses between them.',
    advice: { explicitBucketBoundaries: DURATION_BUCKETS },
  })
  const attributes = new Map(destinations.map(destination => [destination.name, attributesOf(destination)] as const))
  const instruments: Observable[] = [exported, inflight, queueSize, lag]
  const observe: BatchObservableCallback = result => {
    for (const [name, whose] of attributes) {
      const status = statusOf(name)
      if (status === undefined) continue
      result.observe(exported, status.delivered, whose)
      result.observe(exported, status.rejected, { ...whose, 'error.type': 'rejected' })
      result.observe(exported, status.missing, { ...whose, 'error.type': 'missing' })
      result.observe(inflight, status.inflight, whose)
      result.observe(queueSize, status.pending, whose)
      const { behindSince } = status
      result.observe(lag, behindSince === undefined ? 0 : Math.max(0, Date.now() - behindSince) / 1000, whose)
    }
  }
  meter.addBatchObservableCallback(observe, instruments)
  return {
    exported: (name, { seconds, end: { status, errorType } }) => {
      duration.record(seconds, {
        ...attributes.get(name),
        ...(status !== undefined && { 'http.response.status_code': status }),
        ...(errorType !== undefined && { 'error.type': errorType }),
      })
    },
    stop: () => meter.removeBatchObservableCallback(observe, instruments),
  }
}

function attributesOf({ name, url, encoding }: Destination): Attributes {
  const { hostname, port, protocol } = new URL(url)
  return {
    'otel.component.type': encoding === 'json' ? 'otlp_http_json_log_exporter' : 'otlp_http_log_exporter',
    'otel.component.name': `kansa/${name}`,
    'server.address': hostname,
    'server.port': port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
  }
}
