import { BatchLogRecordProcessor, LoggerProvider, type LogRecordProcessor } from '@opentelemetry/sdk-logs'
import { expect } from 'chai'
import { LosslessBatchLogRecordProcessor } from '../../../src/pipeline/export/lossless-batch-log-record-processor.ts'
import { emitNumbered, numbered, ScriptedExporter, setUp } from './scripted-exporter.ts'

const BURST = 100_000

async function deliver(processor: LogRecordProcessor): Promise<void> {
  const provider = new LoggerProvider({ processors: [processor] })
  emitNumbered(provider.getLogger('test'), 0, BURST)
  await provider.shutdown()
}

describe('a burst of 100,000 records in one synchronous loop', () => {
  it('arrives complete and in order, while the stock processor loses most of it', async () => {
    const ours = new ScriptedExporter()
    await deliver(new LosslessBatchLogRecordProcessor({ exporter: ours }))
    expect(ours.taken.length).to.equal(BURST)
    expect(ours.taken).to.deep.equal(numbered(0, BURST))
    expect(ours.mostInFlight).to.equal(1)

    const stock = new ScriptedExporter()
    await deliver(new BatchLogRecordProcessor({ exporter: stock }))
    expect(stock.taken.length).to.be.lessThan(BURST / 10)
  })

  it('is exported in batches of at most maxExportBatchSize without any flush', async () => {
    const exporter = new ScriptedExporter()
    const { processor, logger } = setUp({ exporter, scheduledDelayMillis: 0, maxExportBatchSize: 100 })
    emitNumbered(logger, 0, 1050)
    expect(exporter.offered, 'nothing is exported inside emit').to.deep.equal([])
    await processor.forceFlush()
    expect(exporter.offered).to.deep.equal([...Array.from({ length: 10 }, () => 100), 50])
  })

  it('gives the event loop a turn between two batches', async () => {
    const exporter = new ScriptedExporter()
    const { processor, logger } = setUp({ exporter })
    emitNumbered(logger, 0, 5120)
    let turns = 0
    const count = (): void => {
      turns++
      if (exporter.taken.length < 5120) setImmediate(count)
    }
    setImmediate(count)
    await processor.forceFlush()
    expect(turns).to.be.greaterThan(5)
  })
})
