/** The processor's own metrics, under OpenTelemetry's names for log record processors. */
import type { Attributes, Counter, Meter, MeterProvider, ObservableResult } from '@opentelemetry/api'

// OpenTelemetry asks for the class name where none of its own component types applies.
const COMPONENT_TYPE = 'LosslessBatchLogRecordProcessor'
const UNIT = '{log_record}'
let instances = 0

/** Why records were not processed (`error.type`). */
export type LossType = 'queue_full' | 'shutdown' | 'internal'

/** Counts nothing, at no cost, without a meter provider. */
export class ExportMetrics {
  private readonly meter: Meter | undefined
  private readonly processed: Counter | undefined
  private readonly attributes: Attributes
  private stopObserving: () => void = () => {}

  constructor(provider: MeterProvider | undefined) {
    const name = `${COMPONENT_TYPE}/${instances++}`
    this.attributes = { 'otel.component.type': COMPONENT_TYPE, 'otel.component.name': name }
    this.meter = provider?.getMeter('kansa')
    this.processed = this.meter?.createCounter('otel.sdk.processor.log.processed', {
      unit: UNIT,
      description: 'Log records whose processing has finished, successful or not.',
    })
  }

  /** A queue longer than `capacity` loses nothing, but shows that the exporter does not keep up. */
  observeQueue(capacity: number, queueSize: () => number): void {
    if (this.meter === undefined) return
    this.meter
      .createUpDownCounter('otel.sdk.processor.log.queue.capacity', {
        unit: UNIT,
        description: 'Waiting log records above which the exporter does not keep up.',
      })
      .add(capacity, this.attributes)
    const size = this.meter.createObservableUpDownCounter('otel.sdk.processor.log.queue.size', {
      unit: UNIT,
      description: 'Log records waiting for export.',
    })
    const observe = (result: ObservableResult): void => result.observe(queueSize(), this.attributes)
    size.addCallback(observe)
    this.stopObserving = () => size.removeCallback(observe)
  }

  delivered(count: number): void {
    this.processed?.add(count, this.attributes)
  }

  lost(count: number, type: LossType): void {
    this.processed?.add(count, { ...this.attributes, 'error.type': type })
  }

  close(): void {
    this.stopObserving()
  }
}
