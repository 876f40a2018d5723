import { execFileSync } from 'node:child_process'
import { expect } from 'chai'
import fc from 'fast-check'
import { buildEvent, createAuditEvent } from '../../src/events/build-event.ts'
import type { AuditEvent } from '../../src/events/kinds.ts'
import { lineHeadOf, lineOf, parseLine } from '../../src/events/line.ts'
import { RUNS, arbitraryEvent } from '../support/arbitrary-event.ts'

const OLD_LINES = [
  '{"id":"abc123","timestamp":"2025-10-10T22:15:30Z","actor_id":"agent-1","event_type":{"type":"AgentExecution","data":{"agent_name":"code-reviewer","status":"Started","goal":"Review TypeScript files","start_time":"2025-10-10T22:15:30Z","tokens_used":0,"artifacts":[]}}}',
  '{"id":"def456","timestamp":"2025-10-10T22:15:45Z","actor_id":"openai/gpt-4","event_type":{"type":"ApiCall","data":{"provider":"openai","model":"gpt-4","prompt_tokens":1200,"completion_tokens":350,"total_tokens":1550,"latency_ms":2340,"prompt_preview":"You are a code reviewer..."}}}',
]

function jq(filter: string, input: string, ...flags: string[]): string {
  return execFileSync('jq', [...flags, filter], { input, encoding: 'utf8' })
}

describe('the journal line', () => {
  it('has the keys of the format in their fixed order', () => {
    const event = buildEvent('ToolCall', {
      toolName: 'shell',
      callId: 'exec-123',
      parameters: { cmd: 'ls -la' },
      durationMs: 150,
      success: true,
      outputPreview: 'total 48',
      permissionGranted: true,
      sandboxPolicy: 'strict',
      actorId: 'agent-1',
      timestamp: '2026-11-22T10:15:30.123Z',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      sessionId: 's',
      runId: 'r',
      parentRunId: 'p',
    })
    const { id, observed_timestamp: observed } = event
    expect(lineOf({ ...event, seq: 41 })).to.equal(
      `{"id":"${id}","timestamp":"2026-11-22T10:15:30.123Z","actor_id":"agent-1","event_type":{"type":"ToolCall","data":{"tool_name":"shell","call_id":"exec-123","parameters":"{\\"cmd\\":\\"ls -la\\"}","execution_time":"2026-11-22T10:15:29.973Z","duration_ms":150,"success":true,"output_preview":"total 48","permission_granted":true,"sandbox_policy":"strict"}},"observed_timestamp":"${observed}","trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331","session_id":"s","run_id":"r","parent_run_id":"p","seq":41}`,
    )
  })

  it('is read back as exactly the event that was written, for every valid event', () => {
    fc.assert(
      fc.property(arbitraryEvent, event => {
        expect(parseLine(lineOf(event))).to.deep.equal({ event })
      }),
      { numRuns: RUNS },
    )
  })

  it('is one line of valid JSON without null for every valid event, and ends where seq is added', () => {
    fc.assert(
      fc.property(arbitraryEvent, event => {
        const line = `${lineHeadOf(event)},"seq":7}`
        expect(line).to.not.match(/[\n\r\u2028\u2029]/)
        const { seq: _, ...rest } = event
        expect(JSON.parse(line)).to.deep.equal({ ...rest, seq: 7 })
        expect(line).to.not.include(':null')
        expect(line.startsWith(`{"id":"${event.id}"`)).to.equal(true)
      }),
      { numRuns: RUNS },
    )
  })

  it('is read by jq as the same values', () => {
    const events = fc.sample(arbitraryEvent, 50)
    const lines = events.map(event => lineOf(event)).join('\n')
    const ids = jq('.id', lines, '-r').trim().split('\n')
    expect(ids).to.deep.equal(events.map(event => event.id))
  })
})

