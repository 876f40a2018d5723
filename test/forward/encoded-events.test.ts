import { JsonLogsSerializer } from '@opentelemetry/otlp-transformer'
import { expect } from 'chai'
import fc from 'fast-check'
import { ENVELOPE, KINDS } from '../../src/events/field-table.ts'
import { lineOf, parseRawEvent, storedEventOf } from '../../src/events/line.ts'
import type { DeliveryItem } from '../../src/forward/delivery-item.ts'
import { EventEncoder } from '../../src/forward/event-encoder.ts'
import { JSON_PARTS } from '../../src/forward/json-parts.ts'
import { RecordFactory } from '../../src/forward/record-factory.ts'
import type { Fragment } from '../../src/forward/request-parts.ts'
import { arbitraryEvent, RUNS } from '../support/arbitrary-event.ts'
import { ORIGIN, sentRecord } from './support/sent-records.ts'

type Rebuilt = Pick<DeliveryItem, 'fragment' | 'outcome'>
type Attribute = { readonly key: string }

/** Every attribute has one place, and OTLP gives their order no meaning. */
const sorted = (_: string, value: unknown): unknown =>
  Array.isArray(value) &&
  value.every((item): item is Attribute => typeof item === 'object' && item !== null && 'key' in item)
    ? value.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    : value

function read(request: Uint8Array | undefined): unknown {
  return JSON.parse(Buffer.from(request ?? []).toString('utf8'), sorted)
}

/** As OpenTelemetry sends it; undefined for a line that is no event. */
function expected(line: string): unknown {
  const raw = parseRawEvent(line)
  return 'problem' in raw ? undefined : read(JsonLogsSerializer.serializeRequest([sentRecord(storedEventOf(raw))]))
}

function sent({ fragment }: Rebuilt): unknown {
  return fragment && read(Buffer.concat(JSON_PARTS.join([fragment])))
}

/** A log's last field is the place in it. */
const ownLine = fc.tuple(arbitraryEvent, fc.maxSafeNat()).map(([event, seq]) => lineOf({ ...event, seq }))

const NAMES = [...ENVELOPE, ...Object.values(KINDS).flatMap(({ fields }) => fields)].map(({ name }) => name)
const name = fc.oneof(fc.constantFrom(...NAMES, 'id', 'timestamp', 'actor_id', 'event_type', '__proto__'), fc.string())
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(-0, 1e21, -5, '\ud800', 'a\u2028b', '"}}]}', '', '2026-11-22T10:15:30.5+01:00'),
)
const members = fc.array(fc.tuple(name, value), { maxLength: 4 })

function jsonOf(entries: readonly (readonly [string, unknown])[]): string {
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${JSON.stringify(item)}`).join(',')}}`
}

/** What another program might have written, names twice and in any order included. */
const foreignLine = fc
  .tuple(arbitraryEvent, members, members, fc.boolean())
  .map(([event, around, within, isTurned]) => {
    const { event_type: eventType, ...envelope } = event
    const data = [...Object.entries(eventType.data), ...within]
    const body = `{"type":"${eventType.type}","data":${jsonOf(isTurned ? data.toReversed() : data)}}`
    const rest = jsonOf([...Object.entries(envelope), ...around]).slice(1)
    return isTurned
      ? `{"event_type":${body},${rest}`
      : `${rest.length > 1 ? `{${rest.slice(0, -1)},` : '{'}"event_type":${body}}`
  })

describe('events on their way to a destination', () => {
  it('are sent as OpenTelemetry’s serializer sends them, by the short way', () => {
    const factory = new RecordFactory(ORIGIN, { filter: {}, encoding: 'json' })
    const encoder = new EventEncoder({})
    fc.assert(
      fc.property(fc.array(ownLine, { minLength: 1, maxLength: 3 }), lines => {
        // What comes again is not encoded again.
        const all = [...lines, ...lines.flatMap(line => [line, line])]
        const rebuilt = all.map(line => factory.rebuild(line))
        expect(rebuilt.map(sent)).to.deep.equal(all.map(expected))
        const raws = lines.map(parseRawEvent)
        expect(raws.filter(raw => 'problem' in raw || encoder.encode(raw) === undefined)).to.deep.equal([])
      }),
      { numRuns: RUNS },
    )
  })

  it('are sent as OpenTelemetry’s serializer sends them where another program wrote them', () => {
    const factory = new RecordFactory(ORIGIN, { filter: {}, encoding: 'json' })
    fc.assert(
      fc.property(foreignLine, line => {
        const rebuilt = factory.rebuild(line)
        expect(sent(rebuilt)).to.deep.equal(expected(line))
        if (rebuilt.fragment === undefined) expect(rebuilt.outcome).to.equal('unusable')
      }),
      { numRuns: RUNS },
    )
  })

  it('may be of any length, and stay as they are when others follow', () => {
    const factory = new RecordFactory(ORIGIN, { filter: {}, encoding: 'json' })
    const lines = [1, 300_000, 2, 100_000, 200_000, 3, 1_000_000, 4].map(length => {
      const data = { tool_name: 'é"'.repeat(length / 2), output_preview: '\u0001'.repeat(length / 4) }
      return JSON.stringify({ id: `of ${length}`, timestamp: '', actor_id: '', event_type: { type: 'ToolCall', data } })
    })
    const rebuilt = lines.map(line => factory.rebuild(line))
    expect(rebuilt.map(sent)).to.deep.equal(lines.map(expected))
  })

  it('lie side by side, so that a request takes them in one piece', () => {
    const factory = new RecordFactory(ORIGIN, { filter: { types: ['ToolCall'] }, encoding: 'json' })
    const kinds = ['ToolCall', 'Security', 'ToolCall', 'ApiCall', 'ToolCall']
    const fragments = kinds.flatMap((type): Fragment[] => {
      const line = JSON.stringify({ id: type, timestamp: '', actor_id: '', event_type: { type, data: {} } })
      const { fragment } = factory.rebuild(line)
      return fragment === undefined ? [] : [fragment]
    })
    expect(fragments).to.have.length(3)
    for (const [index, { bytes }] of fragments.entries()) {
      expect(bytes.from).to.equal(fragments[index - 1]?.bytes.to ?? 0)
      expect(bytes.slab).to.equal(fragments[0]?.bytes.slab)
    }
  })
})
