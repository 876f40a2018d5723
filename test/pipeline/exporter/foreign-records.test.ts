import { LoggerProvider } from '@opentelemetry/sdk-logs'
import type { Logger } from '@opentelemetry/api'
import { expect } from 'chai'
import { JsonlLogRecordExporter, LosslessBatchLogRecordProcessor, toLogRecord } from '../../../src/index.ts'
import { createMemoryAuditLogger } from '../../../src/testing.ts'
import { useCapturedDiag } from '../logger/support/captured-diag.ts'
import { present, useAuditFolders } from '../logger/support/audit-folders.ts'
import type { AuditFolder } from '../logger/support/audit-folders.ts'

interface Setup {
  readonly exporter: JsonlLogRecordExporter
  readonly provider: LoggerProvider
  readonly logger: Logger
}

function setUp(folder: AuditFolder): Setup {
  const exporter = new JsonlLogRecordExporter({ dir: folder.dir })
  const processors = [new LosslessBatchLogRecordProcessor({ exporter })]
  const provider = folder.closeLater(new LoggerProvider({ processors }))
  return { exporter, provider, logger: provider.getLogger('application') }
}

function toolCall(): ReturnType<typeof toLogRecord> {
  const memory = createMemoryAuditLogger()
  memory.logToolCall({ toolName: 'shell', parameters: { cmd: 'ls' } })
  return toLogRecord(present(memory.events[0]))
}

describe('a log record that is no audit event', () => {
  const newFolder = useAuditFolders()

  it('is passed over and counted', async () => {
    const folder = newFolder()
    const { exporter, provider, logger } = setUp(folder)
    logger.emit({ body: 'hello' })
    logger.emit({ eventName: 'http.request', attributes: { 'log.record.uid': 'x' } })
    logger.emit({ eventName: 'agent_auditor.api.call' })
    expect(exporter.passedOverCount).to.equal(3)
    logger.emit(toolCall())
    await provider.shutdown()
    expect(exporter.passedOverCount).to.equal(3)
    expect(folder.logged()).to.have.length(1)
    expect(folder.contexts('AuditStopped')[0]).to.include({ passed_over: '3' })
  })

  it('leaves no line at all where there is nothing else', async () => {
    const folder = newFolder()
    const { provider, logger } = setUp(folder)
    logger.emit({ body: 'hello' })
    await provider.shutdown()
    expect(folder.events()).to.deep.equal([])
  })
})

describe('a malformed audit record', () => {
  const newFolder = useAuditFolders()
  const captureDiag = useCapturedDiag()

  it('is kept as an AuditFailure with its attributes', async () => {
    const folder = newFolder()
    const { provider, logger } = setUp(folder)
    const diag = captureDiag()
    const record = toolCall()
    const { 'gen_ai.tool.name': _, ...attributes } = record.attributes ?? {}
    logger.emit({ ...record, attributes: { ...attributes, extra: { list: [1, true] } } })
    await provider.forceFlush()
    expect(folder.logged()).to.deep.equal([])
    const [context] = folder.contexts('AuditFailure')
    expect(context).to.include({
      event_name: 'agent_audit.tool.call',
      'attribute.agent_audit.tool.call.arguments': String.raw`"{\"cmd\":\"ls\"}"`,
      'attribute.extra': '{"list":[1,true]}',
    })
    expect(context?.['problem']).to.contain('tool_name')
    expect(diag.warnings.join('\n')).to.contain('malformed')
  })

  it('of an unknown kind, without an id, or with a wrong value is kept too', async () => {
    const folder = newFolder()
    const { exporter, provider, logger } = setUp(folder)
    const record = toolCall()
    logger.emit({ eventName: 'agent_audit.future.kind', attributes: { a: 'b' } })
    logger.emit({ eventName: 'agent_audit.tool.call' })
    logger.emit({ ...record, attributes: { ...record.attributes, 'agent_audit.tool.call.duration_ms': 'long' } })
    logger.emit({ attributes: { ...record.attributes, 'otel.event.name': 'agent_audit.no.such' } })
    await provider.forceFlush()
    const problems = folder.contexts('AuditFailure').map(context => context['problem'])
    expect(problems).to.have.length(4)
    for (const [index, part] of ['agent_audit.future.kind', 'id', 'duration_ms', 'agent_audit.no.such'].entries()) {
      expect(problems[index]).to.contain(part)
    }
    expect(exporter.passedOverCount).to.equal(0)
  })

  it('is bounded however large it is', async () => {
    const folder = newFolder()
    const attributes = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`key${i}`, 'x'.repeat(1000)]))
    const exporter = new JsonlLogRecordExporter({ dir: folder.dir, maxEventBytes: 4096 })
    const processors = [new LosslessBatchLogRecordProcessor({ exporter })]
    const logRecordLimits = { attributeCountLimit: Infinity }
    const provider = folder.closeLater(new LoggerProvider({ processors, logRecordLimits }))
    provider.getLogger('application').emit({ eventName: 'agent_audit.tool.call', attributes })
    await provider.forceFlush()
    expect(Buffer.byteLength(JSON.stringify(folder.events().at(-1)))).to.be.within(1000, 4096)
    expect(folder.life()).to.deep.equal(['AuditStarted', 'AuditFailure'])
  })
})