describe('lines of other programs', () => {
  it('are read as they stand', () => {
    const [execution, call] = OLD_LINES.map(parseLine)
    expect(execution).to.have.nested.property('event.event_type.data.agent_name', 'code-reviewer')
    expect(call).to.have.nested.property('event.event_type.data.total_tokens', 1550)
    expect(call).to.not.have.nested.property('event.event_type.data.request_time')
    expect(call).to.not.have.nested.property('event.seq')
  })

  it('may have unknown fields, nulls and values of another type, which count as absent', () => {
    const line =
      '{"id":"x","timestamp":"t","actor_id":"a","new":1,"session_id":null,"event_type":{"type":"ToolCall","data":{"tool_name":"t","duration_ms":"long","extra":true,"error":null}}}'
    expect(parseLine(line)).to.deep.equal({
      event: { id: 'x', timestamp: 't', actor_id: 'a', event_type: { type: 'ToolCall', data: { tool_name: 't' } } },
    })
  })

  it('are named as problems when they are no events', () => {
    expect(parseLine('')).to.have.property('problem').that.includes('no JSON')
    expect(parseLine('[]')).to.deep.equal({ problem: 'no JSON object' })
    expect(parseLine('{"id":1}')).to.deep.equal({ problem: 'no event_type' })
    expect(parseLine('{"event_type":{"type":"Dream","data":{}}}')).to.deep.equal({
      problem: 'unknown kind of event: "Dream"',
    })
    expect(parseLine('{"event_type":{"type":"__proto__"}}')).to.have.property('problem')
  })

  it('never make the reader throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), text => void parseLine(text)),
      { numRuns: RUNS },
    )
  })
})

describe('the habits of people with jq', () => {
  const data = {
    agent_name: 'a',
    status: 'Started',
    goal: 'g',
    start_time: '2026-01-01T00:00:00.000Z',
    tokens_used: 0,
    artifacts: [],
  } as const
  const events: AuditEvent[] = [
    createAuditEvent('a', { type: 'AgentExecution', data: { ...data, artifacts: [] } }),
    buildEvent('TokenUsage', {
      entityId: 'a',
      entityType: 'agent',
      tokensConsumed: 40,
      timestamp: '2026-11-22T10:00:00Z',
    }),
    buildEvent('TokenUsage', {
      entityId: 'a',
      entityType: 'agent',
      tokensConsumed: 2,
      timestamp: '2026-11-22T11:00:00Z',
    }),
    buildEvent('Security', { severity: 'Critical', category: 'Other', message: 'm', source: 's' }),
    buildEvent('Security', { severity: 'Info', category: 'Other', message: 'm', source: 's' }),
  ]
  const journal = [...events.map((event, seq) => lineOf({ ...event, seq })), ...OLD_LINES].join('\n')

  it('works: everything', () => {
    expect(jq('.', journal, '-c').trim().split('\n')).to.have.length(7)
  })

  it('works: agent runs', () => {
    expect(jq('select(.event_type.type == "AgentExecution")', journal, '-c').trim().split('\n')).to.have.length(2)
  })

  it('works: the sum of tokens', () => {
    const tokens = jq('select(.event_type.type == "TokenUsage") | .event_type.data.tokens_consumed', journal)
    expect(execFileSync('awk', ['{sum+=$1} END {print sum}'], { input: tokens, encoding: 'utf8' })).to.equal('42\n')
  })

  it('works: critical security events', () => {
    const filter = 'select(.event_type.type == "Security" and .event_type.data.severity == "Critical")'
    expect(jq(filter, journal, '-c').trim().split('\n')).to.have.length(1)
  })

  it('works: counts by day', () => {
    const days = jq('.timestamp[:10]', journal, '-r')
    const counts = execFileSync('sh', ['-c', 'sort | uniq -c'], { input: days, encoding: 'utf8' })
    expect(counts)
      .to.match(/^\s*2 2025-10-10$/m)
      .and.match(/^\s*2 2026-11-22$/m)
  })
})
