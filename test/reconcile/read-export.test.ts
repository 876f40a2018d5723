import { expect } from 'chai'
import { mixedEvents } from './support/reconciled.ts'
import {
  datadogCsv,
  datadogEvent,
  datadogFields,
  otlpFile,
  splunkCsv,
  splunkFile,
  splunkResult,
} from './support/exports.ts'
import { readBack } from './support/read.ts'
import { eventOf, sentEvents } from './support/sent-records.ts'
import { lineWithSeq } from '../support/sealed-folder.ts'

const RECORDS = sentEvents(mixedEvents(7).map((event, seq) => eventOf(lineWithSeq(event, seq))))
const lines = (values: readonly unknown[]): string => values.map(value => `${JSON.stringify(value)}\n`).join('')

const FILES: readonly (readonly [name: string, format: string, text: string])[] = [
  ["lines of the collector's file exporter", 'otlp', otlpFile(RECORDS)],
  ['one OTLP request, printed over many lines', 'otlp', JSON.stringify(JSON.parse(otlpFile(RECORDS, 7)), undefined, 2)],
  ['results of a Splunk search, with previews', 'splunk', splunkFile(RECORDS)],
  [
    'results of a Splunk search in one object',
    'splunk',
    JSON.stringify({ results: RECORDS.map(one => splunkResult(one)) }),
  ],
  ['fields of Splunk, bare', 'splunk', lines(RECORDS.map(one => splunkResult(one)))],
  ['CSV of Splunk', 'splunk', splunkCsv(RECORDS)],
  ['CSV without a line break at the end', 'splunk', splunkCsv(RECORDS).trimEnd()],
  ['pages of the list API of Datadog', 'datadog', lines([{ data: RECORDS.map(one => datadogEvent(one)), meta: {} }])],
  [
    'an array of events of Datadog',
    'datadog',
    JSON.stringify(
      RECORDS.map(one => datadogEvent(one)),
      undefined,
      1,
    ),
  ],
  ['lines of events of Datadog', 'datadog', lines(RECORDS.map(one => datadogEvent(one, 'flat')))],
  [
    'the older list API of Datadog',
    'datadog',
    JSON.stringify({ logs: RECORDS.map(one => ({ id: 'x', content: { attributes: datadogFields(one) } })) }),
  ],
  [
    'an archive of Datadog',
    'datadog',
    lines(RECORDS.map(one => ({ _id: 'x', date: '2026-11-22T00:00:00Z', attributes: datadogFields(one) }))),
  ],
  ['CSV of Datadog', 'datadog', datadogCsv(RECORDS)],
]

describe('an export', () => {
  for (const [name, format, text] of FILES) {
    it(`is read as ${format}: ${name}`, async () => {
      const read = await readBack(text)
      expect(read).to.include({ format, unreadable: 0 })
      const ids = read.records.map(({ attributes }) => attributes.get('log.record.uid'))
      expect(ids).to.deep.equal(mixedIds())
    })

    it(`is the same in small pieces, and behind a byte order mark: ${name}`, async () => {
      for (const bytes of [1, 7, 1000]) {
        const read = await readBack(`\uFEFF${text}`, undefined, bytes)
        expect({ ...read, places: [] }).to.deep.equal({ ...(await readBack(text)), places: [] })
      }
    })
  }

  const mixedIds = (): unknown[] =>
    RECORDS.map(({ attributes }) => attributes.find(({ key }) => key === 'log.record.uid')?.value.stringValue)

  it('tells the line or the row of each record', async () => {
    expect((await readBack(otlpFile(RECORDS))).places).to.deep.equal([1, 2, 3])
    expect((await readBack(splunkCsv(RECORDS.slice(0, 2)))).places).to.deep.equal([2, 3])
  })

  it('goes on behind a line that was damaged, and counts it', async () => {
    const [first = '', ...others] = otlpFile(RECORDS).trimEnd().split('\n')
    const read = await readBack([first.slice(40), '', ...others, '{"resourceLogs":[{'].join('\n'))
    expect(read).to.include({ format: 'otlp', unreadable: 2 })
    expect(read.records).to.have.lengthOf(4)
  })

  it('goes on behind a first line that was cut off in front of the next', async () => {
    const [first = '', ...others] = otlpFile(RECORDS).trimEnd().split('\n')
    const read = await readBack([first.slice(0, 50), ...others].join('\n'))
    expect(read.unreadable).to.equal(1)
    expect(read.records).to.have.lengthOf(4)
  })

  it('goes on with what a collector that was killed begins on the line that it had not finished', async () => {
    const [first = '', second = '', ...others] = otlpFile(RECORDS).trimEnd().split('\n')
    const read = await readBack([first, second.slice(0, 200) + second, ...others].join('\n'))
    expect(read.unreadable).to.equal(1)
    expect(read.records).to.deep.equal((await readBack(otlpFile(RECORDS))).records)
  })

  it('may have been cut off within an array or a quoted cell', async () => {
    const array = await readBack(JSON.stringify(RECORDS.map(one => datadogEvent(one))).slice(0, -100))
    expect([array.records.length, array.unreadable]).to.deep.equal([6, 1])
    const csv = await readBack(splunkCsv(RECORDS).trimEnd().slice(0, -1))
    expect([csv.records.length, csv.unreadable]).to.deep.equal([6, 1])
  })

  it('passes over other signals and messages', async () => {
    const read = await readBack(`{"resourceSpans":[]}\n${otlpFile(RECORDS)}{"resourceMetrics":[]}\n`)
    expect(read.records).to.have.lengthOf(7)
  })

  it('may be empty', async () => {
    for (const text of ['', ' \n\n', '[]']) expect((await readBack(text)).records, text).to.deep.equal([])
  })

  it('is taken for what it is said to be', async () => {
    const [record = RECORDS[0]] = RECORDS
    const fields = record === undefined ? {} : { attributes: datadogFields(record), result: 'a field of this name' }
    expect((await readBack(JSON.stringify(fields), 'datadog')).records).to.have.lengthOf(1)
    expect((await readBack(JSON.stringify(fields), 'otlp')).records).to.have.lengthOf(0)
  })

  for (const [name, text] of [
    ['a journal', '{"id":"a","timestamp":"2026-11-22T10:15:30Z","event_type":{"type":"ToolCall","data":{}}}\n'],
    ['any JSON', '{"a":1}\n{"b":2}\n'],
    ['any CSV', 'a,b\n1,2\n'],
    ['any text', 'hello'],
    ['broken JSON', '{"resourceLogs":[{'],
    ['binary data', Buffer.from([0, 1, 2, 3, 255, 254, 10, 7])],
  ] as const) {
    it(`is refused with a message that says what can be read: ${name}`, async () => {
      const refused = await readBack(text).then(
        () => undefined,
        (error: unknown) => error,
      )
      expect(refused).to.include({ code: 'KANSA_UNREADABLE' })
      expect(String(refused)).to.match(/exported is no export that Kansa can read.*--format/)
    })
  }
})
