import { expect } from 'chai'
import { KansaError } from '../../src/errors.ts'
import { buildEvent, completeEvent, createAuditEvent } from '../../src/events/build-event.ts'
import { DEFAULT_LIMITS, NOWHERE } from '../../src/events/event-settings.ts'
import type { AuditEvent } from '../../src/events/kinds.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 15, 30, 123)

function dataOf(event: AuditEvent): unknown {
  return event.event_type.data
}

/** Inputs of callers without a compiler. */
function untyped(input: unknown): never {
  return input as never
}

function expectRefused(build: () => unknown, message: string): void {
  expect(build).to.throw(KansaError, message).with.property('code', 'KANSA_INVALID_EVENT')
}

describe('an event from its input', () => {
  it('derives what a tool call leaves out', () => {
    const event = buildEvent(
      'ToolCall',
      { toolName: 'shell', parameters: { cmd: 'ls' }, durationMs: 150.4 },
      NOWHERE,
      DEFAULT_LIMITS,
      NOW,
    )
    expect(dataOf(event)).to.deep.include({
      tool_name: 'shell',
      parameters: '{"cmd":"ls"}',
      execution_time: '2026-11-22T10:15:29.973Z',
      duration_ms: 150,
      success: true,
      output_preview: '',
      permission_granted: true,
    })
    expect(event).to.include({ actor_id: 'shell', timestamp: '2026-11-22T10:15:30.123Z' })
    expect(event).to.not.have.property('observed_timestamp')
    expect(dataOf(event))
      .to.have.property('call_id')
      .that.matches(/^[0-9a-f-]{36}$/)
  })

  it('keeps parameters that are a string as they stand', () => {
    expect(dataOf(buildEvent('ToolCall', { toolName: 't', parameters: '{"a": 1}' }))).to.include({
      parameters: '{"a": 1}',
    })
  })

  it('takes a denied decision for a refusal and an error for a failure', () => {
    expect(dataOf(buildEvent('ToolCall', { toolName: 't', decision: 'Deny' }))).to.include({
      permission_granted: false,
    })
    const failed = dataOf(buildEvent('ToolCall', { toolName: 't', error: new TypeError('bad') }))
    expect(failed).to.include({ success: false, error: 'bad', error_type: 'TypeError' })
  })

  it('sums the tokens of a model call and says when nobody told them', () => {
    const call = { provider: 'openai', model: 'gpt-5' }
    const known = buildEvent(
      'ApiCall',
      { ...call, promptTokens: 1200, completionTokens: 350, latencyMs: 2340 },
      NOWHERE,
      DEFAULT_LIMITS,
      NOW,
    )
    expect(dataOf(known)).to.include({
      total_tokens: 1550,
      request_time: '2026-11-22T10:15:27.783Z',
      response_time: '2026-11-22T10:15:30.123Z',
    })
    expect(dataOf(known)).to.not.have.property('usage_unknown')
    expect(dataOf(buildEvent('ApiCall', call))).to.include({ total_tokens: 0, usage_unknown: true })
    expect(known.actor_id).to.equal('openai/gpt-5')
  })

  it('computes what is left of a budget', () => {
    const usage = { entityId: 'agent-1', entityType: 'agent', budgetLimit: 5000 }
    expect(dataOf(buildEvent('TokenUsage', { ...usage, tokensConsumed: 1250 }))).to.include({
      budget_remaining: 3750,
      utilization: 0.25,
    })
    expect(dataOf(buildEvent('TokenUsage', { ...usage, tokensConsumed: 6000 }))).to.include({
      budget_remaining: 0,
      utilization: 1.2,
    })
    expect(dataOf(buildEvent('TokenUsage', { entityId: 'a', entityType: 'user', tokensConsumed: 9 }))).to.include({
      utilization: 0,
    })
    const nothing = buildEvent('TokenUsage', { ...usage, budgetLimit: 0, tokensConsumed: 1 })
    expect(dataOf(nothing)).to.have.property('utilization').that.is.above(1)
  })

  it('measures a run that ended from its start', () => {
    const run = { agentName: 'a', goal: 'g', startTime: NOW - 2500, status: 'Completed' } as const
    expect(dataOf(buildEvent('AgentExecution', run, NOWHERE, DEFAULT_LIMITS, NOW))).to.include({
      end_time: '2026-11-22T10:15:30.123Z',
      duration_secs: 2.5,
      tokens_used: 0,
    })
    const cancelled = buildEvent('AgentExecution', { ...run, status: 'Cancelled' })
    expect(dataOf(cancelled)).to.include({ error_type: 'cancelled' })
    expect(dataOf(buildEvent('AgentExecution', { ...run, status: 'Started' }))).to.not.have.property('end_time')
  })

  it('cuts previews to the first 200 code points, never half a surrogate pair', () => {
    const preview = '😀'.repeat(201)
    expect(dataOf(buildEvent('ToolCall', { toolName: 't', outputPreview: preview }))).to.include({
      output_preview: '😀'.repeat(200),
    })
    expect(dataOf(buildEvent('ToolCall', { toolName: 't', output: `${'a'.repeat(199)}😀b` }))).to.include({
      output_preview: `${'a'.repeat(199)}😀`,
    })
  })

  it('stores whole contents at capture level full only', () => {
    const input = { toolName: 't', output: { lines: 3 } }
    expect(dataOf(buildEvent('ToolCall', input))).to.not.have.property('output')
    const full = buildEvent('ToolCall', input, NOWHERE, { ...DEFAULT_LIMITS, capture: 'full' })
    expect(dataOf(full)).to.include({ output: '{"lines":3}' })
    expect(full.capture).to.equal('full')
  })

  it('takes the envelope from its surroundings, and the caller over them', () => {
    const around = { agentName: 'agent-7', runId: 'r', sessionId: 's', userId: 'u', labels: { team: 'x', env: 'test' } }
    const event = buildEvent('ToolCall', { toolName: 't', sessionId: 'mine', labels: { env: 'prod' } }, around)
    expect(event).to.deep.include({
      actor_id: 'agent-7',
      run_id: 'r',
      session_id: 'mine',
      user_id: 'u',
      labels: { team: 'x', env: 'prod' },
    })
  })

  it('notes its own clock when the caller gives the time', () => {
    const event = buildEvent(
      'ToolCall',
      { toolName: 't', timestamp: '2026-01-02T03:04:05+01:00' },
      NOWHERE,
      DEFAULT_LIMITS,
      NOW,
    )
    expect(event).to.include({ timestamp: '2026-01-02T02:04:05.000Z', observed_timestamp: '2026-11-22T10:15:30.123Z' })
  })
})

