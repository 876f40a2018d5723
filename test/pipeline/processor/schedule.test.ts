import { AsyncLocalStorage } from 'node:async_hooks'
import { expect } from 'chai'
import { emitNumbered, eventually, ScriptedExporter, setUp } from './scripted-exporter.ts'

const NEVER = 3_600_000

describe('when an export starts', () => {
  it('is the delay after the first waiting record', async () => {
    const exporter = new ScriptedExporter()
    const { logger } = setUp({ exporter, scheduledDelayMillis: 30 })
    const started = performance.now()
    emitNumbered(logger, 0, 3)
    await eventually(() => exporter.taken.length === 3, 'the delayed export')
    expect(performance.now() - started).to.be.greaterThan(25)
    expect(exporter.offered).to.deep.equal([3])
  })

  it('is at once when a whole batch waits', async () => {
    const exporter = new ScriptedExporter()
    const { logger } = setUp({ exporter, scheduledDelayMillis: NEVER, maxExportBatchSize: 10 })
    emitNumbered(logger, 0, 25)
    await eventually(() => exporter.taken.length === 20, 'two full batches')
    expect(exporter.offered).to.deep.equal([10, 10])
  })

  it('counts from the first record that is not on its way: steady traffic is still batched', async () => {
    const exporter = new ScriptedExporter()
    exporter.script.push('hold')
    const { logger } = setUp({ exporter, scheduledDelayMillis: 40 })
    emitNumbered(logger, 0, 1)
    await eventually(() => exporter.held.length === 1, 'the first export')
    const second = performance.now()
    emitNumbered(logger, 1, 2)
    exporter.held[0]?.take()
    await new Promise(resolve => setTimeout(resolve, 5))
    emitNumbered(logger, 2, 3)
    await eventually(() => exporter.taken.length === 3, 'the second export')
    expect(exporter.offered).to.deep.equal([1, 2])
    expect(performance.now() - second).to.be.greaterThan(35)
  })

  it('is at once for what is left of a batch that failed', async () => {
    const exporter = new ScriptedExporter()
    exporter.script.push('fail')
    const { processor, logger } = setUp({ exporter, scheduledDelayMillis: NEVER })
    emitNumbered(logger, 0, 10)
    await processor.forceFlush().catch(() => {})
    await eventually(() => exporter.taken.length === 10, 'delivery')
    expect(exporter.offered).to.deep.equal([10, 5, 5])
  })

  it('is at maxQueueSize too, where nothing is dropped', async () => {
    const exporter = new ScriptedExporter()
    const { processor, logger, errors } = setUp({ exporter, scheduledDelayMillis: NEVER, maxQueueSize: 7 })
    emitNumbered(logger, 0, 7)
    await eventually(() => exporter.taken.length === 7, 'the export')
    emitNumbered(logger, 7, 100)
    await processor.forceFlush()
    expect(exporter.taken.length).to.equal(100)
    expect(errors).to.deep.equal([])
  })

  it('is at once when large records wait, in batches that a collector takes', async () => {
    const exporter = new ScriptedExporter()
    const { processor, logger } = setUp({ exporter, scheduledDelayMillis: NEVER })
    for (let i = 0; i < 9; i++) logger.emit({ body: 'x'.repeat(1_000_000) })
    await eventually(() => exporter.taken.length >= 8, 'exports of 4 MiB')
    await processor.forceFlush()
    expect(exporter.offered).to.deep.equal([4, 4, 1])
  })
})

describe('an export', () => {
  it('runs outside of the context in which the records were logged', async () => {
    const run = new AsyncLocalStorage<string>()
    const exporter = new ScriptedExporter()
    const plain = exporter.export.bind(exporter)
    const seen: unknown[] = []
    exporter.export = (...args) => {
      seen.push(run.getStore())
      plain(...args)
    }
    const { processor, logger } = setUp({ exporter, scheduledDelayMillis: 1 })
    run.run('delayed', () => emitNumbered(logger, 0, 1))
    await eventually(() => exporter.taken.length === 1, 'the delayed export')
    await run.run('flushed', () => {
      emitNumbered(logger, 1, 2)
      return processor.forceFlush()
    })
    expect(seen).to.deep.equal([undefined, undefined])
  })
})
