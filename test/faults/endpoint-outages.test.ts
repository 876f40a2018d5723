/** An endpoint that is down, hangs, is slow, resets or is a black hole: nothing is lost, nothing is held up. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect } from 'chai'
import type { AuditFolder } from '../pipeline/logger/support/audit-folders.ts'
import { eventually, useAuditFolders } from '../pipeline/logger/support/audit-folders.ts'
import { deadLettersIn, type TestDelivery, useDeliveries, writeLog } from '../forward/support/deliveries.ts'
import { type Endpoint, HANG, type Reply, RESET, TAKE } from '../forward/support/endpoint.ts'

const MANY = 300

interface Hole {
  readonly child: ChildProcess
  readonly port: number
  readonly filling: readonly Socket[]
}

/** Every record arrived, the first times in order, and nothing is left. */
function expectAllOf(folder: AuditFolder, endpoint: Endpoint, delivery: TestDelivery): void {
  expect([...new Set(endpoint.ids)]).to.deep.equal(folder.events().map(({ id }) => id))
  expect(deadLettersIn(folder.dir)).to.deep.equal([])
  expect(delivery.status).to.include({ pending: 0, rejected: 0, missing: 0 })
}

/** The first so many requests are treated so, the others well. */
function atFirst(count: number, reply: Reply): Reply {
  let seen = 0
  return (...request) => (seen++ < count ? reply(...request) : TAKE(...request))
}

describe('an endpoint that is away', () => {
  const newFolder = useAuditFolders()
  const { endpoint: newEndpoint, deliver } = useDeliveries()

  it('from the start gets everything when it comes', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await endpoint.stop()
    await writeLog(folder, MANY, 50)
    const delivery = deliver(folder.dir, { url: endpoint.url, maxBatchRecords: 50 })
    await eventually(() => delivery.troubles.length > 3, 'several attempts')
    expect(delivery.status.state).to.equal('failing')
    await endpoint.start()
    await delivery.drained()
    expectAllOf(folder, endpoint, delivery)
    expect(endpoint.ids).to.have.length(new Set(endpoint.ids).size)
  })

  it('again and again gets everything, while the agent goes on', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    const audit = folder.open()
    const delivery = deliver(folder.dir, { url: endpoint.url, maxBatchRecords: 20 })
    for (let round = 0; round < 6; round++) {
      if (round % 2 === 0) await endpoint.start().catch(() => {})
      else await endpoint.stop()
      for (let call = 0; call < 50; call++) audit.logToolCall({ toolName: 'shell' })
      await audit.flush()
      delivery.wake()
    }
    await audit.shutdown()
    await endpoint.start()
    await delivery.drained()
    expectAllOf(folder, endpoint, delivery)
  })

  const ailments: readonly (readonly [string, Reply])[] = [
    ['takes requests and never answers', HANG],
    [
      'answers with headers and stalls',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 })
        response.write('{')
        return false
      },
    ],
    [
      'answers a byte at a time, without an end',
      (_, response, request) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        const timer = setInterval(() => response.write(' '), 20)
        request.socket.on('close', () => clearInterval(timer))
        return false
      },
    ],
    ['resets the connection', RESET],
    [
      'resets it within its answer',
      (_, response, request) => {
        response.writeHead(200, { 'content-length': 1000 })
        response.write('{')
        setTimeout(() => request.socket.destroy(), 5)
        return false
      },
    ],
  ]
  for (const [what, reply] of ailments) {
    it(`${what}: is asked again, over one connection at a time`, async () => {
      const folder = newFolder()
      const endpoint = await newEndpoint()
      await writeLog(folder, 20)
      endpoint.reply = atFirst(3, reply)
      let most = 0
      const delivery = deliver(folder.dir, { url: endpoint.url, timeoutMillis: 150 })
      const watch = setInterval(() => (most = Math.max(most, endpoint.sockets.size)), 2)
      await delivery.drained()
      clearInterval(watch)
      expect(endpoint.arrivals).to.have.length.at.least(4)
      expect(most).to.be.at.most(2)
      expectAllOf(folder, endpoint, delivery)
    })
  }

  it('stores a batch and loses its acknowledgement: it comes again, with the same ids', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 40)
    const lost = new Set([1, 3])
    let request = 0
    endpoint.reply = (arrival, response, incoming) => {
      if (!lost.has(request++)) return TAKE(arrival, response, incoming)
      incoming.socket.destroy()
      return true
    }
    const delivery = deliver(folder.dir, { url: endpoint.url, maxBatchRecords: 8 })
    await delivery.drained()
    expect(endpoint.ids.length).to.be.above(new Set(endpoint.ids).size)
    expectAllOf(folder, endpoint, delivery)
  })

  it('does not hold up the end, nor keep a socket', async () => {
    for (const reply of [HANG, ailments[1]?.[1] ?? HANG]) {
      const folder = newFolder()
      const endpoint = await newEndpoint()
      await writeLog(folder, 5)
      endpoint.reply = reply
      const delivery = deliver(folder.dir, { url: endpoint.url, timeoutMillis: 60_000 })
      await eventually(() => endpoint.arrivals.length > 0, 'a request')
      await delivery.close()
      await eventually(() => endpoint.sockets.size === 0, 'no socket')
    }
  })
})

describe('a black hole', () => {
  const newFolder = useAuditFolders()
  const { deliver } = useDeliveries()
  let hole: Hole | undefined

  afterEach(() => {
    for (const socket of hole?.filling ?? []) socket.destroy()
    hole?.child.kill('SIGKILL')
    hole = undefined
  })

  it('swallows connections: each attempt ends in time, and the end is not held up', async () => {
    const folder = newFolder()
    await writeLog(folder, 5)
    hole = await openHole()
    const url = `http://127.0.0.1:${hole.port}/v1/logs`
    const delivery = deliver(folder.dir, { url, timeoutMillis: 100 })
    await eventually(() => delivery.troubles.length > 2, 'several attempts')
    expect(delivery.troubles[0]).to.match(/no answer within 100 ms/)
    await delivery.close()
    expect(delivery.status).to.include({ delivered: 0, next: 0 })
  })
})

/** A process that listens, and never accepts: once its backlog is full, the kernel drops what comes. */
async function openHole(): Promise<Hole> {
  const program =
    "const s = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {" +
    'process.stdout.write(String(s.address().port)); setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 50) })'
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [text] = (await once(child.stdout, 'data')) as [Buffer]
  await new Promise(resolve => setTimeout(resolve, 100))
  const port = Number(text.toString())
  const filling = Array.from({ length: 8 }, () => connect({ port, host: '127.0.0.1' }).on('error', () => {}))
  await new Promise(resolve => setTimeout(resolve, 50))
  return { child, port, filling }
}
