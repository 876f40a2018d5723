/** The same with an OpenTelemetry SDK of the application's own, which has Kansa's parts in it: `{ dir, options }`. */
import { inspect } from 'node:util'
import { logs } from '@opentelemetry/api'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { initAuditLogger, JsonlLogRecordExporter, LosslessBatchLogRecordProcessor } from '../../../src/index.ts'
import type { AgentPlan } from '../support/careless-agent.ts'
import { PLANTS, RECORDS, secretsOf } from '../support/plants.ts'

const { dir, options }: AgentPlan = JSON.parse(process.argv[2] ?? '{}')

const told = (error: unknown): void => console.log(inspect(error, { depth: 10 }))

const exporter = new JsonlLogRecordExporter({ dir, onError: told })
const sdk = new NodeSDK({ logRecordProcessors: [new LosslessBatchLogRecordProcessor({ exporter, onError: told })] })
sdk.start()
const audit = initAuditLogger({ loggerProvider: logs.getLoggerProvider(), onError: told, ...options })
for (const plant of PLANTS) {
  for (const { text } of secretsOf(plant)) {
    try {
      await plant.put(audit, text)
    } catch (error) {
      told(error)
    }
  }
}
for (const record of RECORDS) {
  for (const { text } of secretsOf(record)) logs.getLogger('app').emit(record.recordOf(text))
}
await audit.flush().catch(told)
await sdk.shutdown()
