import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { expect } from 'chai'
import type { KansaError } from '../../src/index.ts'
import { readCursor } from '../../src/journal/forwarding/cursor-file.ts'
import { eventually, thrownBy, useAuditFolders, useEnvironment } from '../pipeline/logger/support/audit-folders.ts'
import { deadLettersIn, useDeliveries } from './support/deliveries.ts'
import { answer, HANG } from './support/endpoint.ts'

describe('a logger with destinations', () => {
  const newFolder = useAuditFolders()
  const { endpoint: newEndpoint } = useDeliveries()
  const setEnvironment = useEnvironment()

  it('delivers to each of them under a position of its own: one that is dead holds up no other', async () => {
    const folder = newFolder()
    const [well, dead] = [await newEndpoint(), await newEndpoint()]
    await dead.stop()
    const otlp = [
      { name: 'well', url: well.url },
      { name: 'dead', url: dead.url },
    ]
    const errors: KansaError[] = []
    const audit = folder.open({ otlp, onError: error => errors.push(error) })
    for (let call = 0; call < 20; call++) audit.logToolCall({ toolName: 'shell' })
    await audit.flush()
    expect(well.ids).to.deep.equal(folder.events().map(({ id }) => id))
    expect(errors.map(({ code }) => code)).to.include('KANSA_NOT_DELIVERED')
    expect(errors[0]?.message).to.match(/^delivery to "dead": .*ECONNREFUSED/)
    await audit.shutdown()
    expect(readCursor(folder.dir, 'well')?.next).to.equal(22)
    expect(readCursor(folder.dir, 'dead')?.next).to.equal(0)
    await dead.start()
    const next = folder.open({ otlp })
    await next.flush()
    await next.shutdown()
    expect(dead.ids).to.deep.equal(folder.events().map(({ id }) => id))
    expect(well.ids).to.deep.equal(dead.ids)
  })

  it('brings the rest when the process ends in order, and leaves no lock', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    const audit = folder.open({ otlp: { url: endpoint.url } })
    audit.logToolCall({ toolName: 'shell' })
    await audit.shutdown()
    expect(endpoint.sequence.slice(-2)).to.deep.equal(['2', 'c3'])
    expect(existsSync(join(folder.dir, 'forward', 'default.lock'))).to.equal(false)
  })

  it('leaves no lock when its thread had to be ended', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    endpoint.reply = HANG
    const audit = folder.open({ otlp: { url: endpoint.url, timeoutMillis: 60_000 } })
    audit.logToolCall({ toolName: 'shell' })
    await audit.shutdown()
    expect(existsSync(join(folder.dir, 'forward', 'default.lock'))).to.equal(false)
    expect(folder.life()).to.deep.equal(['AuditStarted', 'AuditStopped'])
  })

  it('gives the numbers as OpenTelemetry metrics', async () => {
    const folder = newFolder()
    const [well, strict] = [await newEndpoint(), await newEndpoint()]
    strict.reply = answer(403)
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1_000_000 })
    const meterProvider = new MeterProvider({ readers: [reader] })
    const otlp = [
      { name: 'well', url: well.url },
      { name: 'strict', url: strict.url },
    ]
    const audit = folder.open({ otlp, meterProvider })
    audit.logToolCall({ toolName: 'shell' })
    await audit.flush()
    await eventually(() => strict.arrivals.length > 0, 'a refusal')
    await reader.forceFlush()
    const metrics = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(scope => scope.metrics))
    const valueOf = (metric: string, name: string): unknown =>
      metrics
        .find(({ descriptor }) => descriptor.name === metric)
        ?.dataPoints.find(
          ({ attributes }) =>
            attributes['otel.component.name'] === `kansa/${name}` && attributes['error.type'] === undefined,
        )?.value
    expect(valueOf('otel.sdk.exporter.log.exported', 'well')).to.equal(2)
    expect(valueOf('otel.sdk.processor.log.queue.size', 'well')).to.equal(0)
    expect(valueOf('agent_audit.delivery.lag', 'well')).to.equal(0)
    expect(valueOf('otel.sdk.exporter.log.exported', 'strict')).to.equal(0)
    expect(valueOf('agent_audit.delivery.lag', 'strict')).to.be.a('number')
    await audit.shutdown()
    await meterProvider.shutdown()
  })

  it('sends the headers of the environment to the endpoint of the environment only', async () => {
    setEnvironment({ OTEL_EXPORTER_OTLP_HEADERS: 'x-key=secret' })
    const [own, other] = [await newEndpoint(), await newEndpoint()]
    setEnvironment({ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: own.url })
    const audit = newFolder().open({ otlp: [{}, { url: other.url }] })
    await audit.flush()
    expect(own.arrivals[0]?.headers['x-key']).to.equal('secret')
    expect(other.arrivals[0]?.headers['x-key']).to.equal(undefined)
    await audit.shutdown()
  })

  const wrong: readonly (readonly [string, object])[] = [
    ['a name that is no file name', { name: '../x' }],
    ['an address that is not http', { url: 'ftp://example.com' }],
    ['an unknown kind in a filter', { filter: { types: ['ToolCalls'] } }],
    ['a key without its certificate', { clientKey: '/tmp/key.pem' }],
    ['a request above what servers take', { maxBatchBytes: 65 * 1024 * 1024 }],
    ['a certificate that is not there', { certificate: '/nowhere/ca.pem' }],
    ['two of one name', [{ name: 'a' }, { name: 'a' }]],
  ]
  for (const [what, otlp] of wrong) {
    it(`refuses ${what}`, () => {
      expect(thrownBy(() => newFolder().open({ otlp })).code).to.equal('KANSA_INVALID_OPTION')
    })
  }
})

