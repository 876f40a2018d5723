import { expect } from 'chai'
import { buildEvent, completeEvent, createAuditEvent } from '../../src/events/build-event.ts'
import { captureLevelOf } from '../../src/events/capture.ts'
import type { CaptureRules } from '../../src/events/capture.ts'
import type { InputByKind } from '../../src/events/derive-data.ts'
import { DEFAULT_LIMITS, NOWHERE } from '../../src/events/event-settings.ts'
import type { EventLimits } from '../../src/events/event-settings.ts'
import type { AuditEvent, AuditEventKind, CaptureLevel } from '../../src/events/kinds.ts'

const SAID = 'what was said'
const INPUTS: InputByKind = {
  AgentExecution: { status: 'Failed', agentName: 'a', goal: SAID, error: SAID, artifacts: ['review.md'] },
  ApiCall: { provider: 'p', model: 'm', prompt: SAID, response: SAID, error: SAID },
  ToolCall: { toolName: 't', parameters: { cmd: SAID }, output: SAID, error: SAID, decisionReason: SAID },
  TokenUsage: { entityId: 'e', entityType: 'agent', tokensConsumed: 1, operation: 'chat' },
  Security: { severity: 'Info', category: 'Other', message: SAID, source: 's', context: { said: SAID } },
}

function limitsOf(capture: EventLimits['capture'], previewLength = 200): EventLimits {
  return { ...DEFAULT_LIMITS, capture, previewLength }
}

function eventAt(kind: AuditEventKind, level: CaptureLevel): AuditEvent {
  return buildEvent(kind, INPUTS[kind], NOWHERE, limitsOf(level))
}

function loggedAt(event: AuditEvent, level: CaptureLevel): AuditEvent {
  return completeEvent(event, NOWHERE, limitsOf(level))
}

describe('the capture level metadata', () => {
  it('stores no content: what a line must have is empty, what it may have is left out', () => {
    expect(eventAt('AgentExecution', 'metadata').event_type.data)
      .to.include({ goal: '' })
      .and.not.have.property('error')
    expect(eventAt('ApiCall', 'metadata').event_type.data).to.include({ prompt_preview: '', model: 'm' })
    expect(eventAt('ToolCall', 'metadata').event_type.data).to.include({ parameters: '', output_preview: '' })
    for (const kind of ['AgentExecution', 'ApiCall', 'ToolCall'] as const) {
      expect(JSON.stringify(eventAt(kind, 'metadata'))).to.not.include(SAID)
    }
  })

  it('is said on the line', () => expect(eventAt('ToolCall', 'metadata').capture).to.equal('metadata'))

  it('keeps findings, artifacts and labels', () => {
    expect(eventAt('Security', 'metadata').event_type.data).to.deep.include({ message: SAID, context: { said: SAID } })
    expect(eventAt('AgentExecution', 'metadata').event_type.data).to.deep.include({ artifacts: ['review.md'] })
    const input = { ...INPUTS.ToolCall, labels: { env: 'prod' } }
    expect(buildEvent('ToolCall', input, NOWHERE, limitsOf('metadata')).labels).to.deep.equal({ env: 'prod' })
  })

  it('does not even read the content', () => {
    const parameters = { toJSON: () => expect.fail('it was read') }
    const input = { toolName: 't', parameters, output: parameters }
    expect(buildEvent('ToolCall', input, NOWHERE, limitsOf('metadata')).event_type.data).to.include({ parameters: '' })
  })

  it('still refuses a field of the wrong type', () => {
    const input: InputByKind['ToolCall'] = JSON.parse('{"toolName":"t","outputPreview":1}')
    expect(() => buildEvent('ToolCall', input, NOWHERE, limitsOf('metadata'))).to.throw(
      'outputPreview: expected a string',
    )
  })

  it('holds for complete events too', () => {
    for (const kind of ['AgentExecution', 'ApiCall', 'ToolCall'] as const) {
      const event = loggedAt(eventAt(kind, 'full'), 'metadata')
      expect(JSON.stringify(event)).to.not.include(SAID)
      expect(event.capture).to.equal('metadata')
    }
  })
})

describe('the capture level preview', () => {
  it('is the default, and not said on the line', () => {
    const event = buildEvent('ApiCall', INPUTS.ApiCall)
    expect(event.event_type.data).to.include({ prompt_preview: SAID }).and.not.have.any.keys('prompt', 'response')
    expect(event).to.not.have.property('capture')
  })

  it('leaves the whole text of complete events out, and cuts their previews', () => {
    const { event_type: type } = completeEvent(eventAt('ApiCall', 'full'), NOWHERE, limitsOf('preview', 4))
    expect(type.data).to.include({ prompt_preview: 'what', response_preview: 'what' })
    expect(type.data).to.not.have.any.keys('prompt', 'response')
  })
})

describe('the capture level full', () => {
  it('stores prompt, response and output beside the previews, and is said on the line', () => {
    expect(eventAt('ApiCall', 'full')).to.include({ capture: 'full' })
    expect(eventAt('ApiCall', 'full').event_type.data).to.include({
      prompt: SAID,
      response: SAID,
      prompt_preview: SAID,
    })
    expect(eventAt('ToolCall', 'full').event_type.data).to.include({ output: SAID, output_preview: SAID })
  })

  it('keeps the whole text of complete events', () => {
    const event = createAuditEvent('me', eventAt('ToolCall', 'full').event_type)
    expect(loggedAt(event, 'full')).to.include({ capture: 'full' })
    expect(loggedAt(event, 'full').event_type.data).to.include({ output: SAID })
  })

  it('does not make more of an event that has less', () => {
    expect(loggedAt(eventAt('ToolCall', 'metadata'), 'full').capture).to.equal('metadata')
    expect(loggedAt(eventAt('ToolCall', 'metadata'), 'preview').capture).to.equal('metadata')
  })
})

describe('capture rules', () => {
  const rules: CaptureRules = {
    default: 'metadata',
    kinds: { ToolCall: 'preview', ApiCall: 'full' },
    tools: Object.fromEntries<CaptureLevel>([
      ['mcp__*', 'metadata'],
      ['mcp__files__*', 'full'],
      ['mcp__files__secret', 'metadata'],
      ['hasOwnProperty', 'full'],
    ]),
  }
  const cases: readonly (readonly [string, AuditEventKind, string | undefined, CaptureLevel])[] = [
    ['a kind', 'ApiCall', undefined, 'full'],
    ['a kind that is not named', 'AgentExecution', undefined, 'metadata'],
    ['a tool that is not named', 'ToolCall', 'shell', 'preview'],
    ['a tool by the beginning of its name', 'ToolCall', 'mcp__web', 'metadata'],
    ['a tool by the longest beginning', 'ToolCall', 'mcp__files__read', 'full'],
    ['a tool by its name before any beginning', 'ToolCall', 'mcp__files__secret', 'metadata'],
    ['a tool whose name every object has', 'ToolCall', 'toString', 'preview'],
    ['a tool with the name of a property', 'ToolCall', 'hasOwnProperty', 'full'],
  ]
  for (const [name, kind, tool, level] of cases) {
    it(`decide by ${name}`, () => expect(captureLevelOf(rules, kind, tool)).to.equal(level))
  }

  it('decide about inputs and complete events alike', () => {
    const input = { ...INPUTS.ToolCall, toolName: 'mcp__web' }
    const event = buildEvent('ToolCall', input, NOWHERE, limitsOf(rules))
    expect(event).to.include({ capture: 'metadata' })
    expect(completeEvent(buildEvent('ToolCall', input), NOWHERE, limitsOf(rules)).capture).to.equal('metadata')
  })
})
