import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { TracerProvider } from '@opentelemetry/sdk-trace'
import { expect } from 'chai'
import { withAgent } from '../../../src/index.ts'
import type { AuditEvent } from '../../../src/index.ts'
import { createMemoryAuditLogger } from '../../../src/testing.ts'

const OTHER_TRACE = '1'.repeat(32)
const OTHER_SPAN = '2'.repeat(16)

describe('the trace of a record', () => {
  const tracer = new TracerProvider().getTracer('app')

  beforeEach(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()))
  afterEach(() => context.disable())

  function idsOf(event: AuditEvent | undefined): unknown[] {
    return [event?.trace_id, event?.span_id, event?.trace_flags]
  }

  it('is the active span’s', async () => {
    const audit = createMemoryAuditLogger()
    await tracer.startActiveSpan('work', async span => {
      audit.logToolCall({ toolName: 'shell' })
      await Promise.resolve()
      audit.logApiCall({ provider: 'openai', model: 'gpt-5' })
      const { traceId, spanId } = span.spanContext()
      expect(audit.events.map(idsOf)).to.deep.equal([
        [traceId, spanId, 1],
        [traceId, spanId, 1],
      ])
    })
  })

  it('is none without a span, and none of an invalid one', () => {
    const audit = createMemoryAuditLogger()
    audit.logToolCall({ toolName: 'shell' })
    const invalid = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 1 }
    context.with(trace.setSpanContext(context.active(), invalid), () => audit.logToolCall({ toolName: 'shell' }))
    expect(audit.events.map(idsOf)).to.deep.equal([
      [undefined, undefined, undefined],
      [undefined, undefined, undefined],
    ])
  })

  it('is the given one before the active span’s, and takes no half of the other', () => {
    const audit = createMemoryAuditLogger()
    tracer.startActiveSpan('work', span => {
      const { traceId } = span.spanContext()
      audit.logToolCall({ toolName: 'shell', traceId: OTHER_TRACE, spanId: OTHER_SPAN, traceFlags: 0 })
      audit.logToolCall({ toolName: 'shell', traceId: OTHER_TRACE })
      audit.logToolCall({ toolName: 'shell', spanId: OTHER_SPAN })
      expect(audit.events.map(event => idsOf(event).slice(0, 2))).to.deep.equal([
        [OTHER_TRACE, OTHER_SPAN],
        [OTHER_TRACE, undefined],
        [traceId, OTHER_SPAN],
      ])
      expect(audit.events[0]?.trace_flags).to.equal(0)
    })
  })

  it('is refused when it is no trace id', () => {
    const audit = createMemoryAuditLogger()
    for (const traceId of ['', 'x', '0'.repeat(32), 'A'.repeat(32)]) {
      expect(() => audit.logToolCall({ toolName: 'shell', traceId }), traceId).to.throw('traceId')
    }
  })
})

describe('the actor of a record', () => {
  it('is named after its kind, outside of a run', () => {
    const audit = createMemoryAuditLogger()
    audit.logAgentStart({ agentName: 'code-reviewer' })
    audit.logApiCall({ provider: 'openai', model: 'gpt-5' })
    audit.logToolCall({ toolName: 'shell' })
    audit.logTokenUsage({ entityId: 'user-7', entityType: 'user', tokensConsumed: 1 })
    audit.logSecurityEvent({ severity: 'Info', category: 'Other', message: 'm', source: 'file-tool' })
    const actors = audit.events.map(event => event.actor_id)
    expect(actors).to.deep.equal(['code-reviewer', 'openai/gpt-5', 'shell', 'user-7', 'file-tool'])
  })

  it('is the run’s agent, inside of one', () => {
    const audit = createMemoryAuditLogger()
    withAgent({ agentName: 'code-reviewer', goal: 'g', logger: audit }, () => {
      audit.logApiCall({ provider: 'openai', model: 'gpt-5' })
      audit.logToolCall({ toolName: 'shell' })
      audit.logTokenUsage({ entityId: 'user-7', entityType: 'user', tokensConsumed: 1 })
      audit.logSecurityEvent({ severity: 'Info', category: 'Other', message: 'm', source: 'file-tool' })
    })
    expect(new Set(audit.events.map(event => event.actor_id))).to.deep.equal(new Set(['code-reviewer']))
  })

  it('is the given one before all', () => {
    const audit = createMemoryAuditLogger()
    withAgent({ agentName: 'code-reviewer', goal: 'g', logger: audit }, () =>
      audit.logToolCall({ toolName: 'shell', actorId: 'somebody' }),
    )
    expect(audit.events[1]?.actor_id).to.equal('somebody')
  })
})
