import { LoggerProvider } from '@opentelemetry/sdk-logs'
import { expect } from 'chai'
import {
  createAuditEvent,
  createAuditLogger,
  getAuditLogger,
  initAuditLogger,
  KansaError,
  logAuditEvent,
} from '../../../src/index.ts'
import { createMemoryAuditLogger } from '../../../src/testing.ts'
import { thrownBy, useAuditFolders, useEnvironment } from './support/audit-folders.ts'

const EVENT = { type: 'Security', data: { severity: 'Info', category: 'Other', message: 'm', source: 's' } } as const

describe('the process-wide logger', () => {
  // Before the folders are deleted.
  afterEach(async () => {
    await getAuditLogger()?.shutdown()
  })
  const newFolder = useAuditFolders()
  const setEnvironment = useEnvironment()

  it('is there as soon as initAuditLogger returns, and not before', () => {
    expect(getAuditLogger()).to.equal(undefined)
    const audit = initAuditLogger({ dir: newFolder().dir })
    expect(audit).to.not.be.instanceOf(Promise)
    expect(getAuditLogger()).to.equal(audit)
  })

  it('is returned again for equal options, in whatever way they are said', () => {
    const { dir } = newFolder()
    const audit = initAuditLogger({ dir, maxFileBytes: 1_000_000, otlp: { url: 'http://127.0.0.1:1/v1/logs' } })
    const [one, two] = [{ url: 'http://127.0.0.1:1/v1/logs' }, { dir, maxFileBytes: 1_000_000 }]
    expect(initAuditLogger({ ...two, otlp: one })).to.equal(audit)
    expect(initAuditLogger({ ...two, otlp: [one], previewLength: 200, onError: undefined })).to.equal(audit)
    expect(initAuditLogger({ otlp: one, maxFileBytes: 1_000_000, dir: `${dir}/../audit/` })).to.equal(audit)
    setEnvironment({ KANSA_DIR: dir, KANSA_MAX_FILE_BYTES: '1000000' })
    expect(initAuditLogger({ otlp: one })).to.equal(audit)
  })

  it('is refused for any other option', () => {
    const folder = newFolder()
    const audit = initAuditLogger({ dir: folder.dir })
    const others = [
      { dir: folder.path('other') },
      { maxFileBytes: 1_000_000 },
      { onError: () => {} },
      { resource: { 'service.name': 'x' } },
      { otlp: { url: 'http://127.0.0.1:1/v1/logs' } },
    ]
    for (const other of others) {
      const error = thrownBy(() => initAuditLogger({ dir: folder.dir, ...other }))
      expect(error).to.be.instanceOf(KansaError)
      expect(error.code).to.equal('KANSA_ALREADY_INITIALIZED')
      expect(error.message).to.contain('getAuditLogger()')
    }
    expect(getAuditLogger()).to.equal(audit)
  })

  it('is refused for another provider that looks the same', async () => {
    const loggerProvider = new LoggerProvider()
    const audit = initAuditLogger({ loggerProvider })
    expect(initAuditLogger({ loggerProvider })).to.equal(audit)
    const error = thrownBy(() => initAuditLogger({ loggerProvider: new LoggerProvider() }))
    expect(error.code).to.equal('KANSA_ALREADY_INITIALIZED')
  })

  it('is refused where another kind of logger serves', async () => {
    const memory = createMemoryAuditLogger({ global: true })
    const { dir } = newFolder()
    expect(thrownBy(() => initAuditLogger({ dir })).code).to.equal('KANSA_ALREADY_INITIALIZED')
    await memory.shutdown()
    initAuditLogger({ dir })
  })

  it('is another one after shutdown, with other options too', async () => {
    const folder = newFolder()
    const first = initAuditLogger({ dir: folder.dir })
    const closing = first.shutdown()
    expect(getAuditLogger()).to.equal(undefined)
    await closing
    const second = initAuditLogger({ dir: folder.dir, previewLength: 3 })
    expect(second).to.not.equal(first)
    expect(getAuditLogger()).to.equal(second)
    await first.shutdown()
    expect(getAuditLogger()).to.equal(second)
    second.logToolCall({ toolName: 'shell', outputPreview: 'abcdef' })
    await second.flush()
    expect(folder.of('ToolCall')[0]?.event_type.data.output_preview).to.equal('abc')
    expect(folder.life()).to.deep.equal(['AuditStarted', 'AuditStopped', 'AuditStarted'])
  })

  it('stays away when init throws, and a later init works', () => {
    const folder = newFolder()
    const holder = folder.open()
    expect(holder).to.not.equal(undefined)
    expect(thrownBy(() => initAuditLogger({ dir: folder.dir })).code).to.equal('KANSA_DIR_LOCKED')
    expect(getAuditLogger()).to.equal(undefined)
    initAuditLogger({ dir: folder.path('free') })
  })

  it('is not made by createAuditLogger', () => {
    const folder = newFolder()
    const own = folder.closeLater(createAuditLogger({ dir: folder.dir }))
    expect(getAuditLogger()).to.equal(undefined)
    expect(initAuditLogger({ dir: folder.path('global') })).to.not.equal(own)
  })

  it('takes events from anywhere by logAuditEvent', async () => {
    const folder = newFolder()
    initAuditLogger({ dir: folder.dir })
    const event = createAuditEvent('agent-1', { ...EVENT, data: { ...EVENT.data, action: 'Logged', context: {} } })
    const receipt = logAuditEvent(event)
    expect(receipt.id).to.equal(event.id)
    const { seq } = await receipt.stored
    expect(folder.logged()).to.deep.equal([{ ...event, seq }])
    expect(seq).to.equal(1)
  })

  it('refuses a malformed event where it is logged', () => {
    initAuditLogger({ dir: newFolder().dir })
    const event = createAuditEvent('agent-1', { ...EVENT, data: { ...EVENT.data, action: 'Logged', context: {} } })
    const broken = { ...event, event_type: { ...event.event_type, type: 'Nothing' } }
    const error = thrownBy(() => logAuditEvent(broken as never))
    expect(error.code).to.equal('KANSA_INVALID_EVENT')
    expect(error.message).to.contain('event_type.type')
  })
})
