import { ROOT_CONTEXT } from '@opentelemetry/api'
import { SimpleLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { expect } from 'chai'
import { Delivery, DeliveryContext } from '../../../src/pipeline/delivery.ts'
import { eventually, numbered, ScriptedExporter, setUp } from './scripted-exporter.ts'

function emitWithReceipt(logger: ReturnType<typeof setUp>['logger'], body: string): Delivery {
  const delivery = new Delivery(body, undefined)
  logger.emit({ body, context: new DeliveryContext(ROOT_CONTEXT, delivery) })
  return delivery
}

describe('the receipt of a queued record', () => {
  it('resolves when the exporter took its batch, not earlier', async () => {
    const exporter = new ScriptedExporter()
    exporter.otherwise = 'hold'
    const { logger } = setUp({ exporter, maxExportBatchSize: 2 })
    const receipts = numbered(0, 4).map(body => emitWithReceipt(logger, body))
    const stored = new Set<string>()
    for (const receipt of receipts) void receipt.stored.then(() => stored.add(receipt.id))
    await eventually(() => exporter.held.length === 1, 'the first export')
    expect([...stored]).to.deep.equal([])
    exporter.held[0]?.take()
    await eventually(() => exporter.held.length === 2, 'the second export')
    expect([...stored]).to.deep.equal(['0', '1'])
    exporter.held[1]?.take()
    expect(await Promise.all(receipts.map(receipt => receipt.stored))).to.deep.equal([{}, {}, {}, {}])
  })

  it('resolves also when it is read after delivery', async () => {
    const { processor, logger } = setUp({ exporter: new ScriptedExporter() })
    const receipt = emitWithReceipt(logger, 'a')
    await processor.shutdown()
    expect(await receipt.stored).to.deep.equal({})
  })

  it('waits through failures', async () => {
    const exporter = new ScriptedExporter()
    exporter.script.push('fail', 'throw')
    const { logger } = setUp({ exporter, scheduledDelayMillis: 1 })
    expect(await emitWithReceipt(logger, 'a').stored).to.deep.equal({})
    expect(exporter.offered.length).to.equal(3)
  })
})

describe('next to other processors', () => {
  it('each gets every record', async () => {
    const [first, second, simple] = [new ScriptedExporter(), new ScriptedExporter(), new ScriptedExporter()]
    const provider = new LoggerProvider({
      processors: [
        setUp({ exporter: first }).processor,
        new SimpleLogRecordProcessor({ exporter: simple }),
        setUp({ exporter: second }).processor,
      ],
    })
    const receipt = emitWithReceipt(provider.getLogger('test'), 'a')
    await provider.forceFlush()
    expect(await receipt.stored).to.deep.equal({})
    await provider.shutdown()
    expect([first.taken, second.taken, simple.taken]).to.deep.equal([['a'], ['a'], ['a']])
  })

  it('exports what an earlier processor made of the record', async () => {
    const exporter = new ScriptedExporter()
    const { processor } = setUp({ exporter })
    const shouting = {
      onEmit: (record: { body?: unknown }): void => {
        record.body = String(record.body).toUpperCase()
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    }
    const provider = new LoggerProvider({ processors: [shouting, processor] })
    provider.getLogger('test').emit({ body: 'a' })
    await provider.shutdown()
    expect(exporter.taken).to.deep.equal(['A'])
  })
})
