/** What stands behind the lossless processor: a queue, or an exporter that stores each record at once. */
import { callWithTimeout } from '@opentelemetry/core'
import type { LogRecordExporter, ReadWriteLogRecord } from '@opentelemetry/sdk-logs'
import { KansaError, messageOf } from '../../errors.ts'
import type { AppendingLogRecordExporter } from './appending-exporter.ts'
import type { Delivery } from '../delivery.ts'
import type { ExportMetrics } from './export-metrics.ts'
import type { Report } from '../failure-report.ts'

export interface RecordSink {
  /** Takes the record, or refuses it by its delivery. */
  accept(record: ReadWriteLogRecord, delivery: Delivery | undefined): void
  /** @throws KansaError `KANSA_NOT_DURABLE` or `KANSA_NOT_SEALED` */
  flush(timeoutMillis: number): Promise<void>
  /** Delivers what it can in time, then shuts the exporter down. Never rejects. */
  close(timeoutMillis: number): Promise<void>
}

/** For an exporter that stores records at once: nothing waits here, so nothing can be lost here. */
export class AppendingSink implements RecordSink {
  private readonly exporter: AppendingLogRecordExporter
  private readonly metrics: ExportMetrics
  private readonly report: Report

  constructor(exporter: AppendingLogRecordExporter, metrics: ExportMetrics, report: Report) {
    this.exporter = exporter
    this.metrics = metrics
    this.report = report
  }

  accept(record: ReadWriteLogRecord, delivery: Delivery | undefined): void {
    this.exporter.appendLogRecord(record, delivery)
    this.metrics.delivered(1)
  }

  flush(timeoutMillis: number): Promise<void> {
    return flushExporter(this.exporter, timeoutMillis)
  }

  close(timeoutMillis: number): Promise<void> {
    return shutdownExporter(this.exporter, timeoutMillis, this.report)
  }
}

/** @throws KansaError `KANSA_NOT_DURABLE` or `KANSA_NOT_SEALED` when the exporter's `forceFlush` fails or takes too long. */
export async function flushExporter(exporter: LogRecordExporter, timeoutMillis: number): Promise<void> {
  try {
    await callWithTimeout(exporter.forceFlush(), timeoutMillis)
  } catch (thrown) {
    throw notDurable(`the exporter could not be flushed: ${messageOf(thrown)}`, thrown)
  }
}

/** Never rejects: what goes wrong is reported. */
export async function shutdownExporter(
  exporter: LogRecordExporter,
  timeoutMillis: number,
  report: Report,
): Promise<void> {
  try {
    await callWithTimeout(exporter.shutdown(), timeoutMillis)
  } catch (thrown) {
    report(notDurable(`the exporter could not be shut down: ${messageOf(thrown)}`, thrown))
  }
}

/** What says as much itself is left as it is: that records are not sealed is less than that they are not durable. */
export function notDurable(message: string, cause: unknown): KansaError {
  const says = cause instanceof KansaError && (cause.code === 'KANSA_NOT_DURABLE' || cause.code === 'KANSA_NOT_SEALED')
  return says ? cause : new KansaError('KANSA_NOT_DURABLE', message, { cause })
}
