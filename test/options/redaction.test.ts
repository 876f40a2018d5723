import { existsSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { inspect } from 'node:util'
import { createAuditLogger, initAuditLogger, JsonlLogRecordExporter } from '../../src/index.ts'
import type { AuditEvent, AuditLoggerOptions } from '../../src/index.ts'
import { createMemoryAuditLogger } from '../../src/testing.ts'
import { thrownBy, useAuditFolders, useEnvironment } from '../pipeline/logger/support/audit-folders.ts'
import type { AuditFolder } from '../pipeline/logger/support/audit-folders.ts'

const SECRET = 'TICKET-123456'

describe('the option redaction', () => {
  const newFolder = useAuditFolders()
  const setEnvironment = useEnvironment()

  function untyped(redaction: unknown): Pick<AuditLoggerOptions, 'redaction'> {
    return Object.fromEntries([['redaction', redaction]])
  }

  async function storedBy(folder: AuditFolder, options: AuditLoggerOptions = {}): Promise<AuditEvent | undefined> {
    const audit = folder.open(options)
    const parameters = {
      employeeNumber: 4711,
      env: { HOME: '/root' },
      note: `see ${SECRET}`,
      to: 'jane.doe@example.com',
    }
    audit.logToolCall({ toolName: 'crm', parameters })
    await audit.shutdown()
    return folder.of('ToolCall')[0]
  }

  it('adds names, paths, patterns, packs and a function of the application’s', async () => {
    const event = await storedBy(newFolder(), {
      redaction: {
        keys: ['employee_number'],
        paths: ['parameters.env.*'],
        patterns: [{ kind: 'ticket', pattern: /TICKET-\d{6}/ }, /see/],
        packs: ['email'],
        mask: (text, path) => (path === 'data.tool_name' ? text.toUpperCase() : text),
      },
    })
    const text = JSON.stringify(event)
    for (const found of ['4711', '/root', SECRET, 'jane.doe', 'see ']) expect(text).to.not.include(found)
    expect(text).to.include('[REDACTED:ticket:').and.include('[REDACTED:custom:').and.include('"tool_name":"CRM"')
    expect(event?.redacted).to.include({ ticket: 1, custom: 1, email: 1 })
  })

  it('comes from KANSA_REDACTION: on, off, or JSON with patterns as text', async () => {
    setEnvironment({ KANSA_REDACTION: 'off' })
    expect(JSON.stringify(await storedBy(newFolder()))).to.include(SECRET)
    setEnvironment({ KANSA_REDACTION: 'on' })
    expect(await storedBy(newFolder())).to.not.have.property('redacted')
    setEnvironment({ KANSA_REDACTION: JSON.stringify({ patterns: [{ kind: 'ticket', pattern: 'TICKET-[0-9]+' }] }) })
    expect((await storedBy(newFolder()))?.redacted).to.deep.equal({ ticket: 1 })
  })

  it('comes from the file that KANSA_CONFIG names', async () => {
    const folder = newFolder()
    const path = folder.path('kansa.json')
    writeFileSync(path, JSON.stringify({ redaction: { packs: ['email'] } }))
    setEnvironment({ KANSA_CONFIG: path })
    expect((await storedBy(folder))?.redacted).to.deep.equal({ email: 1 })
  })

  it('is told in AuditStarted by what it adds, never by names, patterns or keys', async () => {
    const folder = newFolder()
    const redaction = {
      keys: ['employee'],
      paths: ['a.b'],
      patterns: [/TICKET/],
      packs: ['email' as const],
      report: true,
    }
    await storedBy(folder, { redaction })
    const options = JSON.parse(folder.contexts('AuditStarted')[0]?.['options'] ?? '')
    expect(JSON.parse(options.redaction.value)).to.deep.equal({
      packs: ['email'],
      keys: 1,
      paths: 1,
      patterns: 1,
      report: true,
    })
    expect(JSON.stringify(folder.contexts('AuditStarted')))
      .to.not.include('employee')
      .and.not.include('TICKET')
  })

  it('is told in AuditStarted where nothing is given', async () => {
    const folder = newFolder()
    await storedBy(folder)
    expect(JSON.parse(folder.contexts('AuditStarted')[0]?.['options'] ?? '')).to.deep.include({
      redaction: { value: true, source: 'default' },
    })
  })

  const wrong: readonly (readonly [string, unknown, string])[] = [
    ['a word', SECRET, 'option `redaction` must be'],
    ['an unknown member', { secrets: SECRET }, 'unknown option `redaction.secrets`'],
    ['names that are no list', { keys: SECRET }, '`redaction.keys` must be a list of names'],
    ['an unknown pack', { packs: [SECRET] }, '`redaction.packs` must be a list of email'],
    ['a pattern that is none', { patterns: [`(${SECRET}`] }, '`redaction.patterns` must be'],
    ['a kind that is no word', { patterns: [{ kind: 'My Kind', pattern: /x/ }] }, '`redaction.patterns` must be'],
    ['a key that is too short', { key: SECRET }, '`redaction.key` must be base64 text of 32 bytes'],
    ['a function that is none', { mask: SECRET }, '`redaction.mask` must be a function'],
    ['no time at all', { maxMillis: 0 }, '`redaction.maxMillis` must be milliseconds'],
    ['a pattern that can be slow', { patterns: [/(?<=TICKET)\d+/] }, 'linear time'],
  ]
  for (const [name, redaction, message] of wrong) {
    it(`is refused before anything is made, without its value: ${name}`, () => {
      const folder = newFolder()
      for (const run of [
        () => folder.open(untyped(redaction)),
        () => new JsonlLogRecordExporter({ ...untyped(redaction), dir: folder.dir }),
        () => createMemoryAuditLogger(untyped(redaction)),
      ]) {
        const error = thrownBy(run)
        expect(error.code).to.equal('KANSA_INVALID_OPTION')
        expect(error.message).to.include(message)
        expect(inspect(error, { depth: 3 }).split('\n    at ')[0]).to.not.include(SECRET)
      }
      expect(existsSync(folder.dir)).to.equal(false)
    })
  }

  it('is refused without its value when a variable is wrong', () => {
    const folder = newFolder()
    for (const [name, value] of [
      ['KANSA_REDACTION', `{"key": "${SECRET}"`],
      ['KANSA_REDACTION_KEY', SECRET],
    ] as const) {
      setEnvironment({ KANSA_REDACTION: undefined, KANSA_REDACTION_KEY: undefined, [name]: value })
      const { code, message } = thrownBy(() => folder.open())
      expect([code, message.startsWith(name), message.includes(SECRET)]).to.deep.equal([
        'KANSA_INVALID_OPTION',
        true,
        false,
      ])
    }
  })

  it('is refused with a key and a file of one', () => {
    const key = Buffer.alloc(32, 7).toString('base64')
    expect(thrownBy(() => newFolder().open({ redaction: { key, keyFile: 'x' } })).message).to.include(
      'leave one of them',
    )
  })

  it('is the same for a second initAuditLogger only where it is equal', async () => {
    const { dir } = newFolder()
    const mask = (text: string): string => text
    const audit = initAuditLogger({ dir, redaction: { keys: ['a'], mask } })
    expect(initAuditLogger({ dir, redaction: { keys: ['a'], mask } })).to.equal(audit)
    expect(thrownBy(() => initAuditLogger({ dir, redaction: { keys: ['b'], mask } })).code).to.equal(
      'KANSA_ALREADY_INITIALIZED',
    )
    await audit.shutdown()
  })

  it('counts without a journal too', () => {
    const error = thrownBy(() => createAuditLogger({ dir: false, redaction: { keyFile: '/nowhere' }, otlp: {} }))
    expect(error.code).to.equal('KANSA_INVALID_KEY')
  })
})
