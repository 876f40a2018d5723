import { expect } from 'chai'
import fc from 'fast-check'
import { buildEvent, completeEvent } from '../../../src/events/build-event.ts'
import { AS_THEY_ARE, DEFAULT_LIMITS, NOWHERE } from '../../../src/events/event-settings.ts'
import { lineOf } from '../../../src/events/line.ts'
import { arbitraryEvent, RUNS } from '../../support/arbitrary-event.ts'
import { MarkingMasker, SECRET } from '../../support/marking-masker.ts'

const limits = { ...DEFAULT_LIMITS, masker: new MarkingMasker() }

/** JSON with the secret in any of its texts and names. */
const text = fc.oneof(
  fc.string(),
  fc.constant(SECRET),
  fc.string().map(around => `${around} ${SECRET} ${around}`),
)
const { value: holding } = fc.letrec(tie => ({
  value: fc.oneof(text, fc.double(), fc.boolean(), fc.constant(null), tie('list'), tie('record'), tie('map')),
  list: fc.array(tie('value'), { maxLength: 4 }),
  record: fc.dictionary(fc.oneof(fc.string(), fc.constant(SECRET)), tie('value'), { maxKeys: 4 }),
  map: fc.array(fc.tuple(text, tie('value')), { maxLength: 3 }).map(entries => new Map(entries)),
}))

describe('any value', () => {
  it('is stored without the secret, wherever it stands', () => {
    fc.assert(
      fc.property(holding, text, (value, label) => {
        const input = { toolName: 't', parameters: value, output: value, labels: { [label]: label } }
        expect(lineOf(buildEvent('ToolCall', input, NOWHERE, { ...limits, capture: 'full' }))).to.not.include(SECRET)
      }),
      { numRuns: RUNS },
    )
  })

  it('is stored as without any masking where it has no secret', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const input = { toolName: 't', parameters: value, output: value }
        const [masked, plain] = [limits, DEFAULT_LIMITS].map(one => buildEvent('ToolCall', input, NOWHERE, one))
        expect(masked?.event_type.data).to.deep.include({ ...plain?.event_type.data, ...idsOf(masked) })
      }),
      { numRuns: RUNS },
    )
  })

  it('leaves every valid event without a secret as it is', () => {
    fc.assert(
      fc.property(arbitraryEvent, event => {
        expect(completeEvent(event, NOWHERE, { ...AS_THEY_ARE, masker: new MarkingMasker() })).to.deep.equal(event)
      }),
      { numRuns: RUNS },
    )
  })
})

/** What differs between two events of equal input. */
function idsOf(event: ReturnType<typeof buildEvent> | undefined): object {
  if (event?.event_type.type !== 'ToolCall') return {}
  const { call_id: id, execution_time: time } = event.event_type.data
  return { call_id: id, execution_time: time }
}

describe('a name that was found clean', () => {
  it('is not searched again, as long as it is short', () => {
    const inner = new MarkingMasker()
    const masker = { begin: () => inner.begin(), knownClean: new Set<string>() }
    const long = 'x'.repeat(65)
    for (let i = 0; i < 3; i++) {
      buildEvent('ToolCall', { toolName: 'shell', sessionId: long, callId: 'c' }, NOWHERE, { ...limits, masker })
    }
    const times = (wanted: string): number => inner.seen.filter(seen => seen.text === wanted).length
    expect([times('shell'), times(long), times('c')]).to.deep.equal([1, 3, 3])
  })

  it('is forgotten when there are many, so that ids without end take no memory', () => {
    const inner = new MarkingMasker()
    const masker = { begin: () => inner.begin(), knownClean: new Set<string>() }
    for (let i = 0; i < 3000; i++) buildEvent('ToolCall', { toolName: `t${i}` }, NOWHERE, { ...limits, masker })
    expect(masker.knownClean.size).to.be.at.most(1000)
  })

  it('is never one with a secret', () => {
    const inner = new MarkingMasker()
    const masker = { begin: () => inner.begin(), knownClean: new Set<string>() }
    for (let i = 0; i < 2; i++) {
      const event = buildEvent('ToolCall', { toolName: SECRET }, NOWHERE, { ...limits, masker })
      expect(event.redacted).to.deep.equal({ token: 1 })
    }
  })
})
