import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect } from 'chai'
import { useAuditFolders } from '../pipeline/logger/support/audit-folders.ts'
import { useDeliveries } from './support/deliveries.ts'

const CALLS = 60
const OUTPUT_CHARACTERS = 250_000
/** More than the system takes off a sender's hands. */
const BATCH_BYTES = 12_000_000
const TAKEN = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}'

describe('an endpoint that answers before it has read a request', () => {
  const newFolder = useAuditFolders()
  const { deliver } = useDeliveries()

  it('gets no more of that one, and the next one at once on another connection', async () => {
    const folder = newFolder()
    const audit = folder.open({ capture: 'full', maxEventBytes: 1_000_000 })
    for (let call = 0; call < CALLS; call++) {
      audit.logToolCall({ toolName: 'shell', output: 'x'.repeat(OUTPUT_CHARACTERS) })
    }
    await audit.shutdown()
    const sockets: Socket[] = []
    const server = createServer(socket => {
      sockets.push(socket)
      socket.on('error', () => {})
      socket.once('data', () => {
        socket.pause()
        socket.write(TAKEN)
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/logs`
    const delivery = deliver(folder.dir, { url, maxBatchBytes: BATCH_BYTES })
    await delivery.drained()
    await delivery.close()
    for (const socket of sockets) socket.destroy()
    server.close()
    expect(delivery.status.delivered).to.equal(CALLS + 2)
    expect(sockets).to.have.length(2)
    expect(sockets[0]?.bytesRead).to.be.below(BATCH_BYTES / 2)
    expect(delivery.troubles).to.deep.equal([])
  })
})
