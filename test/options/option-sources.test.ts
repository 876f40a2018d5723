import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { createAuditLogger, JsonlLogRecordExporter } from '../../src/index.ts'
import type { AuditLogger } from '../../src/index.ts'
import { OtlpReceiver } from '../support/otlp-receiver.ts'
import { thrownBy, useAuditFolders, useEnvironment } from '../pipeline/logger/support/audit-folders.ts'
import type { AuditFolder } from '../pipeline/logger/support/audit-folders.ts'

describe('where an option’s value comes from', () => {
  const newFolder = useAuditFolders()
  const setEnvironment = useEnvironment()

  async function previewBy(folder: AuditFolder, audit: AuditLogger): Promise<string | undefined> {
    folder.closeLater(audit).logToolCall({ toolName: 'shell', outputPreview: '123456789' })
    await audit.flush()
    return folder.of('ToolCall').at(-1)?.event_type.data.output_preview
  }

  function configure(folder: AuditFolder, content: unknown): string {
    const path = folder.path('kansa.json')
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }

  it('code wins over KANSA_*, that over the KANSA_CONFIG file, that over the default', async () => {
    const folder = newFolder()
    expect(await previewBy(folder, folder.open())).to.equal('123456789')
    const [fromFile, fromEnvironment, fromCode] = [newFolder(), newFolder(), newFolder()]
    setEnvironment({ KANSA_CONFIG: configure(folder, { previewLength: 1 }) })
    expect(await previewBy(fromFile, createAuditLogger({ dir: fromFile.dir }))).to.equal('1')
    setEnvironment({ KANSA_PREVIEW_LENGTH: '2' })
    expect(await previewBy(fromEnvironment, createAuditLogger({ dir: fromEnvironment.dir }))).to.equal('12')
    expect(await previewBy(fromCode, createAuditLogger({ dir: fromCode.dir, previewLength: 3 }))).to.equal('123')
  })

  it('each option that is text has its variable', async () => {
    const folder = newFolder()
    setEnvironment({
      KANSA_DIR: folder.dir,
      KANSA_ORIGIN: 'example.com/env',
      KANSA_ON_LOCKED: 'own-folder',
      KANSA_FLUSH_INTERVAL_MILLIS: '50',
      KANSA_MAX_FILE_BYTES: '3000',
      KANSA_MAX_BACKUPS: '1',
      KANSA_MAX_EVENT_BYTES: '4096',
      KANSA_MAX_QUEUE_BYTES: '70000',
      KANSA_PREVIEW_LENGTH: '4',
      KANSA_FILE_MODE: '0640',
      KANSA_DIR_MODE: '750',
    })
    const audit = folder.closeLater(createAuditLogger())
    for (let i = 0; i < 30; i++) {
      audit.logToolCall({ toolName: 'shell', outputPreview: '123456', parameters: 'x'.repeat(i === 29 ? 9000 : 1) })
      if (i % 5 === 0) await audit.flush()
    }
    await folder.closeLater(createAuditLogger()).flush()
    expect(readdirSync(join(folder.dir, 'writers'))).to.have.length(1)
    await audit.shutdown()
    expect(folder.contexts('AuditContinued')[0]).to.include({ log_origin: 'example.com/env' })
    expect(readdirSync(folder.dir).filter(name => name.startsWith('audit.jsonl'))).to.have.length(2)
    expect(statSync(join(folder.dir, 'audit.jsonl')).mode & 0o777).to.equal(0o640)
    expect(statSync(folder.dir).mode & 0o777).to.equal(0o750)
    const calls = folder.of('ToolCall')
    expect(calls.at(-1)?.event_type.data.output_preview).to.equal('1234')
    expect(calls.at(-1)?.cut?.['data.parameters']?.length).to.equal(9000)
  })

  it('KANSA_DIR=false and KANSA_OTLP work as in code', async () => {
    const receiver = await new OtlpReceiver().start()
    try {
      setEnvironment({ KANSA_DIR: 'false', KANSA_OTLP: receiver.url })
      const audit = createAuditLogger()
      audit.logToolCall({ toolName: 'shell' })
      await audit.shutdown()
      expect(receiver.records).to.have.length(3)
    } finally {
      await receiver.stop()
    }
  })

  it('a wrong variable is refused by its name; an empty one counts as not set', () => {
    const { dir } = newFolder()
    for (const [name, value] of [
      ['KANSA_MAX_FILE_BYTES', '100 MB'],
      ['KANSA_MAX_BACKUPS', '-1'],
      ['KANSA_MIN_RETENTION_DAYS', '7 days'],
      ['KANSA_ON_RETENTION_CONFLICT', 'stop'],
      ['KANSA_MIN_FREE_BYTES', '1 GiB'],
      ['KANSA_MIN_FREE_PERCENT', '5%'],
      ['KANSA_FILE_MODE', 'rw'],
      ['KANSA_ON_LOCKED', 'wait'],
      ['KANSA_OTLP', 'no url'],
    ] as const) {
      setEnvironment({ [name]: value })
      const error = thrownBy(() => createAuditLogger({ dir }))
      expect(error.code).to.equal('KANSA_INVALID_OPTION')
      expect(error.message).to.contain(name).and.contain(value)
      setEnvironment({ [name]: '' })
    }
    const folder = newFolder()
    folder.open()
    expect(existsSync(folder.dir)).to.equal(true)
  })

  it('the file may hold every option that JSON can hold', async () => {
    const folder = newFolder()
    const content = { dir: folder.dir, fileMode: '0640', onLocked: 'own-folder', resource: { 'service.name': 'filed' } }
    setEnvironment({ KANSA_CONFIG: configure(folder, content) })
    await folder.closeLater(createAuditLogger()).flush()
    expect(statSync(join(folder.dir, 'audit.jsonl')).mode & 0o777).to.equal(0o640)
    expect(folder.contexts('AuditStarted')[0]?.['resource']).to.contain('filed')
  })

  it('a file that is missing, broken, or wrong is refused with its name', () => {
    const folder = newFolder()
    const cases: [string, string][] = [
      [folder.path('missing.json'), 'missing.json'],
      [configure(folder, '{ not json'), 'kansa.json'],
    ]
    for (const [path, part] of cases) {
      setEnvironment({ KANSA_CONFIG: path })
      const error = thrownBy(() => folder.open())
      expect(error.code).to.equal('KANSA_INVALID_OPTION')
      expect(error.message).to.contain('KANSA_CONFIG').and.contain(part)
    }
    for (const [content, part] of [
      [{ maxFileByte: 1 }, '`maxFileByte` in the configuration file'],
      [{ maxFileBytes: 'many' }, '`maxFileBytes` in the configuration file'],
      [[1], 'the configuration file must be an object'],
    ] as const) {
      setEnvironment({ KANSA_CONFIG: configure(folder, content) })
      const error = thrownBy(() => folder.open())
      expect([error.code, error.message.includes(part)], error.message).to.deep.equal(['KANSA_INVALID_OPTION', true])
    }
    expect(existsSync(folder.dir)).to.equal(false)
  })

  it('the exported exporter reads the variables too', () => {
    const folder = newFolder()
    setEnvironment({ KANSA_DIR: folder.dir, KANSA_FILE_MODE: '0640' })
    const exporter = folder.closeLater(new JsonlLogRecordExporter())
    expect(exporter.dir).to.equal(folder.dir)
    expect(statSync(join(folder.dir, 'audit.jsonl')).mode & 0o777).to.equal(0o640)
  })

  it('modes are octal, as numbers and as text, whatever the umask', () => {
    const before = process.umask(0o077)
    try {
      for (const fileMode of [0o644, '644', '0644', '0o644']) {
        const folder = newFolder()
        folder.open({ fileMode, dirMode: '0755' })
        expect(statSync(join(folder.dir, 'audit.jsonl')).mode & 0o777).to.equal(0o644)
        expect(statSync(folder.dir).mode & 0o777).to.equal(0o755)
      }
      process.umask(0)
      const folder = newFolder()
      folder.open()
      expect(statSync(join(folder.dir, 'audit.jsonl')).mode & 0o777).to.equal(0o600)
      expect(statSync(folder.dir).mode & 0o777).to.equal(0o700)
    } finally {
      process.umask(before)
    }
  })

  it('the folder is ./audit where nothing says otherwise, and stays it when the process moves', async () => {
    const folder = newFolder()
    setEnvironment({ KANSA_DIR: undefined })
    const before = process.cwd()
    process.chdir(folder.parent)
    try {
      const audit = folder.closeLater(createAuditLogger({ maxFileBytes: 2000 }))
      process.chdir(before)
      for (let i = 0; i < 20; i++) audit.logToolCall({ toolName: 'shell' })
      await audit.shutdown()
    } finally {
      process.chdir(before)
    }
    expect(folder.of('ToolCall')).to.have.length(20)
    expect(readFileSync(join(folder.dir, '.gitignore'), 'utf8')).to.contain('*')
  })
})
