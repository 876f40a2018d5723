import { expect } from 'chai'
import { createAuditEvent, getAuditLogger, logAuditEvent, wrapTool } from '../../../src/index.ts'
import { createMemoryAuditLogger } from '../../../src/testing.ts'
import { rejection, thrownBy, useEnvironment } from './support/audit-folders.ts'

describe('createMemoryAuditLogger', () => {
  const setEnvironment = useEnvironment()

  it('has the whole interface, with receipts', async () => {
    const audit = createMemoryAuditLogger()
    const agent = { agentName: 'a' }
    const receipts = [
      audit.logAgentStart(agent),
      audit.logAgentProgress(agent),
      audit.logAgentComplete(agent),
      audit.logAgentFailure(agent),
      audit.logAgentCancelled(agent),
      audit.logApiCall({ provider: 'openai', model: 'gpt-5' }),
      audit.logToolCall({ toolName: 'shell' }),
      audit.logTokenUsage({ entityId: 'a', entityType: 'agent', tokensConsumed: 1 }),
      audit.logSecurityEvent({ severity: 'Info', category: 'Other', message: 'm', source: 's' }),
      audit.logEvent(
        createAuditEvent('x', {
          type: 'Security',
          data: { severity: 'Info', category: 'Other', message: 'm', source: 's', action: 'Logged', context: {} },
        }),
      ),
    ]
    expect(audit.events.map(event => event.id)).to.deep.equal(receipts.map(receipt => receipt.id))
    const stored = await Promise.all(receipts.map(receipt => receipt.stored))
    expect(stored).to.deep.equal(audit.events.map(event => ({ seq: event.seq })))
    expect(stored.at(-1)).to.deep.equal({ seq: 9 })
    const states = audit.events.map(({ event_type: { type, data } }) => type === 'AgentExecution' && data.status)
    expect(states.slice(0, 5)).to.deep.equal(['Started', 'Running', 'Completed', 'Failed', 'Cancelled'])
    await audit.flush()
    expect(() => audit.logToolCall({} as never)).to.throw('toolName')
    expect(audit.events).to.have.length(10)
  })

  it('forgets by clear()', async () => {
    const audit = createMemoryAuditLogger()
    audit.logToolCall({ toolName: 'one' })
    audit.clear()
    expect(audit.events).to.deep.equal([])
    expect(await audit.logToolCall({ toolName: 'two' }).stored).to.deep.equal({ seq: 0 })
    expect(audit.events.map(event => event.actor_id)).to.deep.equal(['two'])
  })

  it('keeps what was logged, whatever becomes of it', () => {
    const audit = createMemoryAuditLogger()
    const event = createAuditEvent('x', {
      type: 'Security',
      data: { severity: 'Info', category: 'Other', message: 'm', source: 's', action: 'Logged', context: { a: 'b' } },
    })
    audit.logEvent(event)
    event.actor_id = 'changed'
    if (event.event_type.type === 'Security') event.event_type.data.context['a'] = 'changed'
    expect(audit.events[0]?.actor_id).to.equal('x')
    expect(audit.events[0]?.event_type.data).to.deep.include({ context: { a: 'b' } })
  })

  it('serves as the process-wide logger, until its shutdown', async () => {
    const audit = createMemoryAuditLogger({ global: true })
    expect(getAuditLogger()).to.equal(audit)
    wrapTool(() => 1, { toolName: 'wrapped' })()
    logAuditEvent(
      createAuditEvent('x', {
        type: 'TokenUsage',
        data: {
          entity_id: 'e',
          entity_type: 'agent',
          tokens_consumed: 1,
          utilization: 0,
          timestamp: '2026-11-22T10:15:30.123Z',
          operation: '',
        },
      }),
    )
    expect(audit.events.map(event => event.event_type.type)).to.deep.equal(['ToolCall', 'TokenUsage'])
    expect(thrownBy(() => createMemoryAuditLogger({ global: true })).code).to.equal('KANSA_ALREADY_INITIALIZED')
    createMemoryAuditLogger()
    expect(getAuditLogger()).to.equal(audit)
    await audit.shutdown()
    expect(getAuditLogger()).to.equal(undefined)
    expect((await rejection(audit.logToolCall({ toolName: 'late' }).stored)).code).to.equal('KANSA_CLOSED')
    expect(audit.events).to.have.length(2)
  })

  it('is not process-wide unless asked to be', () => {
    createMemoryAuditLogger()
    expect(getAuditLogger()).to.equal(undefined)
  })

  it('checks its options, and takes none from the environment', () => {
    setEnvironment({ KANSA_PREVIEW_LENGTH: '3', KANSA_GLOBAL: 'true' })
    const audit = createMemoryAuditLogger({ previewLength: undefined, global: undefined })
    audit.logToolCall({ toolName: 'shell', outputPreview: '12345' })
    expect(audit.events[0]?.event_type.data).to.include({ output_preview: '12345' })
    const short = createMemoryAuditLogger({ previewLength: 2 })
    short.logToolCall({ toolName: 'shell', outputPreview: '12345' })
    expect(short.events[0]?.event_type.data).to.include({ output_preview: '12' })
    for (const [name, options] of [
      ['previewLength', { previewLength: -1 }],
      ['global', { global: 'yes' }],
      ['globl', { globl: true }],
    ] as const) {
      const error = thrownBy(() => createMemoryAuditLogger(options as never))
      expect([error.code, error.message.includes(`\`${name}\``)]).to.deep.equal(['KANSA_INVALID_OPTION', true])
    }
  })
})
