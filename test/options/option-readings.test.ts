import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { createAuditLogger, JsonlLogRecordExporter, LosslessBatchLogRecordProcessor } from '../../src/index.ts'
import { FILE_MODE, MAX_BACKUPS, type OptionReading, OptionReader, type OptionRule } from '../../src/options.ts'
import { readLoggerOptions, surveyLoggerOptions } from '../../src/pipeline/logger-options.ts'
import { optionsText, parseOptionsText } from '../../src/pipeline/recorded-options.ts'
import { LoggerProvider } from '@opentelemetry/sdk-logs'
import { useAuditFolders, useEnvironment } from '../pipeline/logger/support/audit-folders.ts'

describe('what a logger remembers of its options', () => {
  const newFolder = useAuditFolders()
  const setEnvironment = useEnvironment()

  it('is each value and where it came from', () => {
    const code = { maxBackups: 1, dir: 'a', onError: (): void => {} }
    const environment = { KANSA_MAX_FILE_BYTES: '2048', KANSA_MAX_BACKUPS: '2', KANSA_ORIGIN: '' }
    const { readings } = readLoggerOptions(code, environment, { maxFileBytes: 3, dirMode: '750' })
    expect(Object.fromEntries(readings)).to.deep.include({
      dir: { value: resolve('a'), source: 'code' },
      maxBackups: { value: 1, source: 'code' },
      maxFileBytes: { value: 2048, source: 'environment', variable: 'KANSA_MAX_FILE_BYTES' },
      dirMode: { value: '0750', source: 'file' },
      fileMode: { value: '0600', source: 'default' },
      origin: { source: 'default' },
      onError: { source: 'code' },
    })
  })

  it('is no value of an option whose rule does not allow it', () => {
    const SECRET: OptionRule<string> = {
      fallback: 'the default secret',
      expected: 'a passphrase',
      read: value => (typeof value === 'string' ? value : undefined),
    }
    for (const code of [{}, { passphrase: 's3cret' }]) {
      const reader = new OptionReader(code, {})
      reader.read('passphrase', SECRET)
      expect(optionsText(reader.readings)).to.not.contain('secret').and.not.contain('s3cret')
    }
  })

  it('names OpenTelemetry’s variable that makes a destination, and the option that wins over it', () => {
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://key@h', OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: '' }
    const otlp = (code: object, more: object = {}): OptionReading | undefined =>
      readLoggerOptions(code, { ...environment, ...more }, {}).readings.get('otlp')
    const source = 'environment'
    expect(otlp({})).to.deep.equal({ source, variable: 'OTEL_EXPORTER_OTLP_ENDPOINT' })
    expect(otlp({}, { KANSA_OTLP: 'http://key@h' })).to.deep.equal({ source, variable: 'KANSA_OTLP' })
    expect(otlp({ otlp: [] })).to.deep.equal({ source: 'code' })
  })

  it('stands in AuditStarted, without functions, addresses and headers', async () => {
    const folder = newFolder()
    const path = folder.path('kansa.json')
    writeFileSync(path, '{ "previewLength": 7 }')
    setEnvironment({ KANSA_CONFIG: path, KANSA_MAX_QUEUE_BYTES: '70000' })
    const otlp = { url: 'http://127.0.0.1:1/?token=s3cret', headers: { key: 's3cret' } }
    const audit = folder.open({ maxFileBytes: 4096, otlp, onError: () => {}, resource: { 'service.name': 'x' } })
    await audit.shutdown()
    const [context] = folder.contexts('AuditStarted')
    const recorded: Record<string, unknown> = JSON.parse(context?.['options'] ?? '')
    expect(recorded).to.deep.include({
      dir: { value: folder.dir, source: 'code' },
      maxFileBytes: { value: 4096, source: 'code' },
      maxQueueBytes: { value: 70_000, source: 'environment', variable: 'KANSA_MAX_QUEUE_BYTES' },
      previewLength: { value: 7, source: 'file' },
      fileMode: { value: '0600', source: 'default' },
      otlp: { source: 'code' },
      onError: { source: 'code' },
      resource: { source: 'code' },
    })
    expect(context?.['options']).to.not.contain('s3cret')
    expect(recorded).to.not.have.any.keys('origin', 'loggerProvider')
  })

  it('stands there too for an exporter in a provider of the user’s own', async () => {
    const folder = newFolder()
    setEnvironment({ KANSA_MAX_BACKUPS: '3' })
    const exporter = new JsonlLogRecordExporter({ dir: folder.dir, flushIntervalMillis: 100 })
    const provider = new LoggerProvider({ processors: [new LosslessBatchLogRecordProcessor({ exporter })] })
    folder.closeLater(provider)
    createAuditLogger({ loggerProvider: provider }).logToolCall({ toolName: 'shell' })
    await provider.forceFlush()
    expect(JSON.parse(folder.contexts('AuditStarted')[0]?.['options'] ?? '')).to.deep.include({
      dir: { value: folder.dir, source: 'code' },
      flushIntervalMillis: { value: 100, source: 'code' },
      maxBackups: { value: 3, source: 'environment', variable: 'KANSA_MAX_BACKUPS' },
    })
  })

  it('is read back from its text as it was', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean())
    const source = fc.constantFrom('code', 'environment', 'file', 'default')
    const reading = fc.record(
      { value, source, variable: fc.string() },
      { requiredKeys: ['source'], noNullPrototype: true },
    )
    const known = fc.dictionary(fc.string(), reading).map(named => {
      // What has no value and was not given is not recorded.
      const told = Object.entries(named).filter(([, one]) => 'value' in one || one.source !== 'default')
      return new Map<string, OptionReading>(told)
    })
    fc.assert(
      fc.property(known, readings => {
        expect(parseOptionsText(optionsText(readings))).to.deep.equal(readings)
      }),
    )
  })

  it('is unknown where the text was cut, and passed over where it makes no sense', () => {
    expect(parseOptionsText('{"dir":{"value":"/au')).to.equal(undefined)
    for (const text of ['', '7', 'null', '{"dir":7}']) expect(parseOptionsText(text), text).to.equal(undefined)
    const odd = '{"a":{"source":"thin air"},"b":{"source":"code","value":{"x":1},"variable":7}}'
    expect(parseOptionsText(odd)).to.deep.equal(new Map([['b', { source: 'code' }]]))
  })
})

