import { expect } from 'chai'
import { emitNumbered, eventually, numbered, rejection, ScriptedExporter, setUp } from './scripted-exporter.ts'

describe('forceFlush', () => {
  it('resolves when everything emitted before it was exported, and flushes the exporter', async () => {
    const exporter = new ScriptedExporter()
    const { processor, logger } = setUp({ exporter })
    emitNumbered(logger, 0, 2000)
    const flushed = processor.forceFlush()
    emitNumbered(logger, 2000, 2001)
    await flushed
    expect(exporter.taken.slice(0, 2000)).to.deep.equal(numbered(0, 2000))
    expect(exporter.flushes).to.equal(1)
  })

  it('flushes the exporter also when nothing waits', async () => {
    const exporter = new ScriptedExporter()
    await setUp({ exporter }).processor.forceFlush()
    expect(exporter.flushes).to.equal(1)
  })

  it('called twice at the same time waits both times, each for its own records', async () => {
    const exporter = new ScriptedExporter()
    exporter.otherwise = 'hold'
    const { processor, logger } = setUp({ exporter })
    const done: string[] = []
    emitNumbered(logger, 0, 10)
    const first = processor.forceFlush().then(() => done.push('first'))
    await eventually(() => exporter.held.length === 1, 'the first export')
    emitNumbered(logger, 10, 20)
    const second = processor.forceFlush().then(() => done.push('second'))
    await new Promise(resolve => setTimeout(resolve, 10))
    expect(done).to.deep.equal([])
    exporter.held[0]?.take()
    await first
    expect(done).to.deep.equal(['first'])
    await eventually(() => exporter.held.length === 2, 'the second export')
    exporter.held[1]?.take()
    await second
    expect(exporter.taken).to.deep.equal(numbered(0, 20))
  })

  it('rejects when a batch fails meanwhile; the records stay and arrive later', async () => {
    const exporter = new ScriptedExporter()
    exporter.script.push('take', 'fail')
    const { processor, logger } = setUp({ exporter, maxExportBatchSize: 10, scheduledDelayMillis: 20 })
    emitNumbered(logger, 0, 30)
    const error = await rejection(processor.forceFlush())
    expect(error.code).to.equal('KANSA_NOT_DURABLE')
    expect(error.message).to.contain('destination is down')
    expect(exporter.taken.length).to.equal(10)
    await eventually(() => exporter.taken.length === 30, 'delivery')
    expect(exporter.taken).to.deep.equal(numbered(0, 30))
  })

  it('tries at once while a failed batch waits for its next attempt', async () => {
    const exporter = new ScriptedExporter()
    exporter.script.push('fail')
    const { processor, logger } = setUp({ exporter }, { firstRetryMillis: 3_600_000, lastRetryMillis: 3_600_000 })
    emitNumbered(logger, 0, 5)
    await rejection(processor.forceFlush())
    await processor.forceFlush()
    expect(exporter.taken).to.deep.equal(numbered(0, 5))
  })

  it('rejects after timeoutMillis; what arrives later still counts', async () => {
    const exporter = new ScriptedExporter()
    exporter.script.push('hold')
    const { processor, logger } = setUp({ exporter })
    emitNumbered(logger, 0, 5)
    expect((await rejection(processor.forceFlush({ timeoutMillis: 20 }))).code).to.equal('KANSA_NOT_DURABLE')
    exporter.held[0]?.take()
    await processor.forceFlush()
    expect(exporter.offered).to.deep.equal([5])
  })

  it('takes an infinite timeout as a long one', async () => {
    const exporter = new ScriptedExporter()
    exporter.script.push('hold')
    const { processor, logger } = setUp({ exporter })
    emitNumbered(logger, 0, 5)
    const flushed = processor.forceFlush({ timeoutMillis: Number.POSITIVE_INFINITY })
    await eventually(() => exporter.held.length === 1, 'the export')
    await new Promise(resolve => setTimeout(resolve, 20))
    exporter.held[0]?.take()
    await flushed
  })

  it('rejects when the exporter cannot be flushed', async () => {
    const exporter = new ScriptedExporter()
    exporter.forceFlush = () => Promise.reject(new Error('disk is full'))
    const error = await rejection(setUp({ exporter }).processor.forceFlush())
    expect(error.code).to.equal('KANSA_NOT_DURABLE')
    expect(error.message).to.contain('disk is full')
  })
})
