import { ROOT_CONTEXT } from '@opentelemetry/api'
import { expect } from 'chai'
import { Delivery, DeliveryContext } from '../../../src/pipeline/delivery.ts'
import { emitNumbered, eventually, numbered, rejection, ScriptedExporter, setUp } from './scripted-exporter.ts'

describe('shutdown', () => {
  it('exports what waits, then shuts the exporter down', async () => {
    const exporter = new ScriptedExporter()
    const { processor, logger } = setUp({ exporter })
    emitNumbered(logger, 0, 5002)
    await processor.shutdown()
    expect(exporter.taken).to.deep.equal(numbered(0, 5002))
    expect(exporter.shutdowns).to.equal(1)
  })

  it('during an export loses nothing', async () => {
    const exporter = new ScriptedExporter()
    exporter.script.push('hold')
    const { processor, logger, errors } = setUp({ exporter, maxExportBatchSize: 100 })
    emitNumbered(logger, 0, 1000)
    await eventually(() => exporter.held.length === 1, 'the first export')
    const stopped = processor.shutdown()
    expect(exporter.shutdowns).to.equal(0)
    exporter.held[0]?.take()
    await stopped
    expect(exporter.taken).to.deep.equal(numbered(0, 1000))
    expect(errors).to.deep.equal([])
  })

  it('during a flush loses nothing and lets the flush resolve', async () => {
    const exporter = new ScriptedExporter()
    const { processor, logger } = setUp({ exporter })
    emitNumbered(logger, 0, 3000)
    await Promise.all([processor.forceFlush(), processor.shutdown()])
    expect(exporter.taken.length).to.equal(3000)
  })

  it('tries a failing batch again as long as there is time', async () => {
    const exporter = new ScriptedExporter()
    exporter.script.push('fail', 'fail', 'fail')
    const { processor, logger } = setUp({ exporter })
    emitNumbered(logger, 0, 10)
    await processor.shutdown()
    expect(exporter.taken).to.deep.equal(numbered(0, 10))
  })

  it('ends in time with a dead destination, and says how many records were left', async () => {
    const exporter = new ScriptedExporter()
    exporter.otherwise = 'fail'
    const { processor, logger, errors } = setUp({ exporter })
    const delivery = new Delivery('id', undefined)
    logger.emit({ body: '0', context: new DeliveryContext(ROOT_CONTEXT, delivery) })
    emitNumbered(logger, 1, 10)
    await processor.shutdown({ timeoutMillis: 50 })
    expect(exporter.shutdowns).to.equal(1)
    expect(errors.at(-1)?.code).to.equal('KANSA_NOT_DURABLE')
    expect(errors.at(-1)?.message).to.match(/^10 log record\(s\) were not delivered before shutdown: .*is down/)
    expect((await rejection(delivery.stored)).code).to.equal('KANSA_CLOSED')
    expect((await rejection(processor.forceFlush())).code).to.equal('KANSA_NOT_DURABLE')
  })

  it('ends in time with an exporter that hangs everywhere', async () => {
    const exporter = new ScriptedExporter()
    exporter.otherwise = 'hold'
    exporter.shutdown = () => new Promise<never>(() => {})
    const { processor, logger, errors } = setUp({ exporter, exportTimeoutMillis: 30 })
    emitNumbered(logger, 0, 10)
    await processor.shutdown()
    const messages = errors.map(error => error.message).join('\n')
    expect(messages).to.contain('10 log record(s) were not delivered')
    expect(messages).to.contain('the exporter could not be shut down')
    exporter.held[0]?.take()
  })

  it('called again returns the same promise', async () => {
    const exporter = new ScriptedExporter()
    const { processor } = setUp({ exporter })
    const first = processor.shutdown()
    expect(processor.shutdown({ timeoutMillis: 1 })).to.equal(first)
    await first
    expect(exporter.shutdowns).to.equal(1)
    await processor.forceFlush()
    expect(exporter.flushes, 'a closed exporter is left alone').to.equal(0)
  })

  it('refuses later records, counted and reported', async () => {
    const exporter = new ScriptedExporter()
    const { processor, logger, errors } = setUp({ exporter })
    const delivery = new Delivery('id', undefined)
    expect(processor.enabled()).to.equal(true)
    const stopped = processor.shutdown()
    expect(processor.enabled()).to.equal(false)
    expect(logger.enabled()).to.equal(false)
    // Another processor in the same provider keeps it emitting.
    const record = { attributes: {} } as Parameters<typeof processor.onEmit>[0]
    processor.onEmit(record, new DeliveryContext(ROOT_CONTEXT, delivery))
    processor.onEmit(record)
    await stopped
    expect((await rejection(delivery.stored)).code).to.equal('KANSA_CLOSED')
    expect(errors.map(error => error.code)).to.deep.equal(['KANSA_CLOSED'])
    expect(exporter.taken).to.deep.equal([])
  })

  it('does not reject when the exporter throws', async () => {
    const exporter = new ScriptedExporter()
    exporter.shutdown = () => {
      throw new Error('no')
    }
    const { processor, errors } = setUp({ exporter })
    await processor.shutdown()
    expect(errors.map(error => error.message)).to.deep.equal(['the exporter could not be shut down: no'])
  })
})
