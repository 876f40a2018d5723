import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api'
import { expect } from 'chai'
import { KansaError } from '../../../src/errors.ts'
import { LosslessBatchLogRecordProcessor } from '../../../src/pipeline/export/lossless-batch-log-record-processor.ts'
import {
  type LosslessBatchLogRecordProcessorOptions,
  resolveProcessorOptions,
} from '../../../src/pipeline/export/processor-options.ts'
import { emitNumbered, eventually, ScriptedExporter, setUp } from './scripted-exporter.ts'

const exporter = new ScriptedExporter()

function ignore(): void {}

function make(options: object): LosslessBatchLogRecordProcessor {
  return new LosslessBatchLogRecordProcessor(options as LosslessBatchLogRecordProcessorOptions)
}

describe('the options of the processor', () => {
  const before = { ...process.env }
  const warnings: string[] = []
  beforeEach(() => {
    warnings.length = 0
    const logger: DiagLogger = {
      error: ignore,
      warn: (message: string) => warnings.push(message),
      info: ignore,
      debug: ignore,
      verbose: ignore,
    }
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })
  })
  afterEach(() => {
    diag.disable()
    for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_BLRP_')) delete process.env[name]
    Object.assign(process.env, before)
  })

  it('have the documented defaults', () => {
    expect(resolveProcessorOptions({ exporter })).to.deep.include({
      maxQueueSize: 2048,
      maxExportBatchSize: 512,
      scheduledDelayMillis: 5000,
      exportTimeoutMillis: 30_000,
      maxQueueBytes: 64 * 1024 * 1024,
    })
    expect(warnings).to.deep.equal([])
  })

  it('come from OTEL_BLRP_* where code says nothing', () => {
    process.env['OTEL_BLRP_SCHEDULE_DELAY'] = '100'
    process.env['OTEL_BLRP_MAX_QUEUE_SIZE'] = '1000'
    process.env['OTEL_BLRP_EXPORT_TIMEOUT'] = '200'
    process.env['OTEL_BLRP_MAX_EXPORT_BATCH_SIZE'] = '50'
    expect(resolveProcessorOptions({ exporter, scheduledDelayMillis: undefined, maxQueueSize: 70 })).to.deep.include({
      maxQueueSize: 70,
      maxExportBatchSize: 50,
      scheduledDelayMillis: 100,
      exportTimeoutMillis: 200,
    })
  })

  it('from the environment take effect', async () => {
    process.env['OTEL_BLRP_SCHEDULE_DELAY'] = '1'
    process.env['OTEL_BLRP_MAX_EXPORT_BATCH_SIZE'] = '3'
    const quick = new ScriptedExporter()
    emitNumbered(setUp({ exporter: quick }).logger, 0, 7)
    await eventually(() => quick.taken.length === 7, 'delivery')
    expect(quick.offered).to.deep.equal([3, 3, 1])
  })

  for (const value of ['', '  ']) {
    it(`take the variable ${JSON.stringify(value)} as unset`, () => {
      process.env['OTEL_BLRP_MAX_QUEUE_SIZE'] = value
      expect(resolveProcessorOptions({ exporter }).maxQueueSize).to.equal(2048)
      expect(warnings).to.deep.equal([])
    })
  }

  for (const value of ['many', '-1', '0', '1.5', 'Infinity']) {
    it(`ignore the variable ${JSON.stringify(value)} with a warning`, () => {
      process.env['OTEL_BLRP_MAX_QUEUE_SIZE'] = value
      expect(resolveProcessorOptions({ exporter }).maxQueueSize).to.equal(2048)
      expect(warnings.join()).to.contain('OTEL_BLRP_MAX_QUEUE_SIZE')
    })
  }

  it('never make a batch larger than the queue', () => {
    expect(resolveProcessorOptions({ exporter, maxQueueSize: 10 }).maxExportBatchSize).to.equal(10)
    expect(warnings).to.deep.equal([])
    process.env['OTEL_BLRP_MAX_EXPORT_BATCH_SIZE'] = '20'
    expect(resolveProcessorOptions({ exporter, maxQueueSize: 10 }).maxExportBatchSize).to.equal(10)
    expect(warnings.length).to.equal(1)
  })

  const wrong: [name: string, options: Record<string, unknown>][] = [
    ['exporter', {}],
    ['exporter', { exporter: { export: () => {} } }],
    ['maxQueueSize', { exporter, maxQueueSize: 0 }],
    ['maxQueueSize', { exporter, maxQueueSize: '10' }],
    ['maxExportBatchSize', { exporter, maxExportBatchSize: 1.5 }],
    ['maxExportBatchSize', { exporter, maxExportBatchSize: 11, maxQueueSize: 10 }],
    ['scheduledDelayMillis', { exporter, scheduledDelayMillis: -1 }],
    ['scheduledDelayMillis', { exporter, scheduledDelayMillis: 2 ** 31 }],
    ['exportTimeoutMillis', { exporter, exportTimeoutMillis: 0 }],
    ['exportTimeoutMillis', { exporter, exportTimeoutMillis: Number.NaN }],
    ['maxQueueBytes', { exporter, maxQueueBytes: null }],
    ['onError', { exporter, onError: 'log' }],
    ['selfObsMeterProvider', { exporter, selfObsMeterProvider: {} }],
    ['maxQueueByte', { exporter, maxQueueByte: 1 }],
  ]
  for (const [name, options] of wrong) {
    it(`are refused by name: ${name} in ${JSON.stringify(Object.entries(options).slice(-1))}`, () => {
      expect(() => make(options))
        .to.throw(KansaError, `\`${name}\``)
        .with.property('code', 'KANSA_INVALID_OPTION')
    })
  }
})
