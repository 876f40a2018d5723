import { expect } from 'chai'
import fc from 'fast-check'
import { ROOT_CONTEXT, diag } from '@opentelemetry/api'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { JsonLogsSerializer } from '@opentelemetry/otlp-transformer'
import { buildEvent } from '../../src/events/build-event.ts'
import { fromLogRecord } from '../../src/events/from-log-record.ts'
import type { AuditEvent } from '../../src/events/kinds.ts'
import { toLogRecord } from '../../src/events/to-log-record.ts'
import { RUNS, arbitraryEvent } from '../support/arbitrary-event.ts'

/** What a processor of the real SDK sees of an event. */
function throughSdk(event: AuditEvent): ReadableLogRecord {
  const exporter = new InMemoryLogRecordExporter()
  const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] })
  provider.getLogger('test').emit(toLogRecord(event))
  const [record] = exporter.getFinishedLogRecords()
  if (record === undefined) throw new Error('the record did not arrive')
  return record
}

describe('event to log record and back', () => {
  it('loses nothing of any valid event on its way through the OpenTelemetry SDK', () => {
    fc.assert(
      fc.property(arbitraryEvent, event => {
        expect(fromLogRecord(throughSdk(event))).to.deep.equal(event)
      }),
      { numRuns: RUNS },
    )
  })

  it('drops no attribute in the SDK', () => {
    fc.assert(
      fc.property(arbitraryEvent, event => {
        expect(Object.keys(throughSdk(event).attributes)).to.deep.equal(
          Object.keys(toLogRecord(event).attributes ?? {}),
        )
      }),
      { numRuns: 50 },
    )
  })

  it('keeps the key order of the line', () => {
    fc.assert(
      fc.property(arbitraryEvent, event => {
        expect(JSON.stringify(fromLogRecord(throughSdk(event)))).to.equal(JSON.stringify(event))
      }),
      { numRuns: 50 },
    )
  })

  it('passes over records that are no audit events', () => {
    expect(fromLogRecord({ hrTime: [1, 0], eventName: 'http.request', attributes: {} })).to.equal(undefined)
    expect(fromLogRecord({ hrTime: [1, 0], attributes: { message: 'hello' } })).to.equal(undefined)
  })

  it('refuses an audit record that lacks a field, naming it', () => {
    const { hrTime, eventName, attributes } = throughSdk(buildEvent('ToolCall', { toolName: 'shell' }))
    const { 'gen_ai.tool.name': _, ...rest } = attributes
    expect(() => fromLogRecord({ hrTime, eventName, attributes: rest })).to.throw('data.tool_name: expected a string')
    expect(() => fromLogRecord({ hrTime: [1, 0], eventName: 'agent_audit.new.kind', attributes: {} })).to.throw(
      'unknown audit event',
    )
  })
})

describe('the log record', () => {
  const event = buildEvent('ToolCall', {
    toolName: 'shell',
    callId: 'exec-1',
    durationMs: 150,
    sandboxPolicy: 'strict',
  })

  it('carries event name, its copy, severity and a sentence for people', () => {
    const record = toLogRecord(event)
    expect(record.eventName).to.equal('agent_audit.tool.call')
    expect(record.severityNumber).to.equal(9)
    expect(record.severityText).to.equal('INFO')
    expect(record.body).to.equal('tool shell succeeded in 150 ms')
    expect(record.attributes).to.include({
      'log.record.uid': event.id,
      'otel.event.name': 'agent_audit.tool.call',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'shell',
      'gen_ai.tool.call.id': 'exec-1',
      'agent_audit.sandbox.policy.name': 'strict',
    })
  })

  it('normalises what the convention wants otherwise and keeps the verbatim value beside', () => {
    const { attributes } = toLogRecord(
      buildEvent('ApiCall', { provider: 'Mistral', model: 'm', timeToFirstTokenMs: 250, latencyMs: 1000 }),
    )
    expect(attributes).to.include({
      'gen_ai.provider.name': 'mistral_ai',
      'agent_audit.api.call.provider': 'Mistral',
      'gen_ai.response.time_to_first_chunk': 0.25,
    })
  })

  it('has the severity that each outcome deserves', () => {
    const severity = (built: AuditEvent): unknown => toLogRecord(built).severityNumber
    const tool = { toolName: 't' }
    expect(severity(buildEvent('ToolCall', { ...tool, permissionGranted: false }))).to.equal(13)
    expect(severity(buildEvent('ToolCall', { ...tool, error: 'x' }))).to.equal(17)
    expect(severity(buildEvent('ToolCall', { ...tool, error: 'x', errorType: 'cancelled' }))).to.equal(13)
    const usage = { entityId: 'a', entityType: 'agent', budgetLimit: 100 }
    expect(severity(buildEvent('TokenUsage', { ...usage, tokensConsumed: 79 }))).to.equal(9)
    expect(severity(buildEvent('TokenUsage', { ...usage, tokensConsumed: 80 }))).to.equal(13)
    expect(severity(buildEvent('TokenUsage', { ...usage, tokensConsumed: 101 }))).to.equal(17)
    const finding = { category: 'Other', message: 'm', source: 's' }
    expect(severity(buildEvent('Security', { ...finding, severity: 'Critical' }))).to.equal(18)
  })

  it('never has an attribute that back ends take for a field of their own', () => {
    const reserved = new Set([
      'status',
      'level',
      'severity',
      'host',
      'source',
      'service',
      'message',
      'date',
      'timestamp',
    ])
    fc.assert(
      fc.property(arbitraryEvent, built => {
        expect(Object.keys(toLogRecord(built).attributes ?? {}).filter(name => reserved.has(name))).to.deep.equal([])
      }),
      { numRuns: 50 },
    )
  })

  it('is encoded by the OTLP serializer with all its attributes', () => {
    const bytes = JsonLogsSerializer.serializeRequest([throughSdk(event)])
    const request = JSON.parse(Buffer.from(bytes ?? []).toString('utf8'))
    const [encoded] = request.resourceLogs[0].scopeLogs[0].logRecords
    expect(encoded.eventName).to.equal('agent_audit.tool.call')
    expect(encoded.attributes.map((attribute: { key: string }) => attribute.key)).to.have.members(
      Object.keys(toLogRecord(event).attributes ?? {}),
    )
  })

  it('needs no warning of the SDK', () => {
    const warnings: string[] = []
    diag.setLogger({
      verbose() {},
      debug() {},
      info() {},
      warn: message => warnings.push(message),
      error: message => warnings.push(message),
    })
    throughSdk(event)
    diag.disable()
    expect(warnings).to.deep.equal([])
    expect(toLogRecord(event).context).to.equal(ROOT_CONTEXT)
  })
})
