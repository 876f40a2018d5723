/** Logs tool calls and ships them until it is killed; says the `seq` that a flush stood for, a line each. */
import { createAuditLogger } from '../../../src/index.ts'

const [, , dir = '', url = ''] = process.argv
const audit = createAuditLogger({
  dir,
  otlp: { url, maxBatchRecords: 40, timeoutMillis: 1000 },
  minFreeBytes: 0,
  minFreePercent: 0,
  maxFileBytes: 20_000,
  maxBackups: 1000,
  flushIntervalMillis: 20,
})
for (;;) {
  let last = audit.logToolCall({ toolName: 'shell' })
  for (let call = 0; call < 20; call++) last = audit.logToolCall({ toolName: 'shell' })
  const { seq } = await last.stored
  await audit.flush()
  process.stdout.write(`${seq}\n`)
}
