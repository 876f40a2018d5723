/** The tables and bars of the forward suite. */
import { median, medianOf, medianRatio, valuesOf } from '../statistics.ts'
import type { Bar, Measurement, Report, Table } from '../suite.ts'

export function reportOnForwarding(measurements: readonly Measurement[]): Report {
  const of = (scenario: string): Measurement[] => measurements.filter(each => each.scenario === scenario)
  const [catchUp, mainThread, faults] = [of('catch-up'), of('main-thread'), of('main-thread-faults')]
  const find = (list: readonly Measurement[], name: string): Measurement | undefined =>
    list.find(({ subject }) => subject === name)
  const kansa = find(catchUp, 'kansa-otlp')
  const bars: Bar[] = [
    {
      what: 'records/s, Kansa / stock batch processor and exporter',
      measured: medianRatio(kansa, find(catchUp, 'stock-otlp'), 'recordsPerSecond'),
      unit: '×',
      better: 'higher',
      target: 1,
    },
    {
      what: 'memory growth while catching up, Kansa',
      measured: medianOf(kansa, 'growthMegabytes'),
      unit: 'MB',
      better: 'lower',
      target: 50,
    },
    {
      what: "the agent's thread, with delivery minus without",
      measured:
        medianOf(find(mainThread, 'kansa-otlp'), 'mainMillisPerSecond') -
        medianOf(find(mainThread, 'kansa-alone'), 'mainMillisPerSecond'),
      unit: 'ms a second',
      better: 'lower',
      target: 5,
    },
  ]
  const lost = measurements
    .filter(({ subject }) => subject.startsWith('kansa'))
    .flatMap(({ rounds }) => rounds.map(({ records = 0, delivered = 0 }) => Math.max(0, records - delivered)))
  return {
    tables: [catchUpTable(catchUp), mainThreadTable(mainThread), faultsTable(faults)].filter(
      ({ rows }) => rows.length > 0,
    ),
    bars: bars.filter(({ measured }) => !Number.isNaN(measured)),
    kansaLost: lost.reduce((sum, each) => sum + each, 0),
  }
}

function catchUpTable(measurements: readonly Measurement[]): Table {
  return {
    title: `Catching up with ${grouped(medianOf(measurements[0], 'records'))} records`,
    note:
      'Records a second until a receiver in another process has all of them, with the range over the rounds, and how far ' +
      'the resident set grows from the first fiftieth of them on. `kansa-otlp` is a logger that finds the journal, `kansa-command` is `kansa forward`, its start included; ' +
      '`stock-otlp` is `BatchLogRecordProcessor` with room for all records and 4,096 in a batch, in front of `OTLPLogExporter`: ' +
      'it has no journal, so that its records are made while it sends, and all of them wait in memory. JSON, one request at a time.',
    columns: ['', 'records/s', 'range', '× stock', 'growth MB'],
    rows: measurements.map(each => {
      const rates = valuesOf(each, 'recordsPerSecond')
      const stock = measurements.find(({ subject }) => subject === 'stock-otlp')
      return [
        each.subject,
        grouped(median(rates)),
        `${grouped(Math.min(...rates))}–${grouped(Math.max(...rates))}`,
        medianRatio(each, stock, 'recordsPerSecond').toFixed(2),
        medianOf(each, 'growthMegabytes').toFixed(1),
      ]
    }),
  }
}

function mainThreadTable(measurements: readonly Measurement[]): Table {
  return {
    title: "The agent's thread at 5,000 events a second",
    note:
      "Milliseconds of processor time in each second, of the agent's thread and of the whole process, with a " +
      'destination and without.',
    columns: ['', 'main ms/s', 'process ms/s'],
    rows: measurements.map(each => [
      each.subject,
      medianOf(each, 'mainMillisPerSecond').toFixed(1),
      medianOf(each, 'processMillisPerSecond').toFixed(1),
    ]),
  }
}

function faultsTable(measurements: readonly Measurement[]): Table {
  const columns = [
    'callMicrosMedian',
    'callMicrosP99',
    'callMicrosP999',
    'mainMillisPerSecond',
    'processMillisPerSecond',
  ]
  return {
    title: "The agent's calls while an endpoint takes nothing",
    note:
      'At 5,000 events a second: microseconds for which a `logToolCall` keeps its caller, and milliseconds of processor time ' +
      "in each second, of the agent's thread and of the whole process. `kansa-alone` has no destination; `kansa-hung` has one " +
      'that never answers (half a second is waited for it), `kansa-refusing` one whose port nobody listens on, and ' +
      '`kansa-resetting` one that resets each connection at the first bytes.',
    columns: ['', 'median µs', 'p99 µs', 'p99.9 µs', 'main ms/s', 'process ms/s'],
    rows: measurements.map(each => [each.subject, ...columns.map(name => medianOf(each, name).toFixed(1))]),
  }
}

function grouped(value: number): string {
  return Number.isNaN(value) ? '' : Math.round(value).toLocaleString('en-US')
}
