import { expect } from 'chai'
import fc from 'fast-check'
import { KINDS } from '../../src/events/field-table.ts'
import { lineOf, parseRawEvent } from '../../src/events/line.ts'
import { FieldCatalogue, fieldNames } from '../../src/query/field-catalogue.ts'
import { parsedSource, valueOf } from '../../src/query/query-field.ts'
import { SkimmedLine } from '../../src/query/skimmed-line.ts'
import { WallClock } from '../../src/query/wall-clock.ts'
import { RUNS } from '../support/arbitrary-event.ts'
import { foreignLine, hostileEvent, randomFrom, shuffled } from './support/hostile-events.ts'

const catalogue = new FieldCatalogue(new WallClock(true))
const dataNames = Object.values(KINDS).flatMap(kind => kind.fields.map(field => `data.${field.name}`))
const FIELDS = [...new Set([...fieldNames(), ...dataNames, 'parameters.cmd', 'context.error', 'labels.error'])].map(
  name => catalogue.field(name),
)

const SKIMMABLE = FIELDS.filter(({ name, place }) => place !== undefined || name === 'level')

/** Reads fields of every line of a block both ways, others and in another order for each line. */
function compare(lines: readonly (string | Uint8Array)[], seed: number): void {
  const random = randomFrom(seed)
  const bytes = Buffer.concat(lines.flatMap(line => [Buffer.from(line), Buffer.from('\n')]))
  const skimmed = new SkimmedLine()
  skimmed.load({ path: 'block', start: 0, bytes })
  for (const line of lines) {
    expect(skimmed.next()).to.equal(true)
    const text = Buffer.from(line).toString('utf8')
    const raw = parseRawEvent(text)
    const nature = skimmed.examine()
    if ('problem' in raw || random(5) === 0) continue
    expect(nature, text).to.equal('event')
    const parsed = parsedSource(raw)
    // A field that must be parsed for ends the skimming of its line: mostly none is asked for, and few in all.
    const asked = shuffled(random(4) === 0 ? FIELDS : SKIMMABLE, random).slice(0, 1 + random(12))
    for (const field of asked) {
      expect(valueOf(skimmed, field), `${field.name} of ${text}`).to.deep.equal(valueOf(parsed, field))
    }
  }
  expect(skimmed.next()).to.equal(false)
}

describe('fields read from lines that are not parsed', () => {
  const ownLine = hostileEvent.map(lineOf)
  const runs = { numRuns: Math.ceil(RUNS / 3) }

  it('are what parsing finds, in lines of the project', () => {
    fc.assert(fc.property(fc.array(ownLine, { minLength: 1, maxLength: 8 }), fc.integer(), compare), runs)
  })

  it('are what parsing finds, in lines of other programs', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(ownLine, foreignLine), { minLength: 1, maxLength: 8 }), fc.integer(), compare),
      { numRuns: RUNS },
    )
  })

  it('are what parsing finds, beside lines that a crash joined, garbage and bytes that are no UTF-8', () => {
    const torn = fc
      .tuple(fc.oneof(ownLine, foreignLine), fc.nat(), ownLine)
      .map(([one, at, other]) => one.slice(0, at % one.length) + other)
    const garbage = fc.oneof(
      fc.string({ maxLength: 40 }).map(text => text.replaceAll('\n', ' ')),
      fc.constantFrom('', '{', '{}', '{"id":"}', '{"id":"","seq":1}', '{"id":"x","seq":}', ',"seq":5}'),
      fc.uint8Array({ maxLength: 40 }).map(bytes => bytes.filter(byte => byte !== 10)),
    )
    const broken = fc.tuple(ownLine, fc.nat(), fc.integer({ min: 128, max: 255 })).map(([line, at, byte]) => {
      const bytes = Buffer.from(line)
      const quote = bytes.indexOf('"actor_id":"') + '"actor_id":"'.length
      bytes[quote + (at % 3)] ||= byte
      return Buffer.concat([bytes.subarray(0, quote), Buffer.from([byte]), bytes.subarray(quote)])
    })
    const line = fc.oneof<fc.Arbitrary<string | Uint8Array>[]>(ownLine, foreignLine, torn, garbage, broken)
    fc.assert(fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), fc.integer(), compare), runs)
  })

  const traps = [
    { name: 'a key that stands twice', data: '"success":true,"tool_name":"a","success":false' },
    { name: 'a value that is the name of a field', data: '"tool_name":"error","call_id":"x"' },
    { name: 'a key in an object before the real one', data: '"extra":{"success":true},"success":false' },
    { name: 'a key in an object only', data: '"extra":{"x":1,"success":true},"tool_name":"a","error":"e"' },
    { name: 'a key in a list', data: '"extra":[{"success":true}],"tool_name":"a"' },
    { name: 'a key behind the data', data: '"tool_name":"a"},"more":{"x":1},"success":true,"y":{"z":1' },
    { name: 'spaces', data: '"x": { "y":1,"success":true }, "tool_name" : "a" ,"duration_ms": 5' },
    { name: 'numbers of other writers', data: '"duration_ms":1.50E+3,"success":null' },
    { name: 'a number too long to be exact', data: '"duration_ms":12345678901234567890' },
    { name: 'a text that ends with a backslash', data: String.raw`"tool_name":"a\\\\","error":"e\\\"","success":true` },
  ]
  for (const { name, data } of traps) {
    it(`are what parsing finds in spite of ${name}`, () => {
      const head = '{"id":"x","timestamp":"2026-11-22T10:00:00.000Z","actor_id":"a"'
      const line = `${head},"event_type":{"type":"ToolCall","data":{${data}}},"seq":1}`
      expect(parseRawEvent(line), line).to.not.have.property('problem')
      for (let seed = 0; seed < 100; seed++) compare([line, line, line], seed)
    })
  }
})
