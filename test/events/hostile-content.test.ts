import { createHash } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { buildEvent } from '../../src/events/build-event.ts'
import { DEFAULT_LIMITS, NOWHERE } from '../../src/events/event-settings.ts'
import { jsonTextOf } from '../../src/events/json-text.ts'
import type { AuditEvent } from '../../src/events/kinds.ts'
import { lineOf } from '../../src/events/line.ts'
import { RUNS } from '../support/arbitrary-event.ts'

const MAX_LINE_BYTES = DEFAULT_LIMITS.maxEventBytes

function lineWith(parameters: unknown): string {
  const line = lineOf({ ...buildEvent('ToolCall', { toolName: 't', parameters }), seq: 2 ** 53 - 1 })
  expect(Buffer.byteLength(line)).to.be.at.most(MAX_LINE_BYTES)
  expect(line).to.not.match(/[\n\r\u2028\u2029]/)
  return line
}

function parametersIn(line: string): string {
  return JSON.parse(line).event_type.data.parameters
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

describe('content of any kind', () => {
  const circular: Record<string, unknown> = { name: 'loop' }
  circular['self'] = circular
  const revoked = Proxy.revocable({}, {})
  revoked.revoke()
  const cases: [name: string, value: unknown, stored: unknown][] = [
    ['a cycle', circular, { name: 'loop', self: '[circular]' }],
    ['a BigInt', { n: 10n ** 20n }, { n: '[BigInt 100000000000000000000]' }],
    [
      'a getter that throws',
      {
        get secret() {
          throw new Error('no')
        },
        ok: 1,
      },
      { secret: '[unreadable: no]', ok: 1 },
    ],
    [
      'a revoked proxy',
      revoked.proxy,
      "[unreadable: Cannot perform 'getPrototypeOf' on a proxy that has been revoked]",
    ],
    [
      'a toJSON that throws',
      {
        toJSON() {
          throw new Error('never')
        },
      },
      '[unreadable: never]',
    ],
    ['functions and symbols', { f: function named() {}, s: Symbol('x') }, { f: '[Function named]', s: '[Symbol(x)]' }],
    ['dates', [new Date(0), new Date(Number.NaN)], ['1970-01-01T00:00:00.000Z', '[invalid date]']],
    [
      'a class instance',
      new (class Point {
        x = 1
        y = 2
      })(),
      { x: 1, y: 2 },
    ],
    ['maps and sets', { m: new Map([['a', 1]]), s: new Set([1]) }, { m: [['a', 1]], s: [1] }],
    ['numbers that JSON lacks', [Number.NaN, -Infinity], ['[NaN]', '[-Infinity]']],
    ['bytes', { b: new Uint8Array([255, 254, 0]) }, { b: '[3 bytes]' }],
    ['an error', new TypeError('bad'), { name: 'TypeError', message: 'bad' }],
    ['undefined inside', { a: undefined, b: [undefined] }, { b: ['[undefined]'] }],
    ['a URL and a pattern', [new URL('https://example.com/'), /a"b/], ['https://example.com/', '/a"b/']],
    ['lone surrogates', { s: 'a\ud800b' }, { s: 'a\ufffdb' }],
    ['control characters', { s: '\u0000\u001b[31m\u2028\n' }, { s: '\u0000\u001b[31m\u2028\n' }],
    ['no prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    ['its own hasOwnProperty', { hasOwnProperty: 1, constructor: 2 }, { hasOwnProperty: 1, constructor: 2 }],
  ]
  for (const [name, value, stored] of cases) {
    it(`is recorded with what cannot be stored marked: ${name}`, () => {
      expect(JSON.parse(parametersIn(lineWith(value)))).to.deep.equal(stored)
    })
  }

  it('may carry __proto__ without touching any prototype', () => {
    const evil: unknown = JSON.parse('{"__proto__":{"polluted":true},"a":{"__proto__":1}}')
    expect(parametersIn(lineWith(evil))).to.equal('{"__proto__":{"polluted":true},"a":{"__proto__":1}}')
    const context = JSON.parse('{"__proto__":"x","constructor":"y","ok":"z"}')
    const event = buildEvent('Security', { severity: 'Info', category: 'Other', message: 'm', source: 's', context })
    expect(event.event_type.data).to.deep.include({ context: { '[__proto__]': 'x', '[constructor]': 'y', ok: 'z' } })
    expect({}).to.not.have.property('polluted')
  })

  it('may be any value at all: the result is always one valid JSON text', () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withNullPrototype: true,
          withTypedArray: true,
        }),
        value => {
          JSON.parse(jsonTextOf(value))
          lineWith(value)
        },
      ),
      { numRuns: RUNS },
    )
  })

  it('equals JSON.stringify for plain JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), value => {
        expect(JSON.parse(jsonTextOf(value))).to.deep.equal(JSON.parse(JSON.stringify(value)))
      }),
      { numRuns: RUNS },
    )
  })
})

