import { expect } from 'chai'
import fc from 'fast-check'
import { formatTime, parseTime } from '../../src/events/timestamp.ts'

const LAST_MILLIS = 253_402_300_799_999

describe('times', () => {
  it('are written as Date writes them, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: LAST_MILLIS })), times => {
        expect(times.map(formatTime)).to.deep.equal(times.map(millis => new Date(millis).toISOString()))
      }),
    )
  })

  it('are read back exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LAST_MILLIS }), millis => {
        expect(parseTime(formatTime(millis))).to.equal(millis)
        expect(parseTime(new Date(millis))).to.equal(millis)
        expect(parseTime(millis)).to.equal(millis)
      }),
    )
  })

  it('may have an offset, lower-case letters and any number of fraction digits', () => {
    expect(parseTime('2026-11-22T12:00:00+02:00')).to.equal(Date.UTC(2026, 10, 22, 10))
    expect(parseTime('2026-11-22t10:00:00.123456789z')).to.equal(Date.UTC(2026, 10, 22, 10, 0, 0, 123))
    expect(parseTime('2024-02-29 00:00:00Z')).to.equal(Date.UTC(2024, 1, 29))
  })

  it('that do not exist are refused', () => {
    const impossible = [
      '',
      'now',
      '2026-02-30T00:00:00Z',
      '2025-02-29T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-01-01T25:00:00Z',
      '2026-01-01',
      '2026-01-01T00:00:00',
    ]
    for (const text of impossible) expect(parseTime(text), text).to.equal(undefined)
    for (const millis of [-1, Number.NaN, Infinity, LAST_MILLIS + 1])
      expect(parseTime(millis), String(millis)).to.equal(undefined)
  })
})
