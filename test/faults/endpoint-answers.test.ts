/** What an endpoint answers: each record is delivered or named in the dead letters, and nothing else stops the delivery. */
import { expect } from 'chai'
import type { AuditFolder } from '../pipeline/logger/support/audit-folders.ts'
import { eventually, useAuditFolders } from '../pipeline/logger/support/audit-folders.ts'
import { HAS_OPENSSL, makeCertificate } from '../forward/support/certificates.ts'
import { deadLettersIn, useDeliveries, writeLog } from '../forward/support/deliveries.ts'
import { answer, attributeOf, Endpoint, idOf, type Reply, TAKE } from '../forward/support/endpoint.ts'

const BOMB_BYTES = 30 * 1024 * 1024

function idsOf(folder: AuditFolder): string[] {
  return folder.events().map(({ id }) => id)
}

/** Refuses requests with one of these records in it. */
function refusing(status: number, seqs: readonly number[]): Reply {
  const poison = new Set<unknown>(seqs)
  return (arrival, response, request) =>
    arrival.records.some(record => poison.has(attributeOf(record, 'agent_audit.log.index')))
      ? answer(status)(arrival, response, request)
      : TAKE(arrival, response, request)
}

describe('answers that ask for patience', () => {
  const newFolder = useAuditFolders()
  const { endpoint: newEndpoint, deliver } = useDeliveries()

  const passing: readonly (readonly [string, Reply])[] = [
    ['429 with a Retry-After in seconds', answer(429, { 'retry-after': '0' })],
    ['503 with a negative Retry-After', answer(503, { 'retry-after': '-5' })],
    ['503 with a Retry-After that is over', answer(503, { 'retry-after': 'Mon, 01 Jan 2024 00:00:00 GMT' })],
    ['502 with nonsense in Retry-After', answer(502, { 'retry-after': 'soon' })],
    ['504', answer(504)],
    ['401', answer(401)],
    ['403', answer(403)],
    ['404', answer(404)],
    ['405', answer(405)],
    ['415', answer(415)],
    ['a page of a proxy with 200', answer(200, { 'content-type': 'text/html' }, '<html>welcome</html>')],
    ['a page without a type with 200', answer(200, {}, '<!doctype html>')],
    ['broken JSON with 200', answer(200, { 'content-type': 'application/json' }, '{"partial')],
    ['an answer that was compressed unasked', answer(200, { 'content-encoding': 'gzip' }, 'bomb')],
  ]
  for (const [what, reply] of passing) {
    it(`${what}: nothing is set aside, everything arrives once it is over`, async () => {
      const folder = newFolder()
      const endpoint = await newEndpoint()
      await writeLog(folder, 10)
      endpoint.reply = reply
      const delivery = deliver(folder.dir, { url: endpoint.url })
      await eventually(() => endpoint.arrivals.length >= 3, 'several attempts')
      expect(delivery.status).to.include({ state: 'failing', delivered: 0 })
      endpoint.reply = TAKE
      await delivery.drained()
      expect(endpoint.ids).to.deep.equal(idsOf(folder))
      expect(deadLettersIn(folder.dir)).to.deep.equal([])
    })
  }

  it('Retry-After is honoured: no request before', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 3)
    endpoint.reply = (...request) =>
      endpoint.arrivals.length === 1 ? answer(503, { 'retry-after': '1' })(...request) : TAKE(...request)
    await deliver(folder.dir, { url: endpoint.url }).drained()
    const [first, second] = endpoint.arrivals
    expect((second?.at ?? 0) - (first?.at ?? 0)).to.be.at.least(990)
  })

  it('an endless Retry-After does not hold up the end', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 3)
    endpoint.reply = answer(429, { 'retry-after': '1000000000' })
    const delivery = deliver(folder.dir, { url: endpoint.url })
    await eventually(() => endpoint.arrivals.length === 1, 'an attempt')
    await delivery.close()
    expect(endpoint.arrivals).to.have.length(1)
  })

  it('a redirect is not followed, and gets no credentials', async () => {
    const folder = newFolder()
    const [endpoint, other] = [await newEndpoint(), await newEndpoint()]
    await writeLog(folder, 3)
    endpoint.reply = answer(307, { location: other.url })
    const delivery = deliver(folder.dir, { url: endpoint.url, headers: { authorization: 'secret' } })
    await eventually(() => delivery.troubles.length > 2, 'several attempts')
    expect(delivery.troubles[0]).to.include('redirects are not followed')
    expect(other.arrivals).to.deep.equal([])
    endpoint.reply = TAKE
    await delivery.drained()
    expect(endpoint.ids).to.deep.equal(idsOf(folder))
  })

  it('an answer without an end is read up to a limit', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 3)
    let written = 0
    endpoint.reply = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const block = Buffer.alloc(256 * 1024, ' ')
      const pour = (): void => {
        while (!response.destroyed && written < BOMB_BYTES) {
          written += block.length
          if (!response.write(block)) {
            response.once('drain', pour)
            return
          }
        }
      }
      pour()
      return false
    }
    const delivery = deliver(folder.dir, { url: endpoint.url, timeoutMillis: 5000 })
    await eventually(() => delivery.troubles.length > 0, 'a judgement')
    expect(written).to.be.below(BOMB_BYTES)
    endpoint.reply = TAKE
    await delivery.drained()
    expect(endpoint.ids).to.deep.equal(idsOf(folder))
  })
})

