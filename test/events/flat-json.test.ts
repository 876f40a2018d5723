import { expect } from 'chai'
import fc from 'fast-check'
import { flatJsonOf } from '../../src/events/flat-json.ts'
import { jsonTextOf } from '../../src/events/json-text.ts'

const TEXTS = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '\u2028', '\ud800', '"\\\n', '\u007f', '__proto__'),
)
const VALUES = fc.oneof(
  TEXTS,
  fc.double(),
  fc.constantFrom(-0, Number.NaN, Infinity, 1e21, 10n, null, undefined, true, Symbol('s'), [], { a: 1 }, new Date(0)),
  fc.func(fc.nat()),
)

describe('the JSON text of a flat record', () => {
  it('is what the careful writer gives, wherever there is one', () => {
    let taken = 0
    const property = fc.property(fc.dictionary(TEXTS, VALUES, { maxKeys: 5 }), record => {
      const json = flatJsonOf(record)
      if (json === undefined) return
      taken++
      expect(json).to.equal(jsonTextOf(record))
    })
    fc.assert(property, { numRuns: 2000 })
    expect(taken).to.be.above(100)
  })

  it('is there for what tools are usually called with', () => {
    const parameters = { cmd: 'ls -la "a b"', cwd: '/srv', depth: 3, hidden: false, limit: null, after: undefined }
    expect(flatJsonOf(parameters)).to.equal(jsonTextOf(parameters)).and.to.equal(JSON.stringify(parameters))
  })

  it('is left to the writer where something could go wrong', () => {
    const throwing = {
      get secret(): string {
        throw new Error('no')
      },
    }
    const circular: Record<string, unknown> = {}
    circular['self'] = circular
    const others: readonly unknown[] = [
      throwing,
      circular,
      { nested: {} },
      { list: [] },
      { big: 1n },
      { nothing: Number.NaN },
      { half: '\ud800' },
      { '\udc00': 1 },
      { line: '\u2028' },
      { toJSON: () => 'other' },
      { long: 'x'.repeat(20_000) },
      Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`k${index}`, index])),
      Object.create(null),
      new Map(),
      [1],
      'text',
      null,
      undefined,
    ]
    expect(others.map(value => flatJsonOf(value)).filter(json => json !== undefined)).to.deep.equal([])
  })
})
