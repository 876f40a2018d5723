import dns from 'node:dns'
import { createServer } from 'node:net'
import { expect } from 'chai'
import { resolveDestinations } from '../../src/forward/destination.ts'
import { OtlpConnection } from '../../src/forward/otlp-connection.ts'

describe('why a request failed is said', () => {
  it('for a host with several addresses, none of which answers', async () => {
    const port = await freePort()
    const { lookup } = dns
    const addresses = ['127.0.0.1', '127.0.0.2'].map(address => ({ address, family: 4 }))
    const answer = (_host: string, _options: object, done: (error: null, list: object[]) => void): void =>
      done(null, addresses)
    Object.assign(dns, { lookup: answer })
    try {
      const [destination] = resolveDestinations([{ url: `http://collector.test:${port}/v1/logs` }])
      if (destination === undefined) throw new Error('no destination')
      const attempt = await new OtlpConnection(destination).send([Buffer.from('{}')])
      expect(attempt).to.deep.include({
        kind: 'retry',
        reason: `connect ECONNREFUSED 127.0.0.1:${port}; connect ECONNREFUSED 127.0.0.2:${port}`,
      })
    } finally {
      Object.assign(dns, { lookup })
    }
  })
})

/** One that nobody listens on any more. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
