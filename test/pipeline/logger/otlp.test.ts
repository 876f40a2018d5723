import { expect } from 'chai'
import { CHECKPOINT_EVENT_NAME } from '../../../src/events/checkpoint-log-record.ts'
import { createAuditLogger } from '../../../src/index.ts'
import type { AuditLogger, KansaError } from '../../../src/index.ts'
import { OtlpReceiver } from '../../support/otlp-receiver.ts'
import type { OtlpLogRecord } from '../../support/otlp-receiver.ts'
import { useCapturedDiag } from './support/captured-diag.ts'
import { eventually, present, rejection, useAuditFolders, useEnvironment } from './support/audit-folders.ts'

function logAll(audit: AuditLogger): void {
  audit.logAgentStart({ agentName: 'code-reviewer', goal: 'Review PR #123' })
  audit.logApiCall({ provider: 'openai', model: 'gpt-5', promptTokens: 1200, completionTokens: 350, latencyMs: 2340 })
  audit.logToolCall({ toolName: 'shell', callId: 'exec-123', parameters: { cmd: 'ls' }, durationMs: 150 })
  audit.logTokenUsage({ entityId: 'agent-1', entityType: 'agent', tokensConsumed: 1550, budgetLimit: 5000 })
  audit.logSecurityEvent({ severity: 'Critical', category: 'SandboxViolation', message: 'blocked', source: 'sandbox' })
}

function attributeOf(record: OtlpLogRecord | undefined, key: string): unknown {
  const value = record?.attributes?.find(attribute => attribute.key === key)?.value
  return value === undefined ? undefined : Object.values(value)[0]
}

function idsOf(records: readonly OtlpLogRecord[]): unknown[] {
  return records.map(record => attributeOf(record, 'log.record.uid'))
}

/** What arrived, except the checkpoints of the log. */
function eventsOf(receiver: OtlpReceiver): OtlpLogRecord[] {
  return receiver.records.filter(record => record.eventName !== CHECKPOINT_EVENT_NAME)
}

const CATEGORY = 'agent_audit.security.finding.category'

describe('records shipped over OTLP', () => {
  const newFolder = useAuditFolders()
  const setEnvironment = useEnvironment()
  const captureDiag = useCapturedDiag()
  let receiver: OtlpReceiver

  beforeEach(async () => {
    receiver = await new OtlpReceiver().start()
  })
  afterEach(() => receiver.stop())

  it('beside a journal are the same ones with the same ids, the log’s own life included', async () => {
    const folder = newFolder()
    const audit = folder.open({ otlp: { url: receiver.url }, maxFileBytes: 3000, maxBackups: 1 })
    for (let i = 0; i < 8; i++) {
      logAll(audit)
      await audit.flush()
    }
    await audit.shutdown()
    const records = eventsOf(receiver)
    const stored = folder.events().map(event => event.id)
    // What retention deleted was shipped as well.
    expect(idsOf(records)).to.include.members(stored)
    expect(new Set(idsOf(records)).size).to.equal(records.length)
    expect(records).to.have.length(present(folder.events().at(-1)?.seq) + 1)
    const life = records.map(record => attributeOf(record, CATEGORY)).filter(category => category !== undefined)
    expect(life[0]).to.equal('audit_started')
    expect(life.at(-1)).to.equal('audit_stopped')
    expect(life).to.include.members(['audit_continued', 'retention_deleted', 'sandbox_violation'])
  })

  it('carry event name, severity, body and attributes', async () => {
    const audit = newFolder().open({ otlp: { url: receiver.url }, resource: { 'service.name': 'my-agent' } })
    logAll(audit)
    await audit.flush()
    const [, start, call, tool, usage, finding] = eventsOf(receiver)
    expect(
      [start, call, tool, usage, finding].map(record => [record?.eventName, record?.severityNumber]),
    ).to.deep.equal([
      ['agent_audit.agent.execution', 9],
      ['agent_audit.api.call', 9],
      ['agent_audit.tool.call', 9],
      ['agent_audit.token.usage', 9],
      ['agent_audit.security.finding', 18],
    ])
    expect(tool?.body?.stringValue).to.equal('tool shell succeeded in 150 ms')
    expect(attributeOf(tool, 'gen_ai.tool.name')).to.equal('shell')
    expect(attributeOf(call, 'gen_ai.usage.input_tokens')).to.equal(1200)
    const resource = receiver.accepted[0]?.resourceLogs?.[0]?.resource?.attributes
    expect(resource).to.deep.include({ key: 'service.name', value: { stringValue: 'my-agent' } })
  })

  it('alone, with dir: false, are the same too, from AuditStarted to AuditStopped', async () => {
    const diag = captureDiag()
    const audit = createAuditLogger({ dir: false, otlp: { url: receiver.url }, resource: { 'service.name': 'x' } })
    const receipt = audit.logToolCall({ toolName: 'shell' })
    await audit.flush()
    expect(await receipt.stored).to.deep.equal({})
    await audit.shutdown()
    const [started, call, stopped, ...more] = receiver.records
    expect(more).to.deep.equal([])
    expect(attributeOf(call, 'log.record.uid')).to.equal(receipt.id)
    expect([attributeOf(started, CATEGORY), attributeOf(stopped, CATEGORY)]).to.deep.equal([
      'audit_started',
      'audit_stopped',
    ])
    const context = JSON.stringify(attributeOf(started, 'agent_audit.security.finding.context'))
    for (const part of ['kansa_version', 'instance_id', 'resource', 'service.name', 'capture', 'instrumented']) {
      expect(context).to.contain(part)
    }
    expect(diag.warnings.filter(warning => warning.includes('dir: false'))).to.have.length(1)
  })

  it('go to every destination, with its own headers and compression', async () => {
    const second = await new OtlpReceiver().start()
    try {
      const audit = newFolder().open({
        otlp: [
          { url: receiver.url, headers: { 'x-team': 'red' } },
          { url: second.url, timeoutMillis: 5000 },
        ],
      })
      logAll(audit)
      await audit.flush()
      expect(idsOf(eventsOf(receiver))).to.have.length(6)
      expect(idsOf(eventsOf(second))).to.deep.equal(idsOf(eventsOf(receiver)))
      expect(receiver.headers[0]?.['x-team']).to.equal('red')
      expect(second.headers[0]?.['x-team']).to.equal(undefined)
      await audit.shutdown()
    } finally {
      await second.stop()
    }
  })

  it('go where OTEL_EXPORTER_OTLP_ENDPOINT says, with its headers, resource and service name', async () => {
    setEnvironment({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url.replace('/v1/logs', ''),
      OTEL_EXPORTER_OTLP_HEADERS: 'x-team=blue',
      OTEL_SERVICE_NAME: 'from-environment',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,service.name=loses',
    })
    const folder = newFolder()
    const audit = folder.open({ resource: { 'deployment.environment.name': 'code-wins' } })
    logAll(audit)
    await audit.flush()
    expect(eventsOf(receiver)).to.have.length(6)
    expect(receiver.headers[0]?.['x-team']).to.equal('blue')
    const attributes = receiver.accepted[0]?.resourceLogs?.[0]?.resource?.attributes
    expect(attributes).to.deep.include({ key: 'service.name', value: { stringValue: 'from-environment' } })
    const resource = JSON.parse(folder.contexts('AuditStarted')[0]?.['resource'] ?? '')
    expect(resource).to.include({ 'service.name': 'from-environment', 'deployment.environment.name': 'code-wins' })
  })

  it('go where OTEL_EXPORTER_OTLP_LOGS_ENDPOINT says, before the general one; options win over both', async () => {
    setEnvironment({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: receiver.url,
    })
    const audit = newFolder().open()
    logAll(audit)
    await audit.flush()
    expect(eventsOf(receiver)).to.have.length(6)
    const second = await new OtlpReceiver().start()
    try {
      const other = newFolder().open({ otlp: { url: second.url } })
      logAll(other)
      await other.flush()
      expect(eventsOf(second)).to.have.length(6)
      expect(eventsOf(receiver)).to.have.length(6)
      await other.shutdown()
    } finally {
      await second.stop()
    }
  })

  it('go nowhere without being asked to', async () => {
    const audit = newFolder().open()
    logAll(audit)
    await audit.shutdown()
    expect(receiver.received).to.deep.equal([])
  })
})

