import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { useAuditFolders } from '../pipeline/logger/support/audit-folders.ts'
import { deadLettersIn, useDeliveries, writeLog } from './support/deliveries.ts'
import { attributeOf, TAKE } from './support/endpoint.ts'

describe('delivery of a journal', () => {
  const newFolder = useAuditFolders()
  const { endpoint: newEndpoint, deliver } = useDeliveries()

  it('brings every record in order, and each checkpoint behind the records that it covers', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 4, 2)
    const delivery = deliver(folder.dir, { url: endpoint.url })
    await delivery.drained()
    expect(endpoint.sequence).to.deep.equal(['c0', '0', '1', '2', 'c3', '3', '4', 'c5', '5', 'c6'])
    expect(endpoint.ids).to.deep.equal(folder.events().map(({ id }) => id))
    expect(delivery.status).to.deep.include({ delivered: 6, pending: 0, rejected: 0, skipped: 0, missing: 0 })
  })

  it('names the log, and the process that wrote a record', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 1, 1, { origin: 'example.com/audit', resource: { 'service.name': 'first' } })
    await writeLog(folder, 1, 1, { origin: 'example.com/audit', resource: { 'service.name': 'second' } })
    await deliver(folder.dir, { url: endpoint.url }).drained()
    const origins = endpoint.taken.flatMap(({ records }) =>
      records.map(record => attributeOf(record, 'agent_audit.log.origin')),
    )
    expect(new Set(origins)).to.deep.equal(new Set(['example.com/audit']))
    const resources = endpoint.taken.flatMap(({ data }) => data.resourceLogs ?? [])
    const texts = resources.map(({ resource }) => JSON.stringify(resource?.attributes))
    const instances = folder.contexts('AuditStarted').map(context => context['instance_id'])
    expect(texts).to.have.length(2)
    for (const [index, name] of ['first', 'second'].entries()) {
      expect(texts[index]).to.include(`{"key":"service.name","value":{"stringValue":"${name}"}}`)
      expect(texts[index]).to.include(`{"key":"service.instance.id","value":{"stringValue":"${instances[index]}"}}`)
    }
  })

  it('goes on where the last one ended, through rotations, and repeats nothing', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    for (let start = 0; start < 4; start++) {
      await writeLog(folder, 6, 2, { maxFileBytes: 3000, maxBackups: 100 })
      const delivery = deliver(folder.dir, { url: endpoint.url })
      await delivery.drained()
      await delivery.close()
    }
    expect(endpoint.ids).to.deep.equal(folder.events().map(({ id }) => id))
  })

  it('keeps the resource in force when it goes on', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    const audit = folder.open({ resource: { 'service.name': 'kept' } })
    await audit.flush()
    const first = deliver(folder.dir, { url: endpoint.url })
    await first.drained()
    await first.close()
    audit.logToolCall({ toolName: 'shell' })
    await audit.flush()
    await deliver(folder.dir, { url: endpoint.url }).drained()
    expect(JSON.stringify(endpoint.taken.at(-1)?.data)).to.include('"kept"')
  })

  it('finds its place by seq where files were renamed, and the cursor’s hints say something else', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 30, 5, { maxFileBytes: 3000, maxBackups: 100 })
    const first = deliver(folder.dir, { url: endpoint.url })
    await first.drained()
    await first.close()
    const cursor = join(folder.dir, 'forward', 'default.cursor')
    const position = { ...JSON.parse(readFileSync(cursor, 'utf8')), next: 7, checkpoint: 6, checkpointOffset: 11 }
    writeFileSync(cursor, JSON.stringify(position))
    renameSync(join(folder.dir, 'audit.jsonl.3'), join(folder.dir, 'audit.jsonl.77'))
    renameSync(join(folder.dir, 'audit.jsonl.2'), join(folder.dir, 'audit.jsonl.66'))
    endpoint.taken.length = 0
    await deliver(folder.dir, { url: endpoint.url }).drained()
    const records = endpoint.sequence.filter(name => !name.startsWith('c')).map(Number)
    expect(records[0]).to.equal(7)
    expect(new Set(records).size).to.equal(records.length)
  })

  it('never goes beyond the newest checkpoint', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    const audit = folder.open({ flushIntervalMillis: 1_000_000 })
    audit.logToolCall({ toolName: 'sealed' })
    await audit.flush()
    await audit.logToolCall({ toolName: 'not sealed' }).stored
    const delivery = deliver(folder.dir, { url: endpoint.url })
    await delivery.drained()
    expect(endpoint.sequence).to.deep.equal(['c0', '0', '1', 'c2'])
    await audit.flush()
    await delivery.drained()
    expect(endpoint.sequence.slice(4)).to.deep.equal(['2', 'c3'])
  })

  it('bounds requests by the bytes that are sent, and by records', async () => {
    const folder = newFolder()
    await writeLog(folder, 60)
    for (const limit of [{ maxBatchBytes: 8000 }, { maxBatchRecords: 7 }]) {
      const endpoint = await newEndpoint()
      const { name } = { name: Object.keys(limit)[0]?.toLowerCase() ?? '' }
      await deliver(folder.dir, { url: endpoint.url, name, ...limit }).drained()
      expect(endpoint.ids).to.deep.equal(folder.events().map(({ id }) => id))
      expect(Math.max(...endpoint.taken.map(({ bytes }) => bytes))).to.be.at.most(limit.maxBatchBytes ?? Infinity)
      expect(Math.max(...endpoint.taken.map(({ records }) => records.length))).to.be.at.most(
        limit.maxBatchRecords ?? Infinity,
      )
    }
  })

  it('sends a record alone that is longer than a request should be', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 3)
    await deliver(folder.dir, { url: endpoint.url, maxBatchBytes: 10 }).drained()
    expect(endpoint.ids).to.deep.equal(folder.events().map(({ id }) => id))
    expect(endpoint.taken.every(({ records }) => records.length === 1)).to.equal(true)
  })

  it('leaves out what the filter does not want, counts it, and still brings the checkpoints', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    const audit = folder.open()
    audit.logToolCall({ toolName: 'fine' })
    audit.logToolCall({ toolName: 'broken', success: false, error: 'no' })
    audit.logAgentStart({ agentName: 'a', goal: 'g' })
    await audit.shutdown()
    const filter = { types: ['ToolCall'], minSeverity: 'ERROR' } as const
    const delivery = deliver(folder.dir, { url: endpoint.url, filter })
    await delivery.drained()
    expect(endpoint.sequence.filter(name => !name.startsWith('c'))).to.deep.equal(['2'])
    expect(endpoint.sequence.filter(name => name.startsWith('c'))).to.deep.equal(['c0', 'c4', 'c5'])
    expect(delivery.status).to.deep.include({ delivered: 1, skipped: 4, pending: 0 })
  })

  it('can be compressed, and protobuf', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 3)
    await deliver(folder.dir, { url: endpoint.url, compression: 'gzip' }).drained()
    expect(endpoint.ids).to.deep.equal(folder.events().map(({ id }) => id))
    expect(endpoint.taken[0]?.headers['content-encoding']).to.equal('gzip')
    const delivery = deliver(folder.dir, { url: endpoint.url, name: 'binary', encoding: 'protobuf' })
    await delivery.drained()
    expect(endpoint.taken.at(-1)?.headers['content-type']).to.equal('application/x-protobuf')
    expect(delivery.status.delivered).to.equal(5)
  })

  it('names records that are gone from the journal, and goes on behind them', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 6)
    const path = join(folder.dir, 'audit.jsonl')
    const lines = readFileSync(path, 'utf8').split('\n')
    writeFileSync(path, [...lines.slice(0, 3), 'not a record', ...lines.slice(5)].join('\n'))
    const delivery = deliver(folder.dir, { url: endpoint.url })
    await delivery.drained()
    expect(deadLettersIn(folder.dir)).to.have.length(1)
    expect(deadLettersIn(folder.dir)[0]).to.include({ seq: 3, last_seq: 4, reason: 'not in the journal' })
    expect(endpoint.ids).to.have.length(6)
    expect(delivery.status).to.deep.include({ delivered: 6, missing: 2, pending: 0 })
  })

  it('names the last records when nothing is behind them', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 4)
    const path = join(folder.dir, 'audit.jsonl')
    writeFileSync(path, `${readFileSync(path, 'utf8').split('\n').slice(0, 4).join('\n')}\n`)
    await deliver(folder.dir, { url: endpoint.url }).drained()
    expect(deadLettersIn(folder.dir).map(({ seq, last_seq }) => [seq, last_seq])).to.deep.equal([[4, 5]])
    expect(endpoint.sequence.at(-1)).to.equal('c6')
  })

  it('excludes a second one to the same destination, which takes over when the first ends', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 2)
    const first = deliver(folder.dir, { url: endpoint.url })
    await first.drained()
    const second = deliver(folder.dir, { url: endpoint.url })
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(second.status.state).to.equal('locked')
    expect(second.troubles[0]).to.match(/is being delivered to "default" by process \d+/)
    await first.close()
    await second.drained()
    expect(new Set(endpoint.ids).size).to.equal(endpoint.ids.length)
  })

  it('begins a log anew that is older than what was delivered of it: numbers are used again there', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 2)
    const cursor = join(folder.dir, 'forward', 'default.cursor')
    const first = deliver(folder.dir, { url: endpoint.url })
    await first.drained()
    await first.close()
    writeFileSync(cursor, JSON.stringify({ ...JSON.parse(readFileSync(cursor, 'utf8')), next: 99, checkpoint: 99 }))
    const second = deliver(folder.dir, { url: endpoint.url })
    await second.drained()
    expect(second.troubles[0]).to.include('older than what was delivered')
    expect(endpoint.ids).to.have.length(8)
  })

  it('keeps no content of records in its own files', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await writeLog(folder, 2)
    endpoint.reply = (arrival, response, request) => {
      if (arrival.records.some(record => attributeOf(record, 'agent_audit.log.index') === 1)) {
        response.writeHead(400).end('bad value "xxxxxxxxxx"')
        return false
      }
      return TAKE(arrival, response, request)
    }
    await deliver(folder.dir, { url: endpoint.url }).drained()
    const [letter] = deadLettersIn(folder.dir)
    expect(letter).to.include({ id: folder.events()[1]?.id, seq: 1, reason: 'HTTP 400' })
    for (const name of ['default.cursor', 'default.dead-letter.jsonl']) {
      expect(readFileSync(join(folder.dir, 'forward', name), 'utf8')).not.to.include('xxxx')
    }
  })
})
