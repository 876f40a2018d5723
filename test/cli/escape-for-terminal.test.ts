import { expect } from 'chai'
import fc from 'fast-check'
import { escapeForTerminal, escapeJsonForTerminal } from '../../src/cli/escape-for-terminal.ts'

const HARMFUL = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u{E0000}-\u{E0FFF}]|\u115F|\u1160|\u3164|\uFFA0|\u034F|\u180B/u

describe('text escaped for a terminal', () => {
  const attacks = [
    { name: 'moves the cursor and erases', text: '\u001b[2J\u001b[1;1H', shown: '\\x1b[2J\\x1b[1;1H' },
    { name: 'sets the clipboard', text: '\u001b]52;c;cm0gLXJm\u0007', shown: '\\x1b]52;c;cm0gLXJm\\x07' },
    { name: 'makes a link that lies', text: '\u001b]8;;http://evil\u001b\\x', shown: '\\x1b]8;;http://evil\\x1b\\x' },
    { name: 'begins a sequence with a C1 control', text: '\u009b31m\u0090q', shown: '\\x9b31m\\x90q' },
    { name: 'overwrites the line', text: 'rm -rf /\rls', shown: 'rm -rf /\\rls' },
    { name: 'takes back characters', text: 'ab\b\b\u007f', shown: 'ab\\x08\\x08\\x7f' },
    {
      name: 'makes a line of its own',
      text: 'a\nb\tc\u2028d\u2029e\u0085f',
      shown: 'a\\nb\\tc⟪U+2028⟫d⟪U+2029⟫e\\x85f',
    },
    { name: 'reverses what follows', text: 'file\u202Etxt.exe', shown: 'file⟪U+202E⟫txt.exe' },
    { name: 'isolates text', text: '\u2066a\u2069\u061c', shown: '⟪U+2066⟫a⟪U+2069⟫⟪U+061C⟫' },
    {
      name: 'hides between letters',
      text: 'a\u200Bb\u00ADc\u2060d\uFEFF',
      shown: 'a⟪U+200B⟫b⟪U+00AD⟫c⟪U+2060⟫d⟪U+FEFF⟫',
    },
    { name: 'hides a message in tags', text: 'a\u{E0041}\u{E0042}', shown: 'a⟪U+E0041⟫⟪U+E0042⟫' },
    { name: 'hides a message in variation selectors', text: 'a\uFE0F\u{E0100}', shown: 'a⟪U+FE0F⟫⟪U+E0100⟫' },
    { name: 'is half a character', text: 'a\uD83Db', shown: 'a⟪U+D83D⟫b' },
  ]
  for (const { name, text, shown } of attacks) {
    it(`shows what ${name}`, () => expect(escapeForTerminal(text)).to.equal(shown))
  }

  it('leaves what people write as it is', () => {
    const text = 'naïve café, Ωmega, 日本語, 한국어, עברית, ไทย, é, 😀 ⚠️ ✅ "quotes" \\ {json: [1]} ⟪x⟫'
    expect(escapeForTerminal(text)).to.equal(text)
  })

  it('holds nothing harmful, whatever it was made of', () => {
    const unit = fc.oneof(fc.nat({ max: 0xffff }), fc.nat({ max: 0x2fff }), fc.integer({ min: 0xe0000, max: 0xe0fff }))
    const text = fc.array(unit.map(code => String.fromCodePoint(code))).map(parts => parts.join(''))
    fc.assert(
      fc.property(text, text => {
        expect(escapeForTerminal(text)).to.not.match(HARMFUL)
      }),
      { numRuns: 500 },
    )
  })
})

describe('JSON escaped for a terminal', () => {
  it('holds nothing harmful and means the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom('', '\r', '\t'), (value, space) => {
        const escaped = escapeJsonForTerminal(JSON.stringify(value) + space)
        expect(escaped.replaceAll(/(?<=\p{Extended_Pictographic})\uFE0F/gu, '')).to.not.match(HARMFUL)
        expect(JSON.parse(escaped)).to.deep.equal(JSON.parse(JSON.stringify(value)))
      }),
      { numRuns: 500 },
    )
  })

  it('shows controls that JSON lets through', () => {
    const text = JSON.stringify({ a: '\u009b2J\u007f\u202e\u{E0041}' })
    expect(escapeJsonForTerminal(text)).to.equal('{"a":"\\u009b2J\\u007f\\u202e\\udb40\\udc41"}')
  })
})
