import { inspect } from 'node:util'
import { expect } from 'chai'
import { KansaError } from '../../../src/errors.ts'
import { buildEvent, completeEvent } from '../../../src/events/build-event.ts'
import type { InputByKind } from '../../../src/events/derive-data.ts'
import { KINDS } from '../../../src/events/field-table.ts'
import { fromLogRecord } from '../../../src/events/from-log-record.ts'
import { SECRET } from '../../support/marking-masker.ts'

const CARD = 4_111_111_111_111_111

/** What a program without types may pass. */
function untyped(value: object): InputByKind['ToolCall'] {
  return JSON.parse(JSON.stringify(value))
}

/** What is printed of the error that `run` throws; its cause is the caller's own. */
function printed(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (!(error instanceof KansaError)) throw error
    expect(error.code).to.equal('KANSA_INVALID_EVENT')
    return `${error.message} ${inspect({ ...error, cause: undefined })}`
  }
  throw new Error('nothing was thrown')
}

describe('the message about a malformed event', () => {
  const wrong: readonly (readonly [string, object])[] = [
    ['a text where a number belongs', { durationMs: SECRET }],
    ['a text where a time belongs', { executionTime: SECRET }],
    ['a text where a word belongs', { decision: SECRET }],
    ['a text where a flag belongs', { success: SECRET }],
    ['a text where hex digits belong', { traceId: SECRET }],
    ['a text where a list belongs', { onBehalfOf: SECRET }],
    ['a number where a text belongs', { toolServer: CARD }],
    ['a map with a secret for a name', { labels: { [SECRET]: 1 } }],
    ['an unknown field with a secret for a name', { [SECRET]: 1 }],
  ]
  for (const [name, input] of wrong) {
    it(`never quotes the content: ${name}`, () => {
      const text = printed(() => buildEvent('ToolCall', untyped({ toolName: 't', ...input })))
      expect(text).to.not.include(SECRET).and.not.include(String(CARD))
    })
  }

  it('tells type and length of what was found, and names the field', () => {
    const text = printed(() => buildEvent('ToolCall', untyped({ toolName: 't', decision: 'Perhaps' })))
    expect(text).to.include('decision: expected one of Allow, Deny, Ask, got a string of 7 characters')
  })

  it('names a misspelt field, as long as it looks like a name', () => {
    expect(printed(() => buildEvent('ToolCall', untyped({ toolName: 't', outputs: 1 })))).to.include('outputs: unknown')
    const text = printed(() => buildEvent('ToolCall', untyped({ toolName: 't', 'what I said': 1 })))
    expect(text).to.include('[name of 11 characters]: unknown field')
  })

  it('names the class of what an event throws when it is read, not its message', () => {
    const input = Object.defineProperty({ toolName: 't' }, 'output', {
      enumerable: true,
      get: () => {
        throw new RangeError(SECRET)
      },
    })
    const text = printed(() => buildEvent('ToolCall', input))
    expect(text).to.include('RangeError').and.not.include(SECRET)
  })

  it('never quotes a complete event or a log record', () => {
    const event = buildEvent('ToolCall', { toolName: 't' })
    expect(printed(() => completeEvent({ ...event, event_type: { type: SECRET, data: {} } }))).to.not.include(SECRET)
    expect(printed(() => completeEvent({ ...event, timestamp: SECRET }))).to.not.include(SECRET)
    const record = { hrTime: [0, 0] as const, attributes: {}, eventName: `agent_audit.${SECRET}` }
    expect(printed(() => fromLogRecord(record))).to.not.include(SECRET)
    const { eventName } = KINDS.ToolCall
    const attributes = { 'log.record.uid': 'x', 'agent_audit.tool.call.duration_ms': SECRET }
    expect(printed(() => fromLogRecord({ ...record, eventName, attributes }))).to.not.include(SECRET)
  })
})
