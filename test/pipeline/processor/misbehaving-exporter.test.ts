import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import { InMemoryLogRecordExporter, type ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { expect } from 'chai'
import { emitNumbered, eventually, numbered, rejection, ScriptedExporter, setUp } from './scripted-exporter.ts'

describe('an exporter that misbehaves', () => {
  it('may throw', async () => {
    const exporter = new ScriptedExporter()
    exporter.script.push('throw')
    const { processor, logger } = setUp({ exporter })
    emitNumbered(logger, 0, 5)
    expect((await rejection(processor.forceFlush())).message).to.contain('thrown by export')
    await eventually(() => exporter.taken.length === 5, 'delivery')
  })

  it('may be an async function that rejects', async () => {
    const exporter = new ScriptedExporter()
    const plain = exporter.export.bind(exporter)
    let calls = 0
    const asynchronous = async (...[records, done]: Parameters<typeof plain>): Promise<void> => {
      if (++calls === 1) throw new Error('rejected by export')
      plain(records, done)
    }
    Object.assign(exporter, { export: asynchronous })
    const { processor, logger } = setUp({ exporter })
    emitNumbered(logger, 0, 5)
    expect((await rejection(processor.forceFlush())).message).to.contain('rejected by export')
    await eventually(() => exporter.taken.length === 5, 'delivery')
  })

  it('may answer late: the batch is not sent twice, and nothing else meanwhile', async () => {
    const exporter = new ScriptedExporter()
    exporter.script.push('hold')
    const { processor, logger } = setUp({ exporter, exportTimeoutMillis: 300, maxExportBatchSize: 5 })
    emitNumbered(logger, 0, 10)
    const error = await rejection(processor.forceFlush())
    expect(error.message).to.contain('no answer within 300 ms')
    const second = processor.forceFlush()
    exporter.held[0]?.take()
    await second
    expect(exporter.offered.reduce((sum, size) => sum + size, 0)).to.equal(10)
    expect(exporter.mostInFlight).to.equal(1)
    expect(exporter.taken).to.deep.equal(numbered(0, 10))
  })

  it('may fail late: only then the batch is sent again', async () => {
    const exporter = new ScriptedExporter()
    exporter.script.push('hold')
    const { processor, logger } = setUp({ exporter, exportTimeoutMillis: 300 })
    emitNumbered(logger, 0, 5)
    await rejection(processor.forceFlush())
    await new Promise(resolve => setTimeout(resolve, 60))
    expect(exporter.offered).to.deep.equal([5])
    exporter.held[0]?.fail()
    await eventually(() => exporter.taken.length === 5, 'delivery')
    expect(exporter.mostInFlight).to.equal(1)
    expect(exporter.taken).to.deep.equal(numbered(0, 5))
  })

  it('may never answer: the batch is sent again after the time was up twice', async () => {
    const exporter = new ScriptedExporter()
    exporter.script.push('hold')
    const { logger, errors } = setUp({ exporter, exportTimeoutMillis: 20, scheduledDelayMillis: 1 })
    emitNumbered(logger, 0, 5)
    await eventually(() => exporter.taken.length === 5, 'delivery')
    expect(errors.map(error => error.code)).to.deep.equal(['KANSA_NOT_DURABLE'])
    exporter.held[0]?.take()
    emitNumbered(logger, 5, 6)
    await eventually(() => exporter.taken.includes('5'), 'the next record')
  })

  it('may answer twice, with anything', async () => {
    const memory = new InMemoryLogRecordExporter()
    const plain = memory.export.bind(memory)
    memory.export = (records: ReadableLogRecord[], done: (result: ExportResult) => void) => {
      plain(records, done)
      done({ code: ExportResultCode.FAILED })
      done({ code: ExportResultCode.SUCCESS })
    }
    const { processor, logger } = setUp({ exporter: memory, maxExportBatchSize: 5 })
    emitNumbered(logger, 0, 20)
    await processor.forceFlush()
    expect(memory.getFinishedLogRecords().map(record => record.body)).to.deep.equal(numbered(0, 20))
  })

  it('may answer nothing at all, which is a failure', async () => {
    const exporter = new ScriptedExporter()
    const plain = exporter.export.bind(exporter)
    let calls = 0
    exporter.export = (records, done) => {
      if (++calls === 1) (done as unknown as () => void)()
      else plain(records, done)
    }
    const { processor, logger } = setUp({ exporter })
    emitNumbered(logger, 0, 5)
    await rejection(processor.forceFlush())
    await eventually(() => exporter.taken.length === 5, 'delivery')
  })

  it('may empty the array it was given', async () => {
    const exporter = new ScriptedExporter()
    const plain = exporter.export.bind(exporter)
    exporter.export = (records, done) => {
      plain([...records], result => {
        records.length = 0
        done(result)
      })
    }
    const { processor, logger } = setUp({ exporter, maxExportBatchSize: 5, scheduledDelayMillis: 20 })
    exporter.script.push('fail')
    emitNumbered(logger, 0, 10)
    await rejection(processor.forceFlush())
    await eventually(() => exporter.taken.length === 10, 'delivery')
    expect(exporter.taken).to.deep.equal(numbered(0, 10))
  })

  it('may log through the same processor while it exports', async () => {
    const exporter = new ScriptedExporter()
    const plain = exporter.export.bind(exporter)
    const { processor, logger } = setUp({ exporter, maxExportBatchSize: 5 })
    let logged = false
    exporter.export = (records, done) => {
      if (!logged) logger.emit({ body: 'from the exporter' })
      logged = true
      plain(records, done)
    }
    emitNumbered(logger, 0, 5)
    await processor.forceFlush()
    await processor.forceFlush()
    expect(exporter.taken).to.deep.equal([...numbered(0, 5), 'from the exporter'])
  })
})
