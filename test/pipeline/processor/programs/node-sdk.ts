/** An application with OpenTelemetry's whole SDK; prints what arrived and whether tracing was off during the export. */
import { context, logs, trace } from '@opentelemetry/api'
import { type ExportResult, ExportResultCode, isTracingSuppressed } from '@opentelemetry/core'
import {
  InMemoryLogRecordExporter,
  type LogRecordExporter,
  type ReadableLogRecord,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { LosslessBatchLogRecordProcessor } from '../../../../src/pipeline/export/lossless-batch-log-record-processor.ts'

const seen: { bodies: unknown[]; suppressed: boolean; afterAwait: boolean; spans: boolean }[] = []

const exporter: LogRecordExporter = {
  export(records: ReadableLogRecord[], done: (result: ExportResult) => void): void {
    const entry = {
      bodies: records.map(record => record.body),
      suppressed: isTracingSuppressed(context.active()),
      afterAwait: false,
      spans: trace.getSpan(context.active()) !== undefined,
    }
    seen.push(entry)
    setTimeout(() => {
      entry.afterAwait = isTracingSuppressed(context.active())
      done({ code: ExportResultCode.SUCCESS })
    }, 1)
  },
  forceFlush: async () => {},
  shutdown: async () => {},
}

const sdk = new NodeSDK({
  autoDetectResources: false,
  logRecordProcessors: [
    new LosslessBatchLogRecordProcessor({ exporter }),
    new SimpleLogRecordProcessor({ exporter: new InMemoryLogRecordExporter() }),
  ],
})
sdk.start()
const span = trace.getTracer('app').startSpan('work')
context.with(trace.setSpan(context.active(), span), () => logs.getLogger('app').emit({ body: 'hello' }))
const suppressedInApplication = isTracingSuppressed(context.active())
await sdk.shutdown()
console.log(JSON.stringify({ seen, suppressedInApplication }))