describe('content without end', () => {
  it('of depth 100,000 is cut off at a marker', () => {
    let deep: unknown = 'bottom'
    for (let depth = 0; depth < 100_000; depth++) deep = { deep }
    expect(parametersIn(lineWith(deep))).to.include('[too deep]')
  })

  it('of a million keys is counted', () => {
    const wide = Object.fromEntries(Array.from({ length: 1_000_000 }, (_, index) => [`key${index}`, index]))
    const text = jsonTextOf(wide)
    expect(JSON.parse(text)).to.have.property('[more]', 1_000_000 - 9999)
    lineWith(wide)
  })

  it('of a list of a million is counted', () => {
    expect(JSON.parse(jsonTextOf(Array.from({ length: 1_000_000 }, () => 1)))).to.include('[990001 more]')
  })

  it('of 50 MB in one string is cut, with length and SHA-256 of the whole', () => {
    const huge = 'x'.repeat(50_000_000)
    const line = JSON.parse(lineWith(huge))
    expect(line.cut).to.deep.equal({ 'data.parameters': { length: 50_000_000, sha256: sha256(huge) } })
    expect(line.event_type.data.parameters.length).to.be.above(200_000)
    expect(parametersIn(lineWith({ huge }))).to.include('xxx')
  })
})

describe('a line that would be too long', () => {
  function build(input: object): AuditEvent {
    return buildEvent('Security', { severity: 'Info', category: 'Other', message: 'm', source: 's', ...input })
  }

  it('keeps its shape and its short fields, and lists what was cut', () => {
    const message = 'é'.repeat(400_000)
    const event = build({ message, source: 'guard', context: { path: '/etc/passwd' } })
    const line = lineOf({ ...event, seq: 9 })
    expect(Buffer.byteLength(line)).to.be.within(MAX_LINE_BYTES - 2000, MAX_LINE_BYTES)
    expect(event.event_type.data).to.deep.include({ source: 'guard', context: { path: '/etc/passwd' } })
    expect(event.cut).to.deep.equal({ 'data.message': { length: 400_000, sha256: sha256(message) } })
    expect(Object.keys(JSON.parse(line))).to.deep.equal(['id', 'timestamp', 'actor_id', 'event_type', 'cut', 'seq'])
  })

  it('shares the room among several long fields', () => {
    const event = build({ message: 'a'.repeat(500_000), source: 'b'.repeat(500_000) })
    const { message, source } = JSON.parse(lineOf(event)).event_type.data
    expect(message.length).to.equal(source.length)
    expect(Object.keys(event.cut ?? {})).to.have.members(['data.message', 'data.source', 'actor_id'])
  })

  it('cuts lists and maps to their first entries', () => {
    const labels = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`label-${index}`, 'value']))
    const event = build({ labels, onBehalfOf: ['alice', 'x'.repeat(300_000)] })
    expect(event.on_behalf_of?.[0]).to.equal('alice')
    expect(event.labels).to.include({ 'label-0': 'value' })
    expect(event.cut).to.have.keys(['labels', 'on_behalf_of'])
    expect(event.cut?.['labels']?.sha256).to.equal(sha256(JSON.stringify(labels)))
    expect(Buffer.byteLength(lineOf(event))).to.be.at.most(MAX_LINE_BYTES)
  })

  it('never cuts half a character', () => {
    const event = build({ message: `a${'😀'.repeat(200_000)}` })
    const { message } = JSON.parse(lineOf(event)).event_type.data
    expect(message).to.match(/😀$/u)
    expect(message.isWellFormed()).to.equal(true)
  })

  it('fits whatever the texts are', () => {
    const text = fc.string({ unit: 'binary', maxLength: 3000 })
    fc.assert(
      fc.property(text, text, fc.dictionary(text, text, { maxKeys: 20 }), (message, source, context) => {
        const limits = { ...DEFAULT_LIMITS, maxEventBytes: 4096 }
        const input = { severity: 'Info', category: 'Other', message, source, context, sessionId: source } as const
        const event = buildEvent('Security', input, NOWHERE, limits)
        expect(Buffer.byteLength(lineOf({ ...event, seq: 2 ** 53 - 1 }))).to.be.at.most(4096)
      }),
      { numRuns: RUNS },
    )
  })
})
