import { expect } from 'chai'
import { buildEvent } from '../../../src/events/build-event.ts'
import { DEFAULT_LIMITS, NOWHERE } from '../../../src/events/event-settings.ts'
import type { AuditEvent } from '../../../src/events/kinds.ts'
import { MarkingMasker, NAMED_MARK, SECRET, TOKEN_MARK } from '../../support/marking-masker.ts'
import type { MarkingOptions } from '../../support/marking-masker.ts'

function called(parameters: unknown, options: MarkingOptions = {}): AuditEvent {
  const limits = { ...DEFAULT_LIMITS, masker: new MarkingMasker(options) }
  return buildEvent('ToolCall', { toolName: 't', parameters }, NOWHERE, limits)
}

function parametersOf(parameters: unknown, options?: MarkingOptions): string {
  const { event_type: type } = called(parameters, options)
  if (type.type !== 'ToolCall') throw new Error(`a ${type.type}`)
  return type.data.parameters
}

describe('parameters are masked', () => {
  const cases: readonly (readonly [string, unknown, unknown])[] = [
    ['a text anywhere in a value', { a: [{ b: `x ${SECRET} y` }] }, { a: [{ b: `x ${TOKEN_MARK} y` }] }],
    ['what stands under a secret name', { Password: 'hunter2' }, { Password: NAMED_MARK }],
    ['a number under a secret name', { pin: 1234, port: 80 }, { pin: NAMED_MARK, port: 80 }],
    ['a bigint under a secret name', { pin: 12n }, { pin: NAMED_MARK }],
    [
      'all below a secret name, but for what is no text or number',
      { authorization: { scheme: 'x', list: ['y', 7, true, null] }, after: 'z' },
      { authorization: { scheme: NAMED_MARK, list: [NAMED_MARK, NAMED_MARK, true, null] }, after: 'z' },
    ],
    ['nothing where the value is empty', { password: '' }, { password: '' }],
    ['an entry of a map', new Map([['password', 'hunter2']]), [['password', NAMED_MARK]]],
    [
      'a pair of name and value',
      {
        h: [
          ['Authorization', 'x'],
          ['accept', 'y'],
        ],
      },
      {
        h: [
          ['Authorization', NAMED_MARK],
          ['accept', 'y'],
        ],
      },
    ],
    [
      'an object of name and value',
      {
        env: [
          { name: 'PASSWORD', value: 'x' },
          { key: 'pin', value: 5 },
          { name: 'HOME', value: '/' },
        ],
      },
      {
        env: [
          { name: 'PASSWORD', value: NAMED_MARK },
          { key: 'pin', value: NAMED_MARK },
          { name: 'HOME', value: '/' },
        ],
      },
    ],
    ['what a user logs in with', { user: 'bob', pass: 'x' }, { user: 'bob', pass: NAMED_MARK }],
    ['nothing where tests pass', { pass: 'all', fail: 'none' }, { pass: 'all', fail: 'none' }],
    [
      'a Secret of Kubernetes',
      { data: { a: 'eA==' }, kind: 'Secret', metadata: { name: 'b' } },
      { data: { a: NAMED_MARK }, kind: 'Secret', metadata: { name: 'b' } },
    ],
    [
      'nothing of another object there',
      { data: { a: 'x' }, kind: 'ConfigMap' },
      { data: { a: 'x' }, kind: 'ConfigMap' },
    ],
    ['headers', new Headers({ authorization: 'x', accept: 'y' }), { accept: 'y', authorization: NAMED_MARK }],
    ['a name that is a secret itself', { [SECRET]: 1 }, { [TOKEN_MARK]: 1 }],
    ['the message of an error', new Error(`no ${SECRET}`), { name: 'Error', message: `no ${TOKEN_MARK}` }],
    ['a pattern', { re: new RegExp(SECRET) }, { re: `/${TOKEN_MARK}/` }],
    ['what toJSON gives', { toJSON: () => ({ password: 'x' }) }, { password: NAMED_MARK }],
    [
      'what a getter throws',
      Object.defineProperty({}, 'x', {
        enumerable: true,
        get: () => {
          throw new Error(SECRET)
        },
      }),
      { x: `[unreadable: ${TOKEN_MARK}]` },
    ],
  ]
  for (const [name, value, expected] of cases) {
    it(`in ${name}`, () => expect(JSON.parse(parametersOf(value))).to.deep.equal(expected))
  }

  it('where a text is JSON with pairs, by their names', () => {
    expect(parametersOf('[["password", "x"], ["n", 12345678901234567890]]')).to.equal(
      `[["password","${NAMED_MARK}"],["n",12345678901234567890]]`,
    )
  })

  it('not in what is JSON text without a secret: it stays as the caller wrote it', () => {
    const text = '[ "a" , "b" ]'
    expect(parametersOf(text)).to.equal(text)
  })

  it("below a path of the user's, in values and in JSON text", () => {
    const secretPath = 'data.parameters.env'
    const expected = { env: { HOME: NAMED_MARK, N: NAMED_MARK }, cwd: '/' }
    const value = { env: { HOME: '/root', N: 1 }, cwd: '/' }
    expect(JSON.parse(parametersOf(value, { secretPath }))).to.deep.equal(expected)
    expect(JSON.parse(parametersOf(JSON.stringify(value), { secretPath }))).to.deep.equal(expected)
  })

  it('with the place of each text told, where somebody asks', () => {
    const masker = new MarkingMasker({ mask: text => text })
    buildEvent('ToolCall', { toolName: 't', parameters: { env: [{ A: 'x' }] } }, NOWHERE, { ...DEFAULT_LIMITS, masker })
    expect(masker.seen).to.deep.include({ text: 'x', path: 'data.parameters.env.0.A' })
  })

  it('and counted on the line, by kind', () => {
    expect(called({ password: 'x', a: [SECRET, SECRET] }).redacted).to.deep.equal({ named: 1, token: 2 })
    expect(called({ a: 'b' })).to.not.have.property('redacted')
  })
})
