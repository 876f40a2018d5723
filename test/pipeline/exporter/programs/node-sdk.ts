/** An application with OpenTelemetry's whole SDK and Kansa's parts in it. Prints the receipt. */
import { logs, trace } from '@opentelemetry/api'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace'
import { createAuditLogger, JsonlLogRecordExporter, LosslessBatchLogRecordProcessor } from '../../../../src/index.ts'

const [, , dir = ''] = process.argv
const sdk = new NodeSDK({
  serviceName: 'my-agent',
  spanProcessors: [new SimpleSpanProcessor({ exporter: new InMemorySpanExporter() })],
  logRecordProcessors: [new LosslessBatchLogRecordProcessor({ exporter: new JsonlLogRecordExporter({ dir }) })],
})
sdk.start()
const audit = createAuditLogger({ loggerProvider: logs.getLoggerProvider() })
const { spanId, stored } = trace.getTracer('app').startActiveSpan('work', span => {
  logs.getLogger('app').emit({ body: 'an ordinary log record' })
  const receipt = audit.logToolCall({ toolName: 'shell' })
  span.end()
  return { spanId: span.spanContext().spanId, stored: receipt.stored }
})
console.log(JSON.stringify({ spanId, ...(await stored) }))
await sdk.shutdown()
