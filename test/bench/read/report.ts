/** The tables and bars of the read suite. */
import { median, medianOf, valuesOf } from '../statistics.ts'
import type { Bar, Measurement, Report, Table } from '../suite.ts'
import { TAIL_LINES } from './scenarios.ts'

type Scenario = readonly Measurement[]

export function reportOnReading(measurements: readonly Measurement[]): Report {
  const of = (scenario: string): Scenario => measurements.filter(each => each.scenario === scenario)
  const selective = of('selective')
  const aggregate = of('aggregate')
  const tables = [
    scanTable('One actor, one kind, one hour of 24', selective, SELECTIVE_NOTE),
    scanTable('One actor, one kind, the whole day', of('selective-all'), 'The same without the hour.'),
    scanTable('Count and sum of tokens by kind', aggregate, 'Over everything: no line can be passed over.'),
    tailTable(of('tail'), of('follow')),
  ]
  const kansa = measurements.filter(each => each.subject === 'kansa')
  const bars = [
    secondsBar('one actor, one kind, one hour', selective, 1, 4),
    secondsBar('count and sum by kind over everything', aggregate, 4, 8),
    memoryBar(kansa),
    secondsBar(`tail -n ${TAIL_LINES}`, of('tail'), 0.3),
    secondsBar(`tail -f -n ${TAIL_LINES}, until they are there`, of('follow'), 0.3),
  ]
  return {
    tables: tables.filter(table => table.rows.length > 0),
    bars: bars.filter(bar => !Number.isNaN(bar.measured)),
    kansaLost: kansa.flatMap(each => valuesOf(each, 'wrong')).reduce((sum, wrong) => sum + wrong, 0),
  }
}

const SELECTIVE_NOTE =
  'The events themselves come out, one a line. Seconds from the start of the process to its end with the range over the ' +
  'rounds; how many times as fast as jq and as DuckDB; processor time over all threads; the most memory that was ' +
  'resident, in MB (10^6 bytes); bytes of the journal a second, whether they were looked at or passed over; rows of the ' +
  'answer that are right.'

function scanTable(title: string, measurements: Scenario, note: string): Table {
  const jq = secondsOf(measurements, 'jq')
  const duckdb = secondsOf(measurements, 'duckdb')
  return {
    title: `${title} (${sizeOf(measurements)})`,
    note,
    columns: ['', 'seconds', 'range', '× jq', '× DuckDB', 'cpu s', 'peak MB', 'MB/s', 'right rows'],
    rows: measurements.map(each => {
      const seconds = medianOf(each, 'seconds')
      return [
        each.subject,
        fixed(seconds, 2),
        rangeOf(each),
        fixed(jq / seconds, 2),
        fixed(duckdb / seconds, 2),
        fixed(medianOf(each, 'cpuSeconds'), 2),
        fixed(medianOf(each, 'peakMegabytes'), 0),
        grouped(medianOf(each, 'megabytes') / seconds),
        rightRowsOf(each),
      ]
    }),
  }
}

function tailTable(tail: Scenario, follow: Scenario): Table {
  const named = [
    ...tail.map(each => [each.subject, each] as const),
    ...follow.map(each => [`${each.subject} -f`, each] as const),
  ]
  return {
    title: `The last ${TAIL_LINES} events (${sizeOf([...tail, ...follow])})`,
    note:
      'Seconds from the start of the process to its end; with `-f`, which does not end, to its last line. `node-start` is ' +
      'Node.js starting and doing nothing.',
    columns: ['', 'seconds', 'range', 'peak MB', 'right rows'],
    rows: named.map(([name, each]) => [
      name,
      fixed(medianOf(each, 'seconds'), 2),
      rangeOf(each),
      fixed(medianOf(each, 'peakMegabytes'), 0),
      rightRowsOf(each),
    ]),
  }
}

function secondsBar(what: string, measurements: Scenario, target: number, floor?: number): Bar {
  return {
    what,
    measured: secondsOf(measurements, 'kansa'),
    unit: 's',
    better: 'lower',
    target,
    ...(floor !== undefined && { floor }),
  }
}

/** The worst of all runs: memory is a promise, not an average. */
function memoryBar(kansa: Scenario): Bar {
  const peaks = kansa.flatMap(each => valuesOf(each, 'peakMegabytes'))
  return {
    what: 'peak memory of any run, Kansa',
    measured: peaks.length > 0 ? Math.max(...peaks) : Number.NaN,
    unit: 'MB',
    better: 'lower',
    target: 200,
  }
}

function secondsOf(measurements: Scenario, subject: string): number {
  const found = measurements.find(each => each.subject === subject)
  return medianOf(found, 'seconds')
}

function rangeOf(measurement: Measurement): string {
  const seconds = valuesOf(measurement, 'seconds')
  return seconds.length > 1 ? `${Math.min(...seconds).toFixed(2)}–${Math.max(...seconds).toFixed(2)}` : 'one run'
}

/** The worst round: a median would hide a wrong one. */
function rightRowsOf(measurement: Measurement): string {
  const rows = median(valuesOf(measurement, 'rows'))
  return grouped(rows - Math.max(...valuesOf(measurement, 'wrong')))
}

function sizeOf(measurements: Scenario): string {
  const events = grouped(medianOf(measurements[0], 'events'))
  return `${events} events, ${(medianOf(measurements[0], 'megabytes') / 1000).toFixed(2)} GB`
}

function grouped(value: number): string {
  return Number.isNaN(value) ? '' : Math.round(value).toLocaleString('en-US')
}

function fixed(value: number, digits: number): string {
  return Number.isNaN(value) ? '' : value.toFixed(digits)
}