describe('a collector that is away', () => {
  const newFolder = useAuditFolders()
  let receiver: OtlpReceiver

  beforeEach(async () => {
    receiver = await new OtlpReceiver().start()
  })
  afterEach(() => receiver.stop())

  it('fails no flush where there is a journal, and gets everything when it is back', async () => {
    const errors: KansaError[] = []
    const folder = newFolder()
    await receiver.stop()
    const audit = folder.open({
      otlp: { url: receiver.url, timeoutMillis: 300 },
      onError: error => errors.push(error),
    })
    logAll(audit)
    await audit.flush()
    expect(folder.logged()).to.have.length(5)
    expect(errors.map(error => error.code)).to.include('KANSA_NOT_DELIVERED')
    await receiver.start()
    await eventually(() => eventsOf(receiver).length === 6, 'delivery after the outage')
    expect(idsOf(eventsOf(receiver))).to.deep.equal(folder.events().map(event => event.id))
  })

  it('makes flush reject where there is none', async () => {
    await receiver.stop()
    const audit = createAuditLogger({ dir: false, otlp: { url: receiver.url, timeoutMillis: 300 } })
    const receipt = audit.logToolCall({ toolName: 'shell' })
    const error = await rejection(audit.flush())
    expect(error.code).to.equal('KANSA_NOT_DURABLE')
    await receiver.start()
    expect(await receipt.stored).to.deep.equal({})
    await audit.shutdown()
  })

  it('does not hold up a shutdown for long, whatever ails it', async () => {
    const start = performance.now()
    const ailing = (['hang', 'reset', 503] as const).map(async answer => {
      const other = await new OtlpReceiver().start()
      other.answer = answer
      const folder = newFolder()
      const otlp = { url: other.url }
      const audits = [folder.open({ otlp }), createAuditLogger({ dir: false, otlp })]
      for (const audit of audits) logAll(audit)
      await Promise.all(audits.map(audit => audit.shutdown()))
      await other.stop()
      return folder
    })
    for (const folder of await Promise.all(ailing)) {
      expect(folder.life()).to.deep.equal(['AuditStarted', 'AuditStopped'])
      expect(folder.logged()).to.have.length(5)
    }
    expect(performance.now() - start).to.be.below(10_000)
  })
})
