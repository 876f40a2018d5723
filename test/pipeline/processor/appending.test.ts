import { ROOT_CONTEXT } from '@opentelemetry/api'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { expect } from 'chai'
import type { AppendingLogRecordExporter } from '../../../src/pipeline/export/appending-exporter.ts'
import { Delivery, DeliveryContext } from '../../../src/pipeline/delivery.ts'
import { rejection, ScriptedExporter, setUp } from './scripted-exporter.ts'

/** Stores records at once, in memory. */
class AppendingExporter extends ScriptedExporter implements AppendingLogRecordExporter {
  readonly appended: unknown[] = []

  appendLogRecord(record: ReadableLogRecord, delivery: Delivery | undefined): void {
    if (record.body === 'throw') throw new Error('thrown by append')
    delivery?.claim({ whenStored: index => Promise.resolve({ seq: index }) }, this.appended.length)
    this.appended.push(structuredClone(record.body))
  }
}

describe('with an exporter that stores records at once', () => {
  it('every record is stored when emit returns, and nothing is exported', async () => {
    const exporter = new AppendingExporter()
    const { processor, logger } = setUp({ exporter })
    const body = { n: 1 }
    logger.emit({ body })
    body.n = 2
    expect(exporter.appended).to.deep.equal([{ n: 1 }])
    await processor.shutdown()
    expect(exporter.offered).to.deep.equal([])
  })

  it('the receipt is the exporter’s', async () => {
    const exporter = new AppendingExporter()
    const { logger } = setUp({ exporter })
    const delivery = new Delivery('id', undefined)
    logger.emit({ body: 'first' })
    logger.emit({ body: 'second', context: new DeliveryContext(ROOT_CONTEXT, delivery) })
    expect(await delivery.stored).to.deep.equal({ seq: 1 })
  })

  it('flush and shutdown are the exporter’s', async () => {
    const exporter = new AppendingExporter()
    const { processor } = setUp({ exporter })
    await processor.forceFlush()
    expect(exporter.flushes).to.equal(1)
    exporter.forceFlush = () => Promise.reject(new Error('disk is full'))
    const error = await rejection(processor.forceFlush())
    expect(error.code).to.equal('KANSA_NOT_DURABLE')
    await Promise.all([processor.shutdown(), processor.shutdown()])
    expect(exporter.shutdowns).to.equal(1)
  })

  it('records after shutdown are refused', async () => {
    const exporter = new AppendingExporter()
    const { processor } = setUp({ exporter })
    await processor.shutdown()
    const delivery = new Delivery('id', undefined)
    const record = { attributes: {}, body: 'late' } as Parameters<typeof processor.onEmit>[0]
    processor.onEmit(record, new DeliveryContext(ROOT_CONTEXT, delivery))
    expect((await rejection(delivery.stored)).code).to.equal('KANSA_CLOSED')
    expect(exporter.appended).to.deep.equal([])
  })

  it('an exporter that throws is reported, not passed on', async () => {
    const exporter = new AppendingExporter()
    const { logger, errors } = setUp({ exporter })
    const delivery = new Delivery('id', undefined)
    logger.emit({ body: 'throw', context: new DeliveryContext(ROOT_CONTEXT, delivery) })
    expect(errors.map(error => error.message)).to.deep.equal(['1 log record(s) could not be taken: thrown by append'])
    expect((await rejection(delivery.stored)).code).to.equal('KANSA_NOT_RECORDED')
  })
})
