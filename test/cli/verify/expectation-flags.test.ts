import { expect } from 'chai'
import { expectationOf } from '../../../src/cli/verify/expectation-flags.ts'
import { excuseFor } from '../../../src/reconcile/expectation.ts'
import type { Excuse } from '../../../src/reconcile/expectation.ts'
import { parseRawEvent } from '../../../src/events/line.ts'
import type { RawEvent } from '../../../src/events/line.ts'
import { mixedEvents } from '../../reconcile/support/reconciled.ts'

/** A tool call (info), a failed call to a model (error), a finding (warn), and so on, a second apart. */
const EVENTS = mixedEvents(12).map(event => rawOf(JSON.stringify(event)))
const NOON = Date.UTC(2026, 10, 22, 12)

function rawOf(line: string): RawEvent {
  const raw = parseRawEvent(line)
  if ('problem' in raw) throw new Error(raw.problem)
  return raw
}

function excuses(flags: Parameters<typeof expectationOf>[0]): (Excuse | undefined)[] {
  const expectation = expectationOf({ utc: true, ...flags }, NOON)
  return EVENTS.map((raw, seq) => excuseFor(expectation, seq, raw))
}

describe('what kansa verify --against expects', () => {
  const onlyFindings = EVENTS.map((_, seq) => (seq % 3 === 2 ? undefined : 'filtered'))

  for (const filter of [
    ['types=Security'],
    ['types=security'],
    ['types=tool,security,minSeverity=warn'],
    ['minSeverity=WARN,types=ToolCall,Security'],
    ['types=tool', 'types=security', 'minSeverity=warn'],
  ]) {
    it(`is what a filter lets through: ${filter.join(' and ')}`, () => {
      expect(excuses({ filter })).to.deep.equal(onlyFindings)
    })
  }

  for (const [what, since, until] of [
    ['by seq', '3', '9'],
    ['by time', '2026-11-22T00:00:03', '2026-11-22T00:00:09Z'],
    ['by duration', '11h59m57s', '11h59m51s'],
  ] as const) {
    it(`is a part, ${what}`, () => {
      expect(excuses({ since, until })).to.deep.equal(
        EVENTS.map((_, seq) => (seq < 3 ? 'earlier' : seq < 9 ? undefined : 'pending')),
      )
    })
  }

  it('is all of a day that is named', () => {
    expect(excuses({ since: '2026-11-22', until: '2026-11-22' })).to.deep.equal(EVENTS.map(() => undefined))
    expect(excuses({ until: '2026-11-21' })).to.deep.equal(EVENTS.map(() => 'pending'))
  })

  it('is everything where nobody says otherwise', () => {
    expect(excuses({})).to.deep.equal(EVENTS.map(() => undefined))
    expect(expectationOf({ until: 'newest' }, NOON)).to.deep.equal({ until: 'newest' })
  })

  for (const filter of [
    '',
    'tool',
    'types',
    'types=nothing',
    'minSeverity=loud',
    'minSeverity=warn,error',
    'typs=tool',
  ]) {
    it(`is not told by a filter that a destination cannot have: "${filter}"`, () => {
      expect(() => excuses({ filter: [filter] }))
        .to.throw()
        .with.property('code', 'KANSA_INVALID_QUERY')
    })
  }
})
