import { expect } from 'chai'
import { createEventMasker } from '../../src/redaction/masker.ts'
import { SCANNER } from './support/shown.ts'

const LENGTH = 262_144
/** Fields that are made to cost much: beginnings of secrets without an end, endless nesting, the alphabet of every look. */
const HOSTILE: readonly string[] = [
  'password=',
  'password="',
  "secret='",
  'password=\\"',
  'token: ',
  'key',
  '"key":',
  '--password ',
  'Authorization: ',
  'Bearer ',
  'sk-',
  '-sk-',
  'ghp_',
  '-eyJ',
  'eyJa.',
  '+ASt',
  ':AA',
  'AKIA',
  '-----BEGIN PRIVATE KEY-----',
  '-----BEGIN PRIVATE KEY-----\\n\\n',
  '://',
  '://a:',
  'https://a:b@',
  '\\',
  '\\"',
  '\\\\\\"',
  '%25',
  '%2525',
  '%3D',
  '\\u002d',
  '&quot;',
  '&amp;',
  '\\\n',
  'a\\\n',
  '4',
  '4111 ',
  '4111-',
  '4 1 ',
  'DE89',
  'DE89 ',
  'A',
  'a',
  'aA0',
  'YWFh',
  '=',
  ';a=',
  ')',
  '(',
  '[',
  '{',
  ' ',
  '\n',
  ',',
  '[REDACTED:',
  '[REDACTED:a:0123456789ab]',
  'mysql -p',
  'curl ',
  'curl -u a',
  'login a password ',
  'identified by ',
  '<password>',
  'a@',
  'a.a',
  '1.1.',
  '+1 ',
  'sk-a\n',
  'ghp_a\\\n',
  '"',
  "'",
  '`',
  'é',
  '中',
  '\ud800',
]

function hostile(unit: string, length: number): string {
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length)
}

describe('masking takes time in proportion', () => {
  it('whatever the text is made of', () => {
    // Work is counted in looks at the clock, which the scanner takes between chunks and after a number of candidates.
    const looks = (text: string): number => {
      let count = 0
      SCANNER.scan(text, true, () => {
        count++
        return false
      })
      return count
    }
    for (const unit of HOSTILE) {
      const few = looks(hostile(unit, LENGTH / 16))
      expect(looks(hostile(unit, LENGTH / 4)), JSON.stringify(unit)).to.be.at.most(6 * few + 64)
    }
  })

  it('and each of the worst texts of 256 Ki characters is done or masked whole in a bounded time', () => {
    const masker = createEventMasker({ key: Buffer.alloc(32), packs: ['email', 'phone', 'ip', 'national-id'] })
    const times = HOSTILE.map(unit => {
      const text = hostile(unit, LENGTH)
      const start = performance.now()
      const masked = masker.begin().maskText(text, 'data.goal')
      expect(masked).to.be.a('string')
      return { unit, millis: performance.now() - start }
    }).toSorted((a, b) => b.millis - a.millis)
    const worst = times.slice(0, 3).map(({ unit, millis }) => `${JSON.stringify(unit)} ${millis.toFixed(1)} ms`)
    console.log(`      slowest of ${times.length}: ${worst.join(', ')}`)
  })
})
