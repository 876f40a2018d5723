/** A batch log record processor that loses nothing silently. */
import type { Context } from '@opentelemetry/api'
import type { ForceFlushOptions, LogRecordProcessor, ReadWriteLogRecord } from '@opentelemetry/sdk-logs'
import { KansaError, messageOf } from '../../errors.ts'
import { isAppending } from './appending-exporter.ts'
import { type Delivery, deliveryOf } from '../delivery.ts'
import { ExportMetrics } from './export-metrics.ts'
import { createReport, RepeatedProblem } from '../failure-report.ts'
import { DEFAULT_PAUSES, type ExportPauses, ExportQueue } from './export-queue.ts'
import { AppendingSink, type RecordSink } from './export-sink.ts'
import {
  type LosslessBatchLogRecordProcessorOptions,
  MAX_TIMER_MILLIS,
  resolveProcessorOptions,
} from './processor-options.ts'

// OpenTelemetry's default.
const FLUSH_TIMEOUT_MILLIS = 30_000

/**
 * Hands log records to an exporter. It takes the place of OpenTelemetry's `BatchLogRecordProcessor`, which drops what
 * its queue cannot hold, forgets a batch whose export failed, and answers a second `forceFlush` without waiting.
 *
 * - With an exporter that stores records at once (`JsonlLogRecordExporter`), `onEmit` does that; nothing is queued.
 * - With any other, records wait for export in order. One export is in flight at a time, also after a timeout. A failed
 *   batch is tried again, after 1 to 30 s, for as long as it takes. A record that would exceed `maxQueueBytes` is
 *   refused, counted and reported. Delivery is at least once: a destination that took a batch but did not say so in
 *   time gets it again; `log.record.uid` tells.
 *
 * Records whose exporter was never asked are lost when the process ends without `shutdown()`: a timer does not keep it
 * alive.
 */
export class LosslessBatchLogRecordProcessor implements LogRecordProcessor {
  private readonly sink: RecordSink
  private readonly exportTimeoutMillis: number
  private readonly metrics: ExportMetrics
  private readonly late: RepeatedProblem
  private readonly mishaps: RepeatedProblem
  private closed: Promise<void> | undefined

  /**
   * @throws KansaError `KANSA_INVALID_OPTION` naming the option.
   * @param pauses for tests
   */
  constructor(options: LosslessBatchLogRecordProcessorOptions, pauses: ExportPauses = DEFAULT_PAUSES) {
    const settings = resolveProcessorOptions(options)
    const { exporter } = settings
    const report = createReport(settings.onError)
    this.exportTimeoutMillis = settings.exportTimeoutMillis
    this.metrics = new ExportMetrics(settings.selfObsMeterProvider)
    this.late = new RepeatedProblem(report, pauses.reportMillis, afterShutdown)
    this.mishaps = new RepeatedProblem(report, pauses.reportMillis, notRecorded)
    this.sink = isAppending(exporter)
      ? new AppendingSink(exporter, this.metrics, report)
      : new ExportQueue(settings, this.metrics, report, pauses)
  }

  /** Never throws. */
  onEmit(record: ReadWriteLogRecord, context?: Context): void {
    try {
      const delivery = deliveryOf(context)
      if (this.closed === undefined) this.sink.accept(record, delivery)
      else this.refuse(delivery)
    } catch (thrown) {
      // The receipt of a record that nobody claimed rejects by itself.
      this.metrics.lost(1, 'internal')
      this.mishaps.happened(thrown)
    }
  }

  /** False after `shutdown()`. */
  enabled(): boolean {
    return this.closed === undefined
  }

  /**
   * Resolves when every record emitted before the call was exported and the exporter is flushed.
   * @throws KansaError `KANSA_NOT_DURABLE` at the first export that fails meanwhile, or after `timeoutMillis` (default
   * 30000). The records are kept and tried again.
   */
  forceFlush(options?: ForceFlushOptions): Promise<void> {
    return this.sink.flush(timerMillis(options?.timeoutMillis ?? FLUSH_TIMEOUT_MILLIS))
  }

  /**
   * Takes no more records, delivers those that wait, and shuts the exporter down, within `timeoutMillis` (default
   * `exportTimeoutMillis`). Never rejects: what could not be delivered is counted and reported. A second call returns
   * the first one's promise.
   */
  shutdown(options?: { readonly timeoutMillis?: number }): Promise<void> {
    this.closed ??= this.sink.close(timerMillis(options?.timeoutMillis ?? this.exportTimeoutMillis))
    return this.closed
  }

  private refuse(delivery: Delivery | undefined): void {
    this.metrics.lost(1, 'shutdown')
    delivery?.refuse(afterShutdown(1))
    this.late.happened()
  }
}

function afterShutdown(times: number): KansaError {
  return new KansaError('KANSA_CLOSED', `${times} log record(s) came after the processor's shutdown and were refused`)
}

function notRecorded(times: number, cause: unknown): KansaError {
  return new KansaError('KANSA_NOT_RECORDED', `${times} log record(s) could not be taken: ${messageOf(cause)}`, {
    cause,
  })
}

function timerMillis(millis: number): number {
  return Math.min(Math.max(0, millis), MAX_TIMER_MILLIS)
}