describe('backups that a destination lacks', () => {
  const newFolder = useAuditFolders()
  const { endpoint: newEndpoint, deliver } = useDeliveries()

  it('are kept beyond maxBackups, and go when they are delivered', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await endpoint.stop()
    const otlp = { url: endpoint.url }
    const limits = { maxFileBytes: 2500, maxBackups: 1, maxUndeliveredBackups: 100, flushIntervalMillis: 10 }
    const audit = folder.open({ otlp, ...limits })
    for (let round = 0; round < 15; round++) {
      for (let call = 0; call < 3; call++) audit.logToolCall({ toolName: 'shell' })
      await audit.logToolCall({ toolName: 'shell' }).stored
    }
    expect(folder.contexts('RetentionDeleted')).to.deep.equal([])
    await endpoint.start()
    await eventually(() => (readCursor(folder.dir, 'default')?.next ?? 0) > 60, 'delivery')
    const all = endpoint.ids.length
    for (let round = 0; round < 4; round++) {
      audit.logToolCall({ toolName: 'shell' })
      await audit.flush()
    }
    await audit.shutdown()
    expect(folder.contexts('RetentionDeleted').length).to.be.above(0)
    expect(folder.contexts('RetentionDeleted').some(context => 'undelivered_to' in context)).to.equal(false)
    expect(all).to.be.above(60)
    expect(new Set(endpoint.ids).size).to.equal(endpoint.ids.length)
  })

  it('are given up beyond maxUndeliveredBackups: counted, reported, recorded, and named when it comes back', async () => {
    const folder = newFolder()
    const endpoint = await newEndpoint()
    await endpoint.stop()
    const errors: KansaError[] = []
    const limits = { maxFileBytes: 2500, maxBackups: 1, maxUndeliveredBackups: 1, flushIntervalMillis: 10 }
    const audit = folder.open({ otlp: { url: endpoint.url }, ...limits, onError: error => errors.push(error) })
    await audit.flush()
    await eventually(() => {
      for (let call = 0; call < 5; call++) audit.logToolCall({ toolName: 'shell' })
      return errors.some(({ message }) => message.includes('maxUndeliveredBackups'))
    }, 'giving up')
    await audit.shutdown()
    const deleted = folder.contexts('RetentionDeleted')
    expect(deleted.every(context => context['undelivered_to'] === 'default')).to.equal(true)
    await endpoint.start()
    await deliver(folder.dir, { url: endpoint.url }).drained()
    const kept = folder.events().map(({ id }) => id)
    const [letter] = deadLettersIn(folder.dir)
    expect(letter).to.include({ seq: 0, last_seq: (folder.events()[0]?.seq ?? 0) - 1, reason: 'not in the journal' })
    expect(endpoint.ids).to.deep.equal(kept)
  })
})
