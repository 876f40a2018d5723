import { expect } from 'chai'
import { readCursor } from '../../src/journal/forwarding/cursor-file.ts'
import { useAuditFolders } from '../pipeline/logger/support/audit-folders.ts'
import { useDeliveries } from './support/deliveries.ts'

const LIMITS = { maxFileBytes: 2500, maxBackups: 1, maxUndeliveredBackups: 100, flushIntervalMillis: 10 }

describe('a destination that is configured no more', () => {
  const newFolder = useAuditFolders()
  const { endpoint: newEndpoint } = useDeliveries()

  it('holds no backups by the cursor that it left, and nothing is recorded as undelivered to it', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await endpoint.stop()
    const audit = folder.open({ otlp: { name: 'gone', url: endpoint.url }, ...LIMITS })
    for (let call = 0; call < 40; call++) audit.logToolCall({ toolName: 'shell' })
    await audit.shutdown()
    expect(readCursor(folder.dir, 'gone')?.next).to.equal(0)
    expect(folder.contexts('RetentionDeleted')).to.deep.equal([])
    const next = folder.open(LIMITS)
    for (let round = 0; round < 4; round++) {
      next.logToolCall({ toolName: 'shell' })
      await next.flush()
    }
    await next.shutdown()
    const deleted = folder.contexts('RetentionDeleted')
    expect(deleted).to.not.deep.equal([])
    expect(deleted.filter(context => 'undelivered_to' in context)).to.deep.equal([])
    expect(folder.events()[0]?.seq).to.be.above(0)
  })
})
