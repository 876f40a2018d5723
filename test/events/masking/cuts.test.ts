import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { buildEvent, completeEvent, createAuditEvent } from '../../../src/events/build-event.ts'
import { DEFAULT_LIMITS, NOWHERE } from '../../../src/events/event-settings.ts'
import type { EventLimits } from '../../../src/events/event-settings.ts'
import type { InputByKind } from '../../../src/events/derive-data.ts'
import type { AuditEventOf } from '../../../src/events/kinds.ts'
import { previewOf } from '../../../src/events/preview.ts'
import { MarkingMasker, SECRET, TOKEN_MARK } from '../../support/marking-masker.ts'

const LIMIT = 262_144

function toolCall(input: Partial<InputByKind['ToolCall']>, more: Partial<EventLimits> = {}): AuditEventOf<'ToolCall'> {
  const limits = { ...DEFAULT_LIMITS, masker: new MarkingMasker(), ...more }
  const event = buildEvent('ToolCall', { toolName: 't', ...input }, NOWHERE, limits)
  if (event.event_type.type !== 'ToolCall') throw new Error(`a ${event.event_type.type}`)
  return { ...event, event_type: event.event_type }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

describe('a preview of masked text', () => {
  const previewOfOutput = (output: unknown, more: Partial<EventLimits> = {}): string =>
    toolCall({ output }, more).event_type.data.output_preview

  it('shows no half of a secret that it would cut', () => {
    const preview = previewOfOutput(`${'a'.repeat(190)} ${SECRET} b`)
    expect(preview).to.equal(`${'a'.repeat(190)} `)
  })

  it('has a mark whole or not at all, and never more characters than it may', () => {
    for (let length = 150; length <= 210; length++) {
      const preview = previewOfOutput(`${'a'.repeat(length)} ${SECRET} ${'b'.repeat(100)}`)
      expect([...preview]).to.have.length.at.most(200)
      expect(preview.replaceAll(TOKEN_MARK, '')).to.match(/^a+ ?( b*)?$/)
    }
  })

  it('is masked to its end where its own caller cut a secret in half', () => {
    const cut = `${'a'.repeat(196)} ${SECRET}`.slice(0, 200)
    expect(toolCall({ outputPreview: cut }).event_type.data.output_preview).to.equal(`${'a'.repeat(196)} `)
  })

  it('of 10 MB looks at the beginning only', () => {
    const masker = new MarkingMasker()
    const text = `${SECRET} ${'a'.repeat(10_000_000)}`
    expect(previewOfOutput(text, { masker })).to.match(/^\[REDACTED:token:0123456789ab\] a+$/)
    expect(previewOfOutput({ text }, { masker })).to.match(/^\{"text":"\[REDACTED:token:0123456789ab\] a+$/)
    expect(Math.max(...masker.seen.map(seen => seen.text.length))).to.be.at.most(10_000)
  })

  it('is taken of the whole text where that is stored too, and counts a secret once', () => {
    const event = toolCall({ output: SECRET }, { capture: 'full' })
    expect(event.event_type.data).to.include({ output: TOKEN_MARK, output_preview: TOKEN_MARK })
    expect(event.redacted).to.deep.equal({ token: 1 })
  })

  it('keeps brackets that are no mark', () => {
    expect(previewOf('abc [REDACTED] def', 8)).to.equal('abc [RED')
    expect(previewOf('a[0] and b[1]', 6)).to.equal('a[0] a')
  })
})

describe('a text of more than 262,144 characters', () => {
  const long = `${SECRET} ${'a'.repeat(LIMIT)} ${SECRET}`

  it('is cut there and listed with its length, and the hash of what was looked at', () => {
    const { error } = toolCall({ error: long }, { maxEventBytes: Infinity }).event_type.data
    const { cut } = toolCall({ error: long }, { maxEventBytes: Infinity })
    expect(error?.startsWith(`${TOKEN_MARK} aaa`)).to.equal(true)
    expect(cut).to.deep.equal({ 'data.error': { length: long.length, sha256: sha256(error ?? '') } })
  })

  it('is masked to the end where a secret reaches the edge', () => {
    const text = `${'a'.repeat(LIMIT - 6)} ${SECRET}`
    const { error } = toolCall({ error: text }, { maxEventBytes: Infinity }).event_type.data
    expect(error?.slice(LIMIT - 6)).to.equal(` ${TOKEN_MARK}`)
  })

  it('keeps its length and hash when the line has to be shorter still', () => {
    const whole = toolCall({ error: long }, { maxEventBytes: Infinity }).cut
    const event = toolCall({ error: long }, { maxEventBytes: 4096 })
    expect(event.cut).to.deep.equal(whole)
    expect(JSON.stringify(event).length).to.be.at.most(4096)
  })

  it('is cut inside of a value, with a marker that has the hash of masked text', () => {
    const { parameters } = toolCall({ parameters: { a: 1, long } }, { maxEventBytes: Infinity }).event_type.data
    const text: string = JSON.parse(parameters).long
    const [, kept = '', length, hash] = /^(.*)\[cut: (\d+) characters, SHA-256 (\w+)\]$/.exec(text) ?? []
    expect(Number(length)).to.equal(long.length)
    expect(kept).to.match(/^\[REDACTED:token:0123456789ab\] a+$/)
    expect(hash).to.equal(sha256(kept))
  })

  it('is cut as a list or map of texts too', () => {
    const event = toolCall({ onBehalfOf: [long, 'x'], labels: { a: long, b: 'x' } }, { maxEventBytes: Infinity })
    expect(event.on_behalf_of).to.have.length(1)
    expect(Object.keys(event.labels ?? {})).to.deep.equal(['a'])
    expect(Object.keys(event.cut ?? {})).to.have.members(['on_behalf_of', 'labels'])
    expect(JSON.stringify(event)).to.not.include(SECRET)
  })
})

describe('a line that is cut', () => {
  it('has the length and hash of masked text', () => {
    const text = `${SECRET} ${'a'.repeat(10_000)}`
    const event = toolCall({ error: text }, { maxEventBytes: 4096 })
    const masked = text.replace(SECRET, TOKEN_MARK)
    expect(event.cut).to.deep.equal({ 'data.error': { length: masked.length, sha256: sha256(masked) } })
  })

  it('is cut by the logger, not where the event was made: a cut before the masking could leave half a secret', () => {
    const data = { ...toolCall({}).event_type.data, error: `${'a'.repeat(300_000)} ${SECRET}` }
    const event = createAuditEvent('me', { type: 'ToolCall', data })
    expect(event).to.not.have.property('cut')
    const limits = { ...DEFAULT_LIMITS, masker: new MarkingMasker() }
    expect(completeEvent(event, NOWHERE, limits).cut?.['data.error']?.length).to.equal(300_001 + SECRET.length)
  })
})
