import { execFileSync } from 'node:child_process'
import { expect } from 'chai'
import { parseDuration, parseTimeExpression, type TimeSpan } from '../../src/query/time-expression.ts'
import { WallClock } from '../../src/query/wall-clock.ts'

const NOW = Date.parse('2026-11-22T10:15:30.500Z')
const HOUR = 3_600_000

describe('times as people write them', () => {
  const utc = new WallClock(true)
  const span = (text: string): TimeSpan => parseTimeExpression(text, '--since', utc, NOW)
  const iso = (text: string): string[] => {
    const { start, end } = span(text)
    return [new Date(start).toISOString(), new Date(end).toISOString()]
  }
  /** The same in another time zone: a process reads it once, when it starts. */
  const inZone = (zone: string, texts: readonly string[]): [string, string][] => {
    const modules = ['time-expression', 'wall-clock'].map(name => import.meta.resolve(`../../src/query/${name}.ts`))
    const code = `const [{ parseTimeExpression }, { WallClock }] = await Promise.all(${JSON.stringify(modules)}.map(m => import(m)))
      const spans = ${JSON.stringify(texts)}.map(text => parseTimeExpression(text, '', new WallClock(false), ${NOW}))
      console.log(JSON.stringify(spans.map(({ start, end }) => [start, end].map(time => new Date(time).toISOString()))))`
    const env = { ...process.env, TZ: zone }
    return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8', env }))
  }

  const durations: Record<string, number> = {
    '500ms': 500,
    '90s': 90_000,
    '15m': 900_000,
    '2h30m': 2.5 * HOUR,
    '1.5h': 1.5 * HOUR,
    '2d': 48 * HOUR,
    '1w': 168 * HOUR,
  }
  for (const [text, millis] of Object.entries(durations)) {
    it(`${text} is that long ago`, () => {
      expect(parseDuration(text)).to.equal(millis)
      expect(span(text)).to.deep.equal({ start: NOW - millis, end: NOW - millis })
    })
  }

  it('days last until the next one begins', () => {
    expect(iso('2026-11-22')).to.deep.equal(['2026-11-22T00:00:00.000Z', '2026-11-23T00:00:00.000Z'])
    expect(iso('2028-02-29')).to.deep.equal(['2028-02-29T00:00:00.000Z', '2028-03-01T00:00:00.000Z'])
    expect(iso('0001-01-01')).to.deep.equal(['0001-01-01T00:00:00.000Z', '0001-01-02T00:00:00.000Z'])
    expect(iso('Today')).to.deep.equal(iso('2026-11-22'))
    expect(iso(' yesterday ')).to.deep.equal(iso('2026-11-21'))
  })

  it('moments have no length, whatever their zone and digits', () => {
    const moments: Record<string, string> = {
      now: '2026-11-22T10:15:30.500Z',
      '2026-11-22T10:15': '2026-11-22T10:15:00.000Z',
      '2026-11-22 10:15:30': '2026-11-22T10:15:30.000Z',
      '2026-11-22T10:15:30.5Z': '2026-11-22T10:15:30.500Z',
      '2026-11-22t10:15:30,123456789z': '2026-11-22T10:15:30.123Z',
      '2026-11-22T10:15+09:00': '2026-11-22T01:15:00.000Z',
      '2026-11-22T23:30:00-0530': '2026-11-23T05:00:00.000Z',
    }
    for (const [text, time] of Object.entries(moments)) expect(iso(text), text).to.deep.equal([time, time])
  })

  it('are read on the clock of the place', () => {
    const texts = ['2026-11-22', 'yesterday', '2026-11-22T10:15', '2026-11-22T10:15Z', '2026-11-22T10:15+01:00']
    expect(inZone('Asia/Kolkata', texts)).to.deep.equal([
      ['2026-11-21T18:30:00.000Z', '2026-11-22T18:30:00.000Z'],
      ['2026-11-20T18:30:00.000Z', '2026-11-21T18:30:00.000Z'],
      ['2026-11-22T04:45:00.000Z', '2026-11-22T04:45:00.000Z'],
      ['2026-11-22T10:15:00.000Z', '2026-11-22T10:15:00.000Z'],
      ['2026-11-22T09:15:00.000Z', '2026-11-22T09:15:00.000Z'],
    ])
    // There it is still the 22nd at 10:15 UTC of the 22nd in Auckland: 23:15.
    expect(inZone('Pacific/Kiritimati', ['today'])).to.deep.equal([
      ['2026-11-22T10:00:00.000Z', '2026-11-23T10:00:00.000Z'],
    ])
  })

  it('may lie in any year of four digits', () => {
    const times = ['0001-01-01', '0099-12-31T12:00', '9999-12-31']
    expect(inZone('Asia/Kolkata', times).map(([start]) => start.slice(0, 10))).to.deep.equal([
      '0000-12-31',
      '0099-12-31',
      '9999-12-30',
    ])
  })

  it('know that days have 23 and 25 hours when the clocks are changed, and may begin at one', () => {
    const length = ([start, end]: [string, string]): number => (Date.parse(end) - Date.parse(start)) / HOUR
    expect(inZone('Europe/Berlin', ['2026-03-29', '2026-10-25', '2026-10-26']).map(length)).to.deep.equal([23, 25, 24])
    expect(inZone('America/Sao_Paulo', ['2018-11-04', '2018-11-03']).map(length)).to.deep.equal([23, 24])
  })

  const impossible = ['2026-02-30', '2026-13-01', '2026-00-10', '2026-11-31', '2027-02-29', '1900-02-29']
  const hours = ['2026-11-22T25:00', '2026-11-22T24:00', '2026-11-22T10:60', '2026-11-22T10:15:60Z', '2026-02-30T10:15']
  const zones = ['2026-11-22T10:15+25:00', '2026-11-22T10:15-00:60']
  for (const text of [...impossible, ...hours, ...zones]) {
    it(`${text} is refused as no date that exists`, () => {
      expect(() => span(text)).to.throw(`--since: "${text}" is no date that exists. Write 15m, `)
    })
  }

  for (const text of [
    '',
    '15',
    'tomorrow',
    '2026-11',
    '22.11.2026',
    '-5m',
    '5 m',
    '1e3s',
    '2026-11-22T10:15 UTC',
    '5m!',
  ]) {
    it(`"${text}" is refused as no time`, () => {
      expect(() => span(text)).to.throw(`--since: "${text}" is no time. Write 15m, `)
    })
  }
})
