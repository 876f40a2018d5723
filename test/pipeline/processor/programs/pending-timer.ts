/** Emits a record that waits a day for its export and has nothing else to do. */
import { LoggerProvider, InMemoryLogRecordExporter } from '@opentelemetry/sdk-logs'
import { LosslessBatchLogRecordProcessor } from '../../../../src/pipeline/export/lossless-batch-log-record-processor.ts'

const exporter = new InMemoryLogRecordExporter()
if (process.argv[2] === 'retry') {
  exporter.export = () => {
    throw new Error('down')
  }
}
const processor = new LosslessBatchLogRecordProcessor({
  exporter,
  scheduledDelayMillis: process.argv[2] === 'retry' ? 0 : 86_400_000,
})
new LoggerProvider({ processors: [processor] }).getLogger('test').emit({ body: 'waits' })
// Let the first attempt fail; this timer does keep the process alive.
if (process.argv[2] === 'retry') setTimeout(() => {}, 50)
