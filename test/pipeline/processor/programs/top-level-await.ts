/** Awaits shutdown with nothing else alive: an exporter that is down must not end the process before shutdown ends. */
import { LoggerProvider, InMemoryLogRecordExporter } from '@opentelemetry/sdk-logs'
import { LosslessBatchLogRecordProcessor } from '../../../../src/pipeline/export/lossless-batch-log-record-processor.ts'

const exporter = new InMemoryLogRecordExporter()
exporter.export = () => {}
const processor = new LosslessBatchLogRecordProcessor({ exporter, onError: error => console.log(error.code) })
new LoggerProvider({ processors: [processor] }).getLogger('test').emit({ body: 'waits' })
await processor.forceFlush({ timeoutMillis: 50 }).catch(() => console.log('not flushed'))
await processor.shutdown({ timeoutMillis: 100 })
console.log('ended')