describe('a survey of the options', () => {
  it('names everything that is wrong, and goes on with defaults', () => {
    const environment = { KANSA_MAX_BACKUPS: 'many', KANSA_FILE_MODE: '0640' }
    const { settings, problems } = surveyLoggerOptions(environment, { maxFileBytes: 7, maxFileByte: 1 })
    expect(problems.map(({ code }) => code)).to.deep.equal(Array.from({ length: 3 }, () => 'KANSA_INVALID_OPTION'))
    const messages = problems.map(({ message }) => message).join('\n')
    expect(messages)
      .to.match(/KANSA_MAX_BACKUPS must be/)
      .and.match(/`maxFileBytes` in the .* file must be/)
    expect(messages).to.match(/unknown option `maxFileByte` in the configuration file/)
    expect(settings).to.include({ maxBackups: MAX_BACKUPS.fallback, fileMode: FILE_MODE.read('0640') })
    expect(settings.readings.get('maxBackups')).to.deep.equal({ value: MAX_BACKUPS.fallback, source: 'default' })
  })

  it('never throws, whatever the file holds', () => {
    for (const file of [null, [], 7, 'text']) {
      const { settings, problems } = surveyLoggerOptions({}, file)
      expect(problems.map(({ message }) => message)).to.deep.equal(['the configuration file must be an object'])
      expect(settings.maxBackups).to.equal(MAX_BACKUPS.fallback)
    }
  })
})
