import { expect } from 'chai'
import fc from 'fast-check'
import { createEventMasker } from '../../src/redaction/masker.ts'
import { PEM, SCANNER } from './support/shown.ts'

const MARK_LENGTH = 90
const KINDS_OF_SECRETS: readonly ((random: string) => string)[] = [
  random => `ghp_${random.slice(0, 36)}`,
  random => `sk-proj-${random}`,
  random => `eyJhbGciOiJIUzI1NiJ9.eyJz${random.slice(0, 30)}.${random}`,
  random => PEM.replace(/MII.*/, `MII${random}`),
]
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Each puts a text into another one, as agents and the programs they start do. */
const WRAPPERS: readonly ((text: string) => string)[] = [
  text => JSON.stringify(text),
  text => JSON.stringify({ command: text, cwd: '/home/bob' }),
  text => JSON.stringify({ a: [{ password: text }] }),
  text => encodeURIComponent(text),
  text => `https://host/a?page=2&next=${encodeURIComponent(text)}&x=1`,
  text => `echo ${Buffer.from(text).toString('base64')} | base64 -d`,
  text => Buffer.from(`{"config":${JSON.stringify(text)}}`).toString('base64url'),
  text => `export API_KEY='${text}'`,
  text => `curl -H 'Authorization: Bearer ${text}' https://host/`,
  text => `cat <<EOF > .env\nHOME=/root\nTOKEN=${text}\nEOF\n`,
  text => `the key is ${text}, keep it`,
  text => `\u001b[32m${text}\u001b[0m`,
  text => `line before\n${text}\nline after`,
]

const randomSecret = fc
  .tuple(
    fc.constantFrom(...KINDS_OF_SECRETS),
    fc
      .array(fc.constantFrom(...ALPHABET), { minLength: 44, maxLength: 44 })
      .filter(list => new Set(list.slice(0, 36)).size > 14),
  )
  .map(([kind, characters]) => {
    const random = characters.join('')
    // A second secret that differs from the first in each character: where the wrapped texts differ, the secret stands.
    const other = random.replaceAll(
      /./g,
      character => ALPHABET[(ALPHABET.indexOf(character) + 1) % ALPHABET.length] ?? '',
    )
    return { secret: kind(random), other: kind(other) }
  })

const FRAGMENTS = [
  'password',
  'api_key',
  'token',
  'Authorization',
  'Cookie',
  '--secret',
  '=',
  ': ',
  ' ',
  ',',
  '"',
  "'",
  '\\',
  '\\"',
  '\\\\"',
  '\\n',
  '\n',
  '&',
  ';',
  '%3D',
  '%25',
  '\\u002d',
  'Bearer ',
  'Basic ',
  'https://a:',
  '@',
  'hunter2',
  'ghp_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8',
  'sk-',
  '-----BEGIN PRIVATE KEY-----',
  '-----END PRIVATE KEY-----',
  '4111111111111111',
  'DE89370400440532013000',
  'YXBpX2tleT1hYmNkMTIzNDU2Nzg5MA==',
  '[REDACTED:password:0123456789ab]',
  '[REDACTED:',
  ']',
  '{',
  '}',
  '[',
  '<',
  '>',
  '&quot;',
  'é',
  '\ud800',
]
const anyText = fc
  .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 6 })), { maxLength: 24 })
  .map(parts => parts.join(''))

describe('masking anything', () => {
  const masker = createEventMasker({ key: Buffer.alloc(32, 1), maxMillis: 60_000 })

  it('leaves no character of a planted secret, however it is wrapped', () => {
    fc.assert(
      fc.property(
        randomSecret,
        fc.array(fc.constantFrom(...WRAPPERS), { minLength: 1, maxLength: 3 }),
        ({ secret, other }, wrappers) => {
          const [text, otherText] = [secret, other].map(inner =>
            wrappers.reduce((wrapped, wrap) => wrap(wrapped), inner),
          )
          if (text === undefined || otherText === undefined) throw new Error('two texts')
          const findings = SCANNER.scan(text)
          for (let index = 0; index < text.length; index++) {
            if (text[index] === otherText[index]) continue
            if (findings.some(({ start, end }) => start <= index && index < end)) continue
            expect.fail(`${JSON.stringify(text)} shows the secret at ${index}: ${JSON.stringify(findings)}`)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('never throws, masks nothing twice and grows by no more than its marks', () => {
    fc.assert(
      fc.property(anyText, text => {
        const event = masker.begin()
        const masked = event.maskText(text, 'data.goal')
        const count = Object.values(event.counts ?? {}).reduce((sum, value) => sum + value, 0)
        expect(masked.length).to.be.at.most(text.length + count * MARK_LENGTH)
        expect(masker.begin().maskText(masked, 'data.goal')).to.equal(masked)
      }),
      { numRuns: 3000 },
    )
  })

  it('gives findings that are sorted, disjoint and inside the text, also of cut texts', () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), (text, cutAt) => {
        let last = 0
        for (const { start, end } of SCANNER.scan(text, cutAt)) {
          expect(start).to.be.at.least(last)
          expect(end).to.be.greaterThan(start)
          expect(end).to.be.at.most(text.length)
          last = end
        }
      }),
      { numRuns: 2000 },
    )
  })
})
