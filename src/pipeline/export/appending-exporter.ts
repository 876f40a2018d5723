/** An exporter that can store a record at once; the lossless processor then needs no queue in front of it. */
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { Delivery } from '../delivery.ts'

export interface AppendingLogRecordExporter extends LogRecordExporter {
  /**
   * Serialises and stores the record before it returns; the caller may change the record afterwards. MUST NOT throw.
   * Claims or refuses `delivery`, where there is one.
   */
  appendLogRecord(record: ReadableLogRecord, delivery: Delivery | undefined): void
}

export function isAppending(exporter: LogRecordExporter): exporter is AppendingLogRecordExporter {
  return 'appendLogRecord' in exporter && typeof exporter.appendLogRecord === 'function'
}
