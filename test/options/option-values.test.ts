import { expect } from 'chai'
import { createAuditLogger, JsonlLogRecordExporter, KansaError } from '../../src/index.ts'
import { testSigner } from '../support/sealed-folder.ts'
import { eventsIn, thrownBy, useAuditFolders, useEnvironment } from '../pipeline/logger/support/audit-folders.ts'

/** For each option: what is refused. */
const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  dir: ['', 7, true, null, {}],
  otlp: [
    'http://x',
    7,
    null,
    { url: 'no url' },
    { url: 7 },
    { headers: { a: 1 } },
    { timeoutMillis: 0 },
    { uri: 'x' },
    [7],
  ],
  origin: ['', 'a b', 'a+b', 'a\nb', 7],
  signer: [7, 'PRIVATE+KEY+', {}, [], [{}], { sign: (): never[] => [], verifier: { name: 'x' } }],
  signingKey: ['', 7, {}, []],
  signingKeyFile: ['', 7, null],
  onLocked: ['wait', '', true],
  flushIntervalMillis: [0, -1, 1.5, NaN, Infinity, '5000', 2 ** 31, null],
  maxFileBytes: [0, 1023, 1.5, '100', -1, 2 ** 60],
  maxBackups: [-1, 1.5, '10'],
  minRetentionDays: [-1, NaN, Infinity, 36_501, '7', null],
  onRetentionConflict: ['stop', '', true],
  minFreeBytes: [-1, 1.5, '1 GiB', Infinity],
  minFreePercent: [-1, 91, NaN, '5', '5%'],
  maxEventBytes: [0, 4095, 17 * 1024 * 1024, '4096'],
  maxQueueBytes: [0, 65_535, 1.5],
  previewLength: [-1, 1.5, 100_001, '200'],
  fileMode: [0, 0o400, 0o1777, '0', '0400', '0999', 'rw', -1, 0.5],
  dirMode: [0, 0o600, 0o1777, '0600', 'rwx'],
  onError: ['console.log', {}, null],
  resource: ['service.name=x', 7, [], null, { nested: { a: 1 } }, { list: ['a'] }, { f: (): void => {} }],
  loggerProvider: [{}, 7, null, { getLogger: 'x' }],
}

describe('an option', () => {
  const newFolder = useAuditFolders()
  const setEnvironment = useEnvironment()

  for (const [name, values] of Object.entries(WRONG)) {
    it(`\`${name}\` is refused by name when it is wrong, and no folder is made`, () => {
      const { dir } = newFolder()
      for (const value of values) {
        const error = thrownBy(() => createAuditLogger({ dir, [name]: value }))
        expect(error, String(value)).to.be.instanceOf(KansaError)
        expect(error.code).to.equal('KANSA_INVALID_OPTION')
        expect(error.message).to.match(new RegExp(`^option \`${name}\` must be .+, not .+`))
      }
      expect(() => eventsIn(`${dir}/audit.jsonl`)).to.throw('ENOENT')
    })
  }

  it('that does not exist is refused by name, with those that do', () => {
    const { dir } = newFolder()
    const options: object = { dir, maxFileByte: 1 }
    const error = thrownBy(() => createAuditLogger(options))
    expect(error.code).to.equal('KANSA_INVALID_OPTION')
    expect(error.message).to.contain('`maxFileByte`').and.contain('maxFileBytes')
    expect(thrownBy(() => createAuditLogger(null as never)).message).to.contain('options must be an object')
    expect(thrownBy(() => createAuditLogger([] as never)).message).to.contain('options must be an object')
  })

  it('may be undefined, which means not given', async () => {
    const folder = newFolder()
    const given = Object.fromEntries(Object.keys(WRONG).map(name => [name, undefined]))
    setEnvironment({ KANSA_DIR: folder.dir })
    await folder.closeLater(createAuditLogger(given)).flush()
    expect(folder.life()).to.deep.equal(['AuditStarted'])
  })

  it('is checked by the exported exporter as well', () => {
    const { dir } = newFolder()
    const resource = { attributes: {}, merge: (): unknown => resource }
    for (const [name, value] of [
      ['dir', false],
      ['maxFileBytes', 3],
      ['resource', { 'service.name': 'x' }],
      ['onLifecycleEvent', 'x'],
      ['previewLength', 200],
      ['maxFileByte', 1],
    ] as const) {
      const error = thrownBy(() => new JsonlLogRecordExporter({ dir, [name]: value }))
      expect(error.code).to.equal('KANSA_INVALID_OPTION')
      expect(error.message).to.contain(`\`${name}\``)
    }
  })

  it('`dir: false` needs a destination', () => {
    const error = thrownBy(() => createAuditLogger({ dir: false }))
    expect(error.code).to.equal('KANSA_INVALID_OPTION')
    expect(error.message).to.contain('`dir`').and.contain('`otlp`')
  })

  it('of the folder or of OTLP does not go with `loggerProvider`', () => {
    const loggerProvider = { getLogger: (): never => expect.fail('no logger is needed') }
    const options: Readonly<Record<string, unknown>> = {
      dir: './audit',
      otlp: { url: 'http://127.0.0.1:1' },
      origin: 'x',
      signer: testSigner(),
      signingKey: 'x',
      signingKeyFile: 'x',
      onLocked: 'refuse',
      flushIntervalMillis: 5000,
      maxFileBytes: 4096,
      maxBackups: 3,
      minRetentionDays: 7,
      onRetentionConflict: 'block',
      minFreeBytes: 0,
      minFreePercent: 0,
      maxQueueBytes: 70_000,
      fileMode: 0o600,
      dirMode: 0o700,
      resource: {},
    }
    for (const [name, value] of Object.entries(options)) {
      const error = thrownBy(() => createAuditLogger({ loggerProvider, [name]: value }))
      expect(error.code).to.equal('KANSA_INVALID_OPTION')
      expect(error.message).to.contain(`\`${name}\``).and.contain('`loggerProvider`')
    }
  })
})