describe('answers that refuse records', () => {
  const newFolder = useAuditFolders()
  const { endpoint: newEndpoint, deliver } = useDeliveries()

  for (const status of [400, 413, 422, 500]) {
    it(`${status} is narrowed down to the records that cause it; the others arrive in order`, async () => {
      const folder = newFolder()
      const endpoint = await newEndpoint()
      await writeLog(folder, 60)
      const poison = [7, 8, 41]
      endpoint.reply = refusing(status, poison)
      const delivery = deliver(folder.dir, { url: endpoint.url })
      await delivery.drained()
      const ids = idsOf(folder)
      expect(deadLettersIn(folder.dir).map(({ id, seq, reason }) => [id, seq, reason])).to.deep.equal(
        poison.map(seq => [ids[seq], seq, `HTTP ${status}`]),
      )
      expect(endpoint.ids).to.deep.equal(ids.filter((_, seq) => !poison.includes(seq)))
      expect(delivery.status).to.include({ delivered: 59, rejected: 3, pending: 0 })
    })
  }

  it('a long row of refused records is set aside where the destination takes others', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 60)
    const poison = Array.from({ length: 40 }, (_, index) => index + 5)
    endpoint.reply = refusing(400, poison)
    await deliver(folder.dir, { url: endpoint.url }).drained()
    expect(deadLettersIn(folder.dir).map(({ seq }) => seq)).to.deep.equal(poison)
    // One that it took before vouches for it, and comes again.
    expect([...new Set(endpoint.ids)]).to.have.length(62 - poison.length)
  })

  it('where everything is refused, nothing is set aside: that is not the records’ fault', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 60)
    endpoint.reply = answer(400)
    const delivery = deliver(folder.dir, { url: endpoint.url })
    await eventually(() => delivery.troubles.length > 2, 'several rounds')
    expect(delivery.troubles[0]).to.equal('HTTP 400 for whatever is sent')
    expect(deadLettersIn(folder.dir)).to.deep.equal([])
    endpoint.reply = TAKE
    await delivery.drained()
    expect(endpoint.ids).to.deep.equal(idsOf(folder))
  })

  it('one that is refused alone does not block those behind it', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 6)
    endpoint.reply = refusing(400, [3])
    const delivery = deliver(folder.dir, { url: endpoint.url, maxBatchRecords: 1 })
    await delivery.drained()
    expect(deadLettersIn(folder.dir).map(({ seq }) => seq)).to.deep.equal([3])
    expect([...new Set(endpoint.ids)]).to.deep.equal(idsOf(folder).filter((_, seq) => seq !== 3))
  })

  it('partial success is not sent again: the range is named, with how many', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 10)
    const body = '{"partialSuccess":{"rejectedLogRecords":"2","errorMessage":"too old: xxxx"}}'
    let isFirst = true
    endpoint.reply = (arrival, response, request) => {
      if (!isFirst) return TAKE(arrival, response, request)
      isFirst = false
      response.writeHead(200, { 'content-type': 'application/json' }).end(body)
      return true
    }
    const delivery = deliver(folder.dir, { url: endpoint.url })
    await delivery.drained()
    expect(endpoint.ids).to.deep.equal(idsOf(folder))
    const of = endpoint.arrivals[0]?.records.length
    expect(deadLettersIn(folder.dir).map(({ reason }) => reason)).to.deep.equal([`2 of ${of} rejected`])
    expect(deadLettersIn(folder.dir)[0]).to.include({ seq: 0 })
    expect(delivery.status).to.include({ delivered: 10, rejected: 2, pending: 0 })
  })

  it('partial success with none rejected is a success with a remark', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 3)
    endpoint.reply = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end('{"partialSuccess":{"errorMessage":"please use gzip"}}')
      return true
    }
    const delivery = deliver(folder.dir, { url: endpoint.url })
    await delivery.drained()
    expect(delivery.status).to.include({ delivered: 5, rejected: 0 })
    expect(deadLettersIn(folder.dir)).to.deep.equal([])
  })
})

describe('a certificate', () => {
  const newFolder = useAuditFolders()
  const { deliver } = useDeliveries()
  const endpoints: Endpoint[] = []

  before(function () {
    if (HAS_OPENSSL) return
    console.log('skipped: there is no openssl to make certificates with')
    this.skip()
  })
  afterEach(async () => {
    for (const endpoint of endpoints.splice(0)) await endpoint.stop()
  })

  async function secure(until: string): Promise<{ endpoint: Endpoint; certificate: string }> {
    const made = makeCertificate(until)
    const endpoint = await new Endpoint(made).start()
    endpoints.push(endpoint)
    return { endpoint, certificate: made.path }
  }

  it('that is trusted lets records through', async () => {
    const folder = newFolder()
    const { endpoint, certificate } = await secure('491231235959Z')
    await writeLog(folder, 3)
    await deliver(folder.dir, { url: endpoint.url, certificate }).drained()
    expect(endpoint.taken.flatMap(({ records }) => records.flatMap(record => idOf(record) ?? []))).to.deep.equal(
      idsOf(folder),
    )
  })

  const untrusted: readonly (readonly [string, string, boolean, RegExp])[] = [
    ['that has expired', '200201000000Z', true, /expired/],
    ['that nobody vouches for', '491231235959Z', false, /self.signed|certificate/],
  ]
  for (const [what, until, isTrusted, reason] of untrusted) {
    it(`${what} lets nothing through, and says so`, async () => {
      const folder = newFolder()
      const { endpoint, certificate } = await secure(until)
      await writeLog(folder, 3)
      const delivery = deliver(folder.dir, { url: endpoint.url, ...(isTrusted && { certificate }) })
      await eventually(() => delivery.troubles.length > 2, 'several attempts')
      expect(delivery.troubles[0]).to.match(reason)
      expect(endpoint.arrivals).to.deep.equal([])
      expect(delivery.status).to.include({ delivered: 0, rejected: 0 })
    })
  }
})
