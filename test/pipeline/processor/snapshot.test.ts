import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { InMemoryLogRecordExporter } from '@opentelemetry/sdk-logs'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { expect } from 'chai'
import { OtlpReceiver } from '../../support/otlp-receiver.ts'
import { setUp } from './scripted-exporter.ts'

/** What is exported when the body or the attributes are these. */
async function exported(
  emitted: { body?: unknown; attributes?: Record<string, unknown> },
  change: () => void = () => {},
): Promise<ReadableLogRecord | undefined> {
  const exporter = new InMemoryLogRecordExporter()
  const { processor, logger } = setUp({ exporter })
  logger.emit(emitted)
  change()
  await processor.forceFlush()
  return exporter.getFinishedLogRecords()[0]
}

describe('a queued record', () => {
  it('is exported as it was logged, even if its body changes afterwards', async () => {
    const body = { list: [1, { deep: 'before' }], when: new Date(0), bytes: Buffer.from('abc') }
    const record = await exported({ body }, () => {
      body.list.length = 0
      body.when.setTime(1)
      body.bytes.fill(0)
    })
    expect(record?.body).to.deep.equal({
      list: [1, { deep: 'before' }],
      when: new Date(0),
      bytes: new Uint8Array([97, 98, 99]),
    })
  })

  it('keeps byte attributes as they were logged', async () => {
    const bytes = Buffer.from('abc')
    const record = await exported({ attributes: { bytes, nested: { bytes } } }, () => bytes.fill(0))
    expect(record?.attributes).to.deep.equal({
      bytes: new Uint8Array([97, 98, 99]),
      nested: { bytes: new Uint8Array([97, 98, 99]) },
    })
  })

  it('keeps bodies of every other type as they are', async () => {
    for (const body of ['text', '', 0, false, null, undefined, Number.NaN]) {
      expect((await exported({ body }))?.body).to.deep.equal(body)
    }
  })

  it('has cycles marked, while what is shared appears twice', async () => {
    const shared = { s: 1 }
    const body: Record<string, unknown> = { a: shared, b: shared }
    body['self'] = body
    expect((await exported({ body }))?.body).to.deep.equal({ a: { s: 1 }, b: { s: 1 }, self: '[circular]' })
  })

  it('has a bounded depth', async () => {
    let body: unknown = 'bottom'
    for (let i = 0; i < 100_000; i++) body = [body]
    let level: unknown = (await exported({ body }))?.body
    let depth = 0
    for (; Array.isArray(level); depth++) level = level[0]
    expect(depth).to.equal(64)
    expect(level).to.equal('[deeper than 64 levels]')
  })

  it('says so when its body cannot be read', async () => {
    const body = {
      get trap(): never {
        throw new Error('trapped')
      },
    }
    expect((await exported({ body }))?.body).to.equal('[unreadable: trapped]')
  })

  it('cannot change the prototype of its copy', async () => {
    const copy = (await exported({ body: JSON.parse('{"__proto__":{"polluted":true}}') }))?.body as object
    expect(Object.getPrototypeOf(copy)).to.equal(Object.prototype)
    expect(Object.keys(copy)).to.deep.equal(['__proto__'])
  })

  it('is refused, not copied for ever, when its body unfolds beyond the memory for the queue', () => {
    let body: unknown[] = ['x'.repeat(100)]
    for (let i = 0; i < 60; i++) body = [body, body]
    const exporter = new InMemoryLogRecordExporter()
    const { logger, errors } = setUp({ exporter, maxQueueBytes: 1_000_000 })
    logger.emit({ body })
    expect(errors.map(error => error.code)).to.deep.equal(['KANSA_QUEUE_FULL'])
  })

  it('with a body that no OTLP exporter could send does not block those behind it', async () => {
    const receiver = await new OtlpReceiver().start()
    const { processor, logger } = setUp({ exporter: new OTLPLogExporter({ url: receiver.url }) })
    const body: Record<string, unknown> = {}
    body['self'] = body
    logger.emit({ body })
    logger.emit({ body: 'behind' })
    await processor.shutdown()
    expect(receiver.bodies).to.deep.equal(['', 'behind'])
    await receiver.stop()
  })
})
