import { expect } from 'chai'
import { buildEvent, completeEvent } from '../../../src/events/build-event.ts'
import { AS_THEY_ARE, DEFAULT_LIMITS, NOWHERE } from '../../../src/events/event-settings.ts'
import type { EventLimits } from '../../../src/events/event-settings.ts'
import { lineOf } from '../../../src/events/line.ts'
import { MarkingMasker, NAMED_MARK, SECRET, TOKEN_MARK } from '../../support/marking-masker.ts'

function masked(more: Partial<EventLimits> = {}): EventLimits {
  return { ...DEFAULT_LIMITS, ...more, masker: new MarkingMasker() }
}

/** Every text that a caller can give, as one that holds a secret. */
const ENVELOPE = {
  actorId: SECRET,
  sessionId: SECRET,
  runId: SECRET,
  parentRunId: SECRET,
  userId: SECRET,
  tenantId: SECRET,
  onBehalfOf: ['alice', SECRET],
  labels: { password: 'hunter2', note: SECRET, [SECRET]: 'x' },
}
const EVENTS = [
  buildEvent(
    'AgentExecution',
    {
      ...ENVELOPE,
      status: 'Failed',
      agentName: SECRET,
      goal: SECRET,
      artifacts: [SECRET],
      error: new Error(SECRET),
      errorType: SECRET,
      agentVersion: SECRET,
    },
    NOWHERE,
    masked(),
  ),
  buildEvent(
    'ApiCall',
    {
      ...ENVELOPE,
      provider: SECRET,
      model: SECRET,
      error: { password: 'hunter2', text: SECRET },
      prompt: [{ role: 'user', content: SECRET }],
      response: SECRET,
      callId: SECRET,
      operation: SECRET,
      responseModel: SECRET,
      responseId: SECRET,
    },
    NOWHERE,
    masked({ capture: 'full' }),
  ),
  buildEvent(
    'ToolCall',
    {
      ...ENVELOPE,
      toolName: SECRET,
      callId: SECRET,
      parameters: SECRET,
      output: { password: 'hunter2', text: SECRET },
      error: SECRET,
      sandboxPolicy: SECRET,
      toolServer: SECRET,
      toolVersion: SECRET,
      decidedBy: SECRET,
      decisionReason: SECRET,
      policyName: SECRET,
      policyVersion: SECRET,
    },
    NOWHERE,
    masked({ capture: 'full' }),
  ),
  buildEvent(
    'TokenUsage',
    { ...ENVELOPE, entityId: SECRET, entityType: SECRET, tokensConsumed: 1, operation: SECRET },
    NOWHERE,
    masked(),
  ),
  buildEvent(
    'Security',
    {
      ...ENVELOPE,
      severity: 'Info',
      category: SECRET,
      message: SECRET,
      source: SECRET,
      context: { password: 'hunter2', note: SECRET, deep: { password: 'hunter2', x: [SECRET] }, [SECRET]: 1 },
    },
    NOWHERE,
    masked(),
  ),
]

describe('every text that a caller gives is masked', () => {
  for (const event of EVENTS) {
    it(`in an event of kind ${event.event_type.type}`, () => {
      const line = lineOf(event)
      expect(line).to.not.include(SECRET)
      expect(line).to.not.include('hunter2')
      const texts = Object.values(event.event_type.data).filter(value => value === TOKEN_MARK)
      expect(texts).to.have.length.above(1)
      expect(event.labels).to.deep.equal({ password: NAMED_MARK, note: TOKEN_MARK, [TOKEN_MARK]: 'x' })
    })
  }

  it('in what surrounds the call', () => {
    const surroundings = { agentName: SECRET, userId: SECRET, labels: { password: 'hunter2' }, onBehalfOf: [SECRET] }
    const event = buildEvent('ToolCall', { toolName: 't' }, surroundings, masked())
    expect(event).to.include({ actor_id: TOKEN_MARK, user_id: TOKEN_MARK })
    expect(lineOf(event)).to.not.include('hunter2').and.not.include(SECRET)
  })

  it('in complete events, their ids, counts and places of cuts too', () => {
    for (const built of EVENTS) {
      const raw = JSON.parse(lineOf(built).replaceAll(TOKEN_MARK, SECRET).replaceAll(NAMED_MARK, 'hunter2'))
      const given = {
        ...raw,
        id: SECRET,
        redacted: { [SECRET]: 1 },
        cut: { [SECRET]: { length: 1, sha256: 'a'.repeat(64) } },
      }
      const line = lineOf(completeEvent(given, NOWHERE, { ...AS_THEY_ARE, masker: new MarkingMasker() }))
      expect(line).to.not.include(SECRET)
      expect(JSON.parse(line).redacted.token).to.be.above(5)
    }
  })

  it('not twice: an event that is masked already keeps its marks and its counts', () => {
    const [event] = EVENTS
    const again = completeEvent(event, NOWHERE, { ...AS_THEY_ARE, masker: new MarkingMasker() })
    expect(again).to.deep.equal(event)
  })

  it('and nothing else: ids, times and words of a choice are not even looked at', () => {
    const masker = new MarkingMasker()
    const event = buildEvent(
      'ToolCall',
      { toolName: 't', timestamp: '2026-01-02T03:04:05Z', decision: 'Allow', traceId: 'a'.repeat(32) },
      NOWHERE,
      { ...DEFAULT_LIMITS, masker },
    )
    completeEvent(event, NOWHERE, { ...AS_THEY_ARE, masker })
    const seen = masker.seen.map(({ text }) => text)
    expect(seen).to.not.include.members([event.id, event.timestamp, 'Allow', 'a'.repeat(32)])
    for (const text of [event.id, event.timestamp, 'Allow', 'a'.repeat(32)]) expect(seen).to.not.include(text)
  })

  it('and several names that look the same when masked stay several', () => {
    const labels = { [`${SECRET}1`]: 'a', [`${SECRET}2`]: 'b' }
    const event = buildEvent('ToolCall', { toolName: 't', labels }, NOWHERE, masked())
    expect(event.labels).to.deep.equal({ [TOKEN_MARK]: 'a', [`${TOKEN_MARK}#2`]: 'b' })
  })
})
