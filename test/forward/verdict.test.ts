import { expect } from 'chai'
import { readPartialSuccess } from '../../src/forward/encoding.ts'
import { retryDelay } from '../../src/forward/retry-delay.ts'
import { judge, MAX_RETRY_AFTER_MILLIS, parseRetryAfter } from '../../src/forward/verdict.ts'

const NOW = Date.parse('2026-11-22T10:15:00Z')

function kindOf(status: number, body = '', contentType = 'application/json'): string {
  const answer = { status, retryAfter: undefined, contentType, body: Buffer.from(body) }
  return judge(answer, NOW, readPartialSuccess).kind
}

describe('an answer', () => {
  const cases: readonly (readonly [string, string, Parameters<typeof kindOf>])[] = [
    ['delivered', 'an empty object', [200, '{}']],
    ['delivered', 'nothing', [200, '']],
    ['delivered', '202 with nothing, of another type', [202, '', 'text/plain']],
    ['delivered', 'a text that is no page', [200, 'OK', 'text/plain']],
    ['delivered', 'a remark', [200, '{"partialSuccess":{"errorMessage":"hm"}}']],
    ['delivered', 'a protobuf without a partial success', [200, '', 'application/x-protobuf']],
    ['partial', 'a partial success', [200, '{"partialSuccess":{"rejectedLogRecords":3}}']],
    [
      'partial',
      'a partial success, as 64-bit numbers are in JSON',
      [200, '{"partialSuccess":{"rejectedLogRecords":"3"}}'],
    ],
    ['partial', 'a partial success in protobuf', [200, '\x0a\x02\x08\x03', 'application/x-protobuf']],
    ['misdirected', 'a page', [200, 'hello', 'text/html']],
    ['misdirected', 'a page without a type', [200, '<p>', '']],
    ['misdirected', 'torn JSON', [200, '{"partial', 'application/json; charset=utf-8']],
    ['misdirected', 'torn protobuf', [200, '\x0a\x7f', 'application/x-protobuf']],
    ['misdirected', 'JSON that is no object', [200, '3']],
    ['retry', 'busy', [429]],
    ['retry', 'away', [503]],
    ['retry', 'slow', [408]],
    ['refused', 'bad request', [400]],
    ['refused', 'too large', [413]],
    ['refused', 'a failing server', [500]],
    ['refused', 'a server that cannot', [501]],
    ['misdirected', 'no access', [401]],
    ['misdirected', 'not found', [404]],
    ['misdirected', 'elsewhere', [302]],
  ]
  for (const [kind, what, args] of cases) {
    it(`is ${kind}: ${args[0]}, ${what}`, () => expect(kindOf(...args)).to.equal(kind))
  }

  it('that is longer than is read, or compressed, is no answer', () => {
    const answer = { status: 200, retryAfter: undefined, contentType: 'application/json', body: undefined }
    expect(judge(answer, NOW, readPartialSuccess).kind).to.equal('misdirected')
  })
})

describe('Retry-After', () => {
  const cases: readonly (readonly [string | undefined, number | undefined])[] = [
    [undefined, undefined],
    ['3', 3000],
    [' 3 ', 3000],
    ['Sun, 22 Nov 2026 10:15:30 GMT', 30_000],
    ['1000000000', MAX_RETRY_AFTER_MILLIS],
    ['Fri, 22 Nov 2999 10:15:30 GMT', MAX_RETRY_AFTER_MILLIS],
    ['0', undefined],
    ['-3', undefined],
    ['Sun, 22 Nov 2020 10:15:30 GMT', undefined],
    ['soon', undefined],
    ['', undefined],
  ]
  for (const [text, millis] of cases) {
    it(`${text === undefined ? 'that is absent' : `"${text}"`} means ${millis ?? 'nothing'}`, () =>
      expect(parseRetryAfter(text, NOW)).to.equal(millis))
  }
})

describe('pauses between attempts', () => {
  const pauses = { firstMillis: 1000, lastMillis: 30_000, slowMillis: 60_000 }

  it('double up to a limit, with jitter of a half', () => {
    const longest = [1, 2, 3, 6, 50, 5000].map(failures => retryDelay(failures, false, pauses, 1))
    expect(longest).to.deep.equal([1000, 2000, 4000, 30_000, 30_000, 30_000])
    expect(retryDelay(3, false, pauses, 0)).to.equal(2000)
    expect(retryDelay(50, true, pauses, 1)).to.equal(60_000)
  })
})
