import { SeverityNumber } from '@opentelemetry/api'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { LoggerProvider } from '@opentelemetry/sdk-logs'
import { expect } from 'chai'
import { OtlpReceiver } from '../../support/otlp-receiver.ts'
import { emitNumbered, eventually, numbered, rejection, ScriptedExporter, setUp } from './scripted-exporter.ts'

describe('an outage of the destination', () => {
  describe('behind the OTLP exporter', () => {
    let receiver: OtlpReceiver
    beforeEach(async () => {
      receiver = await new OtlpReceiver().start()
    })
    afterEach(() => receiver.stop())

    it('loses nothing while the collector is down and comes back', async () => {
      const { processor, logger, errors } = setUp({
        exporter: new OTLPLogExporter({ url: receiver.url, timeoutMillis: 500 }),
        scheduledDelayMillis: 5,
      })
      emitNumbered(logger, 0, 100)
      await processor.forceFlush()
      await receiver.stop()
      emitNumbered(logger, 100, 1000)
      expect((await rejection(processor.forceFlush())).code).to.equal('KANSA_NOT_DURABLE')
      emitNumbered(logger, 1000, 2000)
      await receiver.start()
      await eventually(() => receiver.records.length >= 2000, 'delivery after the outage')
      expect(receiver.bodies).to.deep.equal(numbered(0, 2000))
      expect(errors.map(error => error.code)).to.deep.equal(['KANSA_NOT_DURABLE'])
      await processor.shutdown()
    })

    for (const answer of [400, 413, 500, 503, 'reset', 'hang'] as const) {
      it(`keeps the records while the answer is ${answer}`, async () => {
        const exporter = new OTLPLogExporter({ url: receiver.url, timeoutMillis: 400 })
        const { processor, logger } = setUp({ exporter, exportTimeoutMillis: 5000 })
        receiver.answer = answer
        emitNumbered(logger, 0, 10)
        expect((await rejection(processor.forceFlush())).code).to.equal('KANSA_NOT_DURABLE')
        receiver.answer = 200
        await eventually(() => receiver.records.length >= 10, 'delivery')
        await processor.shutdown()
        expect(receiver.bodies).to.deep.equal(numbered(0, 10))
      })
    }
  })

  it('repeats a failed batch without loss and without changing the order', async () => {
    const exporter = new ScriptedExporter()
    exporter.script.push('take', 'fail', 'throw', 'fail', 'take', 'fail')
    const { logger } = setUp({ exporter, maxExportBatchSize: 100, scheduledDelayMillis: 1 })
    emitNumbered(logger, 0, 1000)
    await eventually(() => exporter.taken.length === 1000, 'delivery')
    expect(exporter.taken).to.deep.equal(numbered(0, 1000))
    expect(exporter.mostInFlight).to.equal(1)
  })

  it('finds the batch size that the destination takes', async () => {
    const exporter = new ScriptedExporter()
    const offered: number[] = []
    const picky = {
      export: (...[records, done]: Parameters<ScriptedExporter['export']>): void => {
        offered.push(records.length)
        exporter.script.push(records.length > 100 ? 'fail' : 'take')
        exporter.export(records, done)
      },
      forceFlush: () => exporter.forceFlush(),
      shutdown: () => exporter.shutdown(),
    }
    const { logger } = setUp({ exporter: picky, scheduledDelayMillis: 1 })
    emitNumbered(logger, 0, 512)
    await eventually(() => exporter.taken.length === 512, 'delivery in smaller batches')
    expect(exporter.taken).to.deep.equal(numbered(0, 512))
    expect(offered.slice(0, 4)).to.deep.equal([512, 256, 128, 64])
  })

  it('is reported once, not once per attempt', async () => {
    const exporter = new ScriptedExporter()
    exporter.otherwise = 'fail'
    const { logger, errors } = setUp({ exporter, scheduledDelayMillis: 1 })
    emitNumbered(logger, 0, 10)
    await eventually(() => exporter.offered.length > 5, 'several attempts')
    expect(errors.map(error => error.code)).to.deep.equal(['KANSA_NOT_DURABLE'])
    expect(errors[0]?.message).to.contain('destination is down')
    exporter.otherwise = 'take'
    await eventually(() => exporter.taken.length === 10, 'delivery')
  })

  it('waits longer with every failure, up to a limit, and at random', async () => {
    const exporter = new ScriptedExporter()
    exporter.otherwise = 'fail'
    const times: number[] = []
    const timed = {
      export: (...[records, done]: Parameters<ScriptedExporter['export']>): void => {
        times.push(performance.now())
        exporter.export(records, done)
      },
      forceFlush: () => exporter.forceFlush(),
      shutdown: () => exporter.shutdown(),
    }
    const { logger } = setUp(
      { exporter: timed, scheduledDelayMillis: 0 },
      { firstRetryMillis: 40, lastRetryMillis: 80 },
    )
    emitNumbered(logger, 0, 1)
    await eventually(() => times.length === 5, 'five attempts')
    const pauses = times.slice(1).map((time, i) => time - (times[i] ?? 0))
    // A timer may fire late on a busy machine, never early.
    expect(pauses[0]).to.be.greaterThan(18)
    for (const pause of pauses.slice(1)) expect(pause).to.be.greaterThan(38)
    exporter.otherwise = 'take'
    await eventually(() => exporter.taken.length === 1, 'delivery')
  })
})

describe('the OTLP exporter behind the lossless processor', () => {
  it('delivers event name, severity, attributes and body', async () => {
    const receiver = await new OtlpReceiver().start()
    const { processor } = setUp({ exporter: new OTLPLogExporter({ url: receiver.url }) })
    const logger = new LoggerProvider({ processors: [processor] }).getLogger('test')
    logger.emit({
      eventName: 'agent_audit.tool.call',
      severityNumber: SeverityNumber.INFO,
      body: 'b',
      attributes: { 'gen_ai.x': 'y' },
    })
    await processor.shutdown()
    expect(receiver.records[0]).to.deep.include({ eventName: 'agent_audit.tool.call', severityNumber: 9 })
    expect(receiver.records[0]?.attributes).to.deep.equal([{ key: 'gen_ai.x', value: { stringValue: 'y' } }])
    await receiver.stop()
  })
})
