import { expect } from 'chai'
import type { AuditLoggerOptions } from '../../src/index.ts'
import { thrownBy, useAuditFolders, useEnvironment } from '../pipeline/logger/support/audit-folders.ts'
import type { AuditFolder } from '../pipeline/logger/support/audit-folders.ts'

const OTEL = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT'

describe('the option capture', () => {
  const newFolder = useAuditFolders()
  const setEnvironment = useEnvironment()

  async function levelBy(folder: AuditFolder, options: AuditLoggerOptions = {}): Promise<string> {
    const audit = folder.open(options)
    audit.logToolCall({ toolName: 'shell', output: 'x' })
    await audit.shutdown()
    return folder.of('ToolCall')[0]?.capture ?? 'preview'
  }

  it('is preview by default', async () => {
    const folder = newFolder()
    expect(await levelBy(folder)).to.equal('preview')
    expect(folder.contexts('AuditStarted')[0]).to.include({ capture: 'preview' })
  })

  it('is a level or rules by kind and tool, as AuditStarted says', async () => {
    const folder = newFolder()
    expect(await levelBy(folder, { capture: 'full' })).to.equal('full')
    expect(folder.contexts('AuditStarted')[0]).to.include({ capture: 'full' })
    const other = newFolder()
    const capture = { default: 'metadata', tools: { 'sh*': 'full' } } as const
    expect(await levelBy(other, { capture })).to.equal('full')
    expect(JSON.parse(other.contexts('AuditStarted')[0]?.['capture'] ?? '')).to.deep.equal(capture)
  })

  it('comes from KANSA_CAPTURE, a level or JSON', async () => {
    setEnvironment({ KANSA_CAPTURE: 'metadata' })
    expect(await levelBy(newFolder())).to.equal('metadata')
    setEnvironment({ KANSA_CAPTURE: '{"kinds":{"ToolCall":"full"}}' })
    expect(await levelBy(newFolder())).to.equal('full')
  })

  it('is a copy: what becomes of the object later opens nothing', async () => {
    const folder = newFolder()
    const kinds: { ToolCall: 'metadata' | 'full' } = { ToolCall: 'metadata' }
    const audit = folder.open({ capture: { kinds } })
    kinds.ToolCall = 'full'
    audit.logToolCall({ toolName: 'shell', output: 'x' })
    await audit.flush()
    expect(folder.of('ToolCall')[0]?.capture).to.equal('metadata')
  })

  for (const value of ['false', 'NO_CONTENT', 'no_content', 'SPAN_ONLY']) {
    it(`is metadata where ${OTEL} is ${value}, whatever the code says`, async () => {
      const folder = newFolder()
      setEnvironment({ [OTEL]: value })
      expect(await levelBy(folder, { capture: { tools: { shell: 'full' } } })).to.equal('metadata')
      expect(JSON.parse(folder.contexts('AuditStarted')[0]?.['options'] ?? '')).to.deep.include({
        capture: { value: 'metadata', source: 'environment', variable: OTEL },
      })
    })
  }

  for (const value of ['true', 'EVENT_ONLY', 'SPAN_AND_EVENT', '']) {
    it(`is no more than the options say where ${OTEL} is "${value}"`, async () => {
      setEnvironment({ [OTEL]: value })
      expect(await levelBy(newFolder())).to.equal('preview')
    })
  }

  for (const [name, capture] of Object.entries({
    'an unknown level': 'all',
    'an unknown kind': { kinds: { Tool: 'full' } },
    'an unknown member': { default: 'full', tool: {} },
    'a tool without a level': { tools: { shell: true } },
    'a list': ['full'],
  })) {
    it(`is refused: ${name}`, () => {
      const options: AuditLoggerOptions = Object.fromEntries([['capture', capture]])
      const error = thrownBy(() => newFolder().open(options))
      expect(error.code).to.equal('KANSA_INVALID_OPTION')
      expect(error.message).to.include('`capture` must be `metadata`, `preview` or `full`')
    })
  }
})
