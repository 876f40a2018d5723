/** Logs as fast as the disk takes it, with small files of which few are kept: `busy-writer.ts <dir> <records>`. */
import { setImmediate } from 'node:timers/promises'
import { createAuditLogger } from '../../../src/create-audit-logger.ts'

const [dir = '', records = '0'] = process.argv.slice(2)

const audit = createAuditLogger({
  dir,
  maxFileBytes: 64 * 1024,
  maxBackups: 3,
  minRetentionDays: 0,
  flushIntervalMillis: 20,
})
for (let count = 0; count < Number(records); count++) {
  audit.logTokenUsage({ entityId: 'agent-1', entityType: 'agent', tokensConsumed: count, operation: 'test' })
  if (count % 50 === 49) await setImmediate()
}
await audit.shutdown()
