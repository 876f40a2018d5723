/** OpenTelemetry's own batch processor with its defaults, and the shortest exporter that writes JSON lines. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import type { LogRecordExporter } from '@opentelemetry/sdk-logs'
import type { AuditEvent } from 'kansa'
import { toolCallEvent } from '../events.ts'
import type { Subject } from '../subject.ts'

export async function openStockBatch(dir: string): Promise<Subject<AuditEvent>> {
  const exporter = jsonlExporter(join(dir, 'otel.jsonl'))
  const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] })
  const logger = provider.getLogger('bench')
  return {
    make: toolCallEvent,
    log: event => logger.emit({ body: event }),
    flush: () => provider.forceFlush(),
    close: () => provider.shutdown(),
  }
}

function jsonlExporter(path: string): LogRecordExporter {
  const file = openSync(path, 'a')
  return {
    export: (records, done) => {
      writeSync(file, records.map(record => `${JSON.stringify(record.body)}\n`).join(''))
      done({ code: 0 })
    },
    forceFlush: async () => {},
    shutdown: async () => closeSync(file),
  }
}
