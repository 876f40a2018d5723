import type { LogRecord } from '@opentelemetry/api'
import { LoggerProvider } from '@opentelemetry/sdk-logs'
import { expect } from 'chai'
import {
  createAuditLogger,
  JsonlLogRecordExporter,
  LosslessBatchLogRecordProcessor,
  toLogRecord,
} from '../../../src/index.ts'
import type { JsonlExporterOptions } from '../../../src/index.ts'
import { createMemoryAuditLogger } from '../../../src/testing.ts'
import { present, useAuditFolders } from '../logger/support/audit-folders.ts'
import type { AuditFolder } from '../logger/support/audit-folders.ts'
import { useCapturedDiag } from '../logger/support/captured-diag.ts'
import { MARK, TOKEN } from './support/secrets.ts'

function providerOf(folder: AuditFolder, options: JsonlExporterOptions = {}): LoggerProvider {
  const exporter = new JsonlLogRecordExporter({ dir: folder.dir, ...options })
  return folder.closeLater(new LoggerProvider({ processors: [new LosslessBatchLogRecordProcessor({ exporter })] }))
}

/** As somebody who knows nothing of redaction makes one. */
function rawRecord(): LogRecord {
  const memory = createMemoryAuditLogger({ redaction: false, capture: 'full' })
  memory.logToolCall({ toolName: 'shell', parameters: { token: TOKEN }, output: `it is ${TOKEN}` })
  return toLogRecord(present(memory.events[0]))
}

describe('a record in a provider of the application’s own', () => {
  const newFolder = useAuditFolders()
  const captureDiag = useCapturedDiag()

  it('that does not come from a logger of Kansa’s is masked by the exporter', async () => {
    const folder = newFolder()
    const provider = providerOf(folder)
    provider.getLogger('other').emit(rawRecord())
    await provider.shutdown()
    const [event] = folder.of('ToolCall')
    expect(JSON.stringify(event)).to.match(MARK).and.not.include(TOKEN)
    expect(event?.redacted).to.deep.equal({ 'github-token': 3 })
  })

  it('is stored as it is with redaction: false', async () => {
    const folder = newFolder()
    const provider = providerOf(folder, { redaction: false })
    provider.getLogger('other').emit(rawRecord())
    await provider.shutdown()
    expect(folder.of('ToolCall')[0]?.event_type.data.parameters).to.include(TOKEN)
  })

  it('keeps its content, unless the exporter is told to store none', async () => {
    const [kept, none] = [newFolder(), newFolder()]
    const providers = [providerOf(kept), providerOf(none, { capture: 'metadata' })]
    for (const provider of providers) {
      provider.getLogger('other').emit(rawRecord())
      await provider.shutdown()
    }
    expect(kept.of('ToolCall')[0]).to.include({ capture: 'full' })
    expect(kept.of('ToolCall')[0]?.event_type.data.output).to.match(/^it is \[REDACTED/)
    expect(none.of('ToolCall')[0]).to.include({ capture: 'metadata' })
    expect(none.of('ToolCall')[0]?.event_type.data).to.include({ parameters: '' }).and.not.have.property('output')
    expect(none.contexts('AuditStarted')[0]).to.include({ capture: 'metadata' })
  })

  it('is followed by a finding where that is asked for', async () => {
    const folder = newFolder()
    const provider = providerOf(folder, { redaction: { report: true } })
    provider.getLogger('other').emit(rawRecord())
    await provider.shutdown()
    expect(folder.contexts('SecretDetected')[0]).to.include({ event_id: folder.of('ToolCall')[0]?.id })
  })

  it('is masked by the logger already where it comes from one: other processors see no secret', async () => {
    const folder = newFolder()
    const exporter = new JsonlLogRecordExporter({ dir: folder.dir })
    const seen: string[] = []
    const spy = {
      onEmit: (record: LogRecord) => void seen.push(JSON.stringify([record.attributes, record.body])),
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    }
    const processors = [spy, new LosslessBatchLogRecordProcessor({ exporter })]
    const loggerProvider = folder.closeLater(new LoggerProvider({ processors }))
    const audit = folder.closeLater(createAuditLogger({ loggerProvider, redaction: { report: true } }))
    audit.logToolCall({ toolName: 'shell', error: TOKEN })
    await audit.flush()
    expect(seen.join()).to.match(MARK).and.not.include(TOKEN)
    expect(folder.of('ToolCall')[0]?.redacted).to.deep.equal({ 'github-token': 1 })
    expect(folder.contexts('SecretDetected')).to.have.length(1)
  })

  it('that is malformed is kept without its secrets, and told of without them', async () => {
    const folder = newFolder()
    const { warnings } = captureDiag()
    const provider = providerOf(folder)
    const record = rawRecord()
    const attributes = {
      ...record.attributes,
      'agent_audit.tool.call.duration_ms': TOKEN,
      password: 'hunter2',
      [TOKEN]: 1,
    }
    provider.getLogger('other').emit({ ...record, attributes })
    await provider.forceFlush()
    const [context] = folder.contexts('AuditFailure')
    expect(context?.['attribute.password']).to.match(/^\[REDACTED:password:/)
    const text = JSON.stringify(folder.events()) + warnings.join()
    expect(text).to.not.include(TOKEN).and.not.include('hunter2')
  })
})
