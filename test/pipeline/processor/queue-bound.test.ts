import { type DiagLogger, DiagLogLevel, diag, ROOT_CONTEXT } from '@opentelemetry/api'
import { expect } from 'chai'
import { Delivery, DeliveryContext } from '../../../src/pipeline/delivery.ts'
import { emitNumbered, eventually, numbered, rejection, ScriptedExporter, setUp } from './scripted-exporter.ts'

const BODY = 'x'.repeat(10_000)

function thrower(): never {
  throw new Error('from the diagnostics logger')
}

describe('the bound of the queue', () => {
  it('refuses the newest records: refused equals counted equals reported, and the rest arrives', async () => {
    const exporter = new ScriptedExporter()
    exporter.otherwise = 'hold'
    const { processor, logger, errors } = setUp({ exporter, maxQueueBytes: 1_000_000 })
    const deliveries = Array.from({ length: 200 }, (_, i) => new Delivery(String(i), undefined))
    for (const delivery of deliveries) {
      logger.emit({ body: BODY, context: new DeliveryContext(ROOT_CONTEXT, delivery) })
    }
    exporter.otherwise = 'take'
    await processor.forceFlush()
    const outcomes = await Promise.allSettled(deliveries.map(delivery => delivery.stored))
    const stored = outcomes.filter(outcome => outcome.status === 'fulfilled').length
    const refused = outcomes.filter(outcome => outcome.status === 'rejected')
    expect(stored).to.equal(exporter.taken.length)
    expect(stored).to.be.within(80, 100)
    expect(
      outcomes.findIndex(outcome => outcome.status === 'rejected'),
      'the newest are refused',
    ).to.equal(stored)
    for (const { reason } of refused) expect(reason.code).to.equal('KANSA_QUEUE_FULL')
    expect(errors.map(error => error.code)).to.deep.equal(['KANSA_QUEUE_FULL', 'KANSA_QUEUE_FULL'])
    expect(errors[0]?.message).to.match(/^1 log record\(s\) refused/)
    expect(errors[1]?.message).to.contain(`${refused.length} log record(s) were refused in all`)
  })

  it('is reported again in the course of a long outage', () => {
    const exporter = new ScriptedExporter()
    const { logger, errors } = setUp({ exporter, maxQueueBytes: 20_000 }, { reportMillis: 0 })
    for (let i = 0; i < 5; i++) logger.emit({ body: BODY })
    expect(errors.map(error => error.message.slice(0, 23))).to.deep.equal(
      [1, 2, 3, 4].map(times => `${times} log record(s) refused`),
    )
  })

  it('is reported at shutdown with the total', async () => {
    const exporter = new ScriptedExporter()
    exporter.otherwise = 'fail'
    const { processor, logger, errors } = setUp({ exporter, maxQueueBytes: 20_000 })
    for (let i = 0; i < 5; i++) logger.emit({ body: BODY })
    await processor.shutdown({ timeoutMillis: 1 })
    expect(errors.at(-1)?.message).to.contain('4 log record(s) were refused in all')
  })

  it('takes records again as soon as there is room', async () => {
    const exporter = new ScriptedExporter()
    const { processor, logger } = setUp({ exporter, maxQueueBytes: 20_000 })
    for (let round = 0; round < 10; round++) {
      emitNumbered(logger, round, round + 1)
      logger.emit({ body: BODY })
      logger.emit({ body: BODY })
      await processor.forceFlush()
    }
    expect(exporter.taken.filter(body => body !== BODY)).to.deep.equal(numbered(0, 10))
    expect(exporter.taken.length).to.equal(20)
  })

  it('is not reached by many small records within it, however many wait', async () => {
    const exporter = new ScriptedExporter()
    exporter.script.push('fail')
    const { processor, logger, errors } = setUp({ exporter, scheduledDelayMillis: 20 })
    emitNumbered(logger, 0, 50_000)
    await rejection(processor.forceFlush())
    await eventually(() => exporter.taken.length === 50_000, 'delivery')
    expect(exporter.taken).to.deep.equal(numbered(0, 50_000))
    expect(errors.map(error => error.code)).to.deep.equal(['KANSA_NOT_DURABLE'])
  })

  it('survives an onError and a diagnostics logger that throw or log', async () => {
    const exporter = new ScriptedExporter()
    const logAll: DiagLogger = { error: thrower, warn: thrower, info: thrower, debug: thrower, verbose: thrower }
    let calls = 0
    const { logger } = setUp({
      exporter,
      maxQueueBytes: 5000,
      onError: () => {
        calls++
        logger.emit({ body: BODY })
        throw new Error('from onError')
      },
    })
    diag.setLogger(logAll, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true })
    try {
      logger.emit({ body: BODY })
    } finally {
      diag.disable()
    }
    expect(calls).to.equal(1)
  })
})
