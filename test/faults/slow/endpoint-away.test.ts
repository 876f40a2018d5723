/** An endpoint that is away for long: memory stays flat however much waits, and everything comes when it is back. */
import { expect } from 'chai'
import { useAuditFolders } from '../../pipeline/logger/support/audit-folders.ts'
import { useDeliveries } from '../../forward/support/deliveries.ts'

const RECORDS = 60_000
const MAX_GROWTH_BYTES = 80 * 1024 * 1024

describe('an endpoint that is away for long', () => {
  const newFolder = useAuditFolders()
  const { endpoint: newEndpoint, deliver } = useDeliveries()

  it('costs no memory, and gets everything in order when it comes back', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await endpoint.stop()
    const audit = folder.open({ maxFileBytes: 4 * 1024 * 1024, maxBackups: 100, flushIntervalMillis: 100 })
    const delivery = deliver(folder.dir, { url: endpoint.url })
    let before = 0
    let after = 0
    for (let call = 0; call < RECORDS; call++) {
      audit.logToolCall({ toolName: 'shell' })
      if (call % 500 === 0) await new Promise(resolve => setTimeout(resolve, 2))
      if (call % 2000 === 0) delivery.wake()
      if (call === RECORDS / 4) before = process.memoryUsage.rss()
      if (call === RECORDS - 1) after = process.memoryUsage.rss()
    }
    expect(after - before).to.be.below(MAX_GROWTH_BYTES)
    await audit.shutdown()
    await endpoint.start()
    await delivery.drained()
    expect(endpoint.ids).to.have.length(RECORDS + 2 + folder.contexts('AuditContinued').length)
    expect(new Set(endpoint.ids).size).to.equal(endpoint.ids.length)
    expect(delivery.status).to.include({ pending: 0, rejected: 0, missing: 0 })
  })
})
