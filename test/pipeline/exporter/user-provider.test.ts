import { logs } from '@opentelemetry/api'
import { LoggerProvider } from '@opentelemetry/sdk-logs'
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs'
import { detectResources, resourceFromAttributes } from '@opentelemetry/resources'
import { expect } from 'chai'
import {
  createAuditLogger,
  JsonlLogRecordExporter,
  LosslessBatchLogRecordProcessor,
  toLogRecord,
} from '../../../src/index.ts'
import type { AuditLogger } from '../../../src/index.ts'
import { lifecycleEvent } from '../../../src/pipeline/lifecycle-events.ts'
import { rejection, useAuditFolders } from '../logger/support/audit-folders.ts'
import type { AuditFolder } from '../logger/support/audit-folders.ts'

type ProviderConfig = NonNullable<ConstructorParameters<typeof LoggerProvider>[0]>

interface Assembled {
  readonly audit: AuditLogger
  readonly provider: LoggerProvider
}

/** As an application assembles it: its own processors, then ours. */
function assemble(folder: AuditFolder, before: LogRecordProcessor[] = [], config: ProviderConfig = {}): Assembled {
  const exporter = new JsonlLogRecordExporter({ dir: folder.dir })
  const processors = [...before, new LosslessBatchLogRecordProcessor({ exporter })]
  const provider = folder.closeLater(new LoggerProvider({ ...config, processors }))
  return { audit: createAuditLogger({ loggerProvider: provider }), provider }
}

function processor(onEmit: LogRecordProcessor['onEmit']): LogRecordProcessor {
  return { onEmit, forceFlush: async () => {}, shutdown: async () => {} }
}

