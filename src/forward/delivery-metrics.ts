/** Deliveries as OpenTelemetry metrics, under its names for exporters and queues (semantic conventions, "SDK metrics"). */
import type { Attributes, BatchObservableCallback, MeterProvider, Observable } from '@opentelemetry/api'
import type { DeliveryStatus } from './delivery-status.ts'
import type { Destination } from './destination.ts'

const UNIT = '{log_record}'

/** Returns how to stop. The numbers are asked for when somebody collects, so that they cost nothing otherwise. */
export function observeDeliveries(
  provider: MeterProvider,
  destinations: readonly Destination[],
  statusOf: (name: string) => DeliveryStatus | undefined,
): () => void {
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
  const instruments: Observable[] = [exported, inflight, queueSize, lag]
  const observe: BatchObservableCallback = result => {
    for (const destination of destinations) {
      const status = statusOf(destination.name)
      if (status === undefined) continue
      const attributes = attributesOf(destination)
      result.observe(exported, status.delivered, attributes)
      result.observe(exported, status.rejected, { ...attributes, 'error.type': 'rejected' })
      result.observe(exported, status.missing, { ...attributes, 'error.type': 'missing' })
      result.observe(inflight, status.inflight, attributes)
      result.observe(queueSize, status.pending, attributes)
      const { behindSince } = status
      result.observe(lag, behindSince === undefined ? 0 : Math.max(0, Date.now() - behindSince) / 1000, attributes)
    }
  }
  meter.addBatchObservableCallback(observe, instruments)
  return () => meter.removeBatchObservableCallback(observe, instruments)
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