describe('a malformed event', () => {
  const cases: [name: string, input: unknown, message: string][] = [
    ['a missing field', {}, 'toolName: expected a string, got nothing'],
    ['a wrong type', { toolName: 7 }, 'toolName: expected a string, got 7 (number)'],
    ['a negative count', { toolName: 't', durationMs: -1 }, 'durationMs: expected milliseconds from 0 up, got -1'],
    ['a number that is none', { toolName: 't', durationMs: Number.NaN }, 'durationMs: expected milliseconds'],
    [
      'an invalid date',
      { toolName: 't', executionTime: '2026-02-30T00:00:00Z' },
      'executionTime: expected a time between',
    ],
    [
      'an invalid Date object',
      { toolName: 't', timestamp: new Date(Number.NaN) },
      'timestamp: expected a time between',
    ],
    ['a word out of the set', { toolName: 't', decision: 'Perhaps' }, 'decision: expected one of Allow, Deny, Ask'],
    ['a trace id of zeros', { toolName: 't', traceId: '0'.repeat(32) }, 'traceId: expected 32 lower-case hex digits'],
    ['a list with a hole', { toolName: 't', onBehalfOf: ['alice', 3] }, 'onBehalfOf[1]: expected a string, got 3'],
    ['a label that is no text', { toolName: 't', labels: { a: 1 } }, 'labels.a: expected a string, got 1'],
    ['a misspelt field', { toolName: 't', toolname: 't' }, 'toolname: unknown field; known are'],
    ['no object', null, 'input: expected an object, got null'],
    [
      'an object whose getter throws',
      {
        get toolName() {
          throw new Error('boo')
        },
      },
      'the event cannot be read: it throws Error',
    ],
  ]
  for (const [name, input, message] of cases) {
    it(`is refused with its path: ${name}`, () => {
      expectRefused(() => buildEvent('ToolCall', untyped(input)), message)
    })
  }

  it('is refused in line form too', () => {
    const usage = {
      entity_id: 'e',
      entity_type: 'agent',
      tokens_consumed: 1,
      utilization: 0,
      timestamp: 'x',
      operation: '',
    }
    expectRefused(() => createAuditEvent('a', { type: 'TokenUsage', data: usage }), 'data.timestamp: expected a time')
    expectRefused(
      () => createAuditEvent('a', untyped({ type: 'Dream', data: {} })),
      'event_type.type: expected one of AgentExecution',
    )
    expectRefused(() => createAuditEvent(untyped(1), untyped({ type: 'Security', data: {} })), 'actor_id')
    expectRefused(() => completeEvent('no event'), 'event: expected an object')
    const event = buildEvent('ToolCall', { toolName: 't' })
    expectRefused(() => completeEvent({ ...event, surprise: 1 }), 'surprise: unknown field')
  })
})