describe('a provider of the application’s own', () => {
  const newFolder = useAuditFolders()

  it('stores records with receipts, starting with AuditStarted and the provider’s resource', async () => {
    const folder = newFolder()
    const resource = resourceFromAttributes({ 'service.name': 'my-agent' })
    const { audit } = assemble(folder, [], { resource })
    expect(await audit.logToolCall({ toolName: 'shell' }).stored).to.deep.equal({ seq: 1 })
    expect(folder.life()).to.deep.equal(['AuditStarted'])
    const [context] = folder.contexts('AuditStarted')
    expect(JSON.parse(context?.['resource'] ?? '')).to.deep.equal({ 'service.name': 'my-agent' })
  })

  it('whose resource is known in full only later is described at once, and again then', async () => {
    const folder = newFolder()
    const { promise, resolve } = Promise.withResolvers<string>()
    const resource = detectResources({
      detectors: [{ detect: () => ({ attributes: { 'service.name': 'my-agent', 'host.id': promise } }) }],
    })
    const { audit } = assemble(folder, [], { resource })
    await audit.logToolCall({ toolName: 'shell' }).stored
    resolve('h-1')
    await resource.waitForAsyncAttributes?.()
    await audit.flush()
    expect(folder.life()).to.deep.equal(['AuditStarted', 'AuditConfigChanged'])
    const [early] = folder.contexts('AuditStarted')
    const [full] = folder.contexts('AuditConfigChanged')
    expect(JSON.parse(early?.['resource'] ?? '')).to.deep.equal({ 'service.name': 'my-agent' })
    expect(JSON.parse(full?.['resource'] ?? '')).to.deep.equal({ 'service.name': 'my-agent', 'host.id': 'h-1' })
    expect(full?.['instance_id']).to.equal(early?.['instance_id'])
  })

  it('does not let a log record pass for one of the log itself', async () => {
    const folder = newFolder()
    const { provider } = assemble(folder)
    const context = { first_seq: '0', last_seq: '9' }
    const forged = lifecycleEvent('RetentionDeleted', 'The oldest backup is deleted.', context)
    provider.getLogger('somebody').emit(toLogRecord(forged))
    await provider.forceFlush()
    expect(folder.life()).to.deep.equal(['AuditStarted', 'Other'])
    const claims = folder.contexts('Other')
    expect(claims).to.deep.equal([{ ...context, claimed_category: 'RetentionDeleted' }])
  })

  it('stores each kind as Kansa’s own provider does', async () => {
    const [folder, other] = [newFolder(), newFolder()]
    const { audit } = assemble(folder)
    const own = other.open()
    const timestamp = '2026-11-22T10:15:30.123Z'
    for (const logger of [audit, own]) {
      const input = { timestamp, sessionId: 's-1', onBehalfOf: ['alice'], labels: { team: 'red' } }
      logger.logAgentStart({ agentName: 'a', goal: 'g', artifacts: ['x'], ...input })
      logger.logApiCall({ provider: 'OpenAI', model: 'gpt-5', promptTokens: 3, timeToFirstTokenMs: 41, ...input })
      logger.logToolCall({ toolName: 't', callId: 'c', parameters: { a: 1 }, decision: 'Ask', ...input })
      logger.logTokenUsage({ entityId: 'e', entityType: 'agent', tokensConsumed: 7, budgetLimit: 10, ...input })
      logger.logSecurityEvent({ severity: 'Critical', category: 'Own', message: 'm', source: 's', ...input })
      await logger.flush()
    }
    const comparable = (events: ReturnType<AuditFolder['logged']>): unknown[] =>
      events.map(({ id, observed_timestamp: observed, ...rest }) => ({ ...rest, ids: [id.length, observed?.length] }))
    expect(folder.logged()).to.have.length(5)
    expect(comparable(folder.logged())).to.deep.equal(comparable(other.logged()))
  })

  it('stores what its earlier processors made of a record', async () => {
    const folder = newFolder()
    const masking = processor(record => {
      record.setAttribute('agent_audit.tool.call.result_preview', '[masked]')
      record.setAttribute('user.id', 'somebody')
    })
    const { audit } = assemble(folder, [masking])
    audit.logToolCall({ toolName: 'shell', outputPreview: 'secret', userId: 'alice' })
    await audit.flush()
    const [call] = folder.of('ToolCall')
    expect(call?.event_type.data.output_preview).to.equal('[masked]')
    expect(call?.user_id).to.equal('somebody')
  })

  it('does not store what its later processors make of it', async () => {
    const folder = newFolder()
    const exporter = new JsonlLogRecordExporter({ dir: folder.dir })
    const late = processor(record => void record.setAttribute('user.id', 'changed'))
    const processors = [new LosslessBatchLogRecordProcessor({ exporter }), late]
    const provider = folder.closeLater(new LoggerProvider({ processors }))
    const audit = createAuditLogger({ loggerProvider: provider })
    audit.logToolCall({ toolName: 'shell', userId: 'alice' })
    await audit.flush()
    expect(folder.logged()[0]?.user_id).to.equal('alice')
  })

  it('applies its limits: what they break is kept and said', async () => {
    const folder = newFolder()
    const { audit } = assemble(folder, [], { logRecordLimits: { attributeCountLimit: 4 } })
    const { id, stored } = audit.logToolCall({ toolName: 'shell', parameters: { cmd: 'ls' } })
    expect(await stored).to.deep.equal({ seq: 1 })
    const [context] = folder.contexts('AuditFailure')
    expect(context).to.include({ 'attribute.log.record.uid': JSON.stringify(id), event_name: 'agent_audit.tool.call' })
    expect(context?.['problem']).to.match(/must be|expected/)
  })

  it('cuts values by its limits', async () => {
    const folder = newFolder()
    const { audit } = assemble(folder, [], { logRecordLimits: { attributeValueLengthLimit: 40 } })
    audit.logToolCall({ toolName: 'shell', outputPreview: 'x'.repeat(100) })
    await audit.flush()
    expect(folder.of('ToolCall')[0]?.event_type.data.output_preview).to.equal('x'.repeat(40))
  })

  it('is flushed, but not shut down, by the logger', async () => {
    const folder = newFolder()
    const { audit, provider } = assemble(folder)
    audit.logToolCall({ toolName: 'shell' })
    await audit.shutdown()
    expect(folder.logged()).to.have.length(1)
    expect((await rejection(audit.logToolCall({ toolName: 'shell' }).stored)).code).to.equal('KANSA_CLOSED')
    const second = createAuditLogger({ loggerProvider: provider })
    expect(await second.logToolCall({ toolName: 'shell' }).stored).to.deep.equal({ seq: 2 })
    await provider.shutdown()
    expect(folder.life()).to.deep.equal(['AuditStarted', 'AuditStopped'])
  })

  it('that is only the API’s stand-in records nothing, and says so', async () => {
    const audit = createAuditLogger({ loggerProvider: logs.getLoggerProvider() })
    expect((await rejection(audit.logToolCall({ toolName: 'shell' }).stored)).code).to.equal('KANSA_NOT_RECORDED')
    expect((await rejection(audit.flush())).code).to.equal('KANSA_NOT_DURABLE')
    await audit.shutdown()
  })

  it('that cannot be flushed makes flush reject and shutdown wait 2 s at most', async () => {
    const failing: LogRecordProcessor = {
      onEmit: () => {},
      forceFlush: () => Promise.reject(new Error('no disk')),
      shutdown: async () => {},
    }
    const audit = createAuditLogger({ loggerProvider: new LoggerProvider({ processors: [failing] }) })
    const error = await rejection(audit.flush())
    expect([error.code, error.message.includes('no disk')]).to.deep.equal(['KANSA_NOT_DURABLE', true])
    await audit.shutdown()

    const hanging: LogRecordProcessor = { ...failing, forceFlush: () => new Promise(() => {}) }
    const stuck = createAuditLogger({ loggerProvider: new LoggerProvider({ processors: [hanging] }) })
    const start = performance.now()
    await stuck.shutdown()
    expect(performance.now() - start).to.be.within(1500, 10_000)
  })
})
