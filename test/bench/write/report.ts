/** The tables and bars of the write suite. */
import { median, medianOf, medianRatio, valuesOf } from '../statistics.ts'
import type { Bar, Measurement, Report, Table } from '../suite.ts'
import { redactionBars, redactionTable } from './redaction-report.ts'

type Find = (subject: string) => Measurement | undefined

const KANSA: ReadonlySet<string> = new Set(['kansa', 'kansa-in-run', 'kansa-unredacted'])

export function reportOnWriting(measurements: readonly Measurement[]): Report {
  const of = (scenario: string): Measurement[] => measurements.filter(each => each.scenario === scenario)
  const redaction = { throughput: of('throughput'), worstEvent: of('worst-event') }
  const tables = [
    throughputTable(of('throughput')),
    latencyTable(of('latency')),
    memoryTable(of('memory')),
    burstTable(of('burst')),
    redactionTable(redaction),
  ]
  const bars = [
    ...throughputBars(of('throughput')),
    ...latencyBars(of('latency')),
    ...memoryBars(of('memory')),
    ...burstBars(of('burst')),
    ...redactionBars(redaction),
  ]
  const kansa = measurements.filter(each => KANSA.has(each.subject))
  return {
    tables: tables.filter(table => table.rows.length > 0),
    bars: bars.filter(bar => !Number.isNaN(bar.measured)),
    kansaLost: kansa.reduce((total, each) => total + lostOf(each).reduce((sum, lost) => sum + lost, 0), 0),
  }
}

function throughputTable(measurements: readonly Measurement[]): Table {
  const find = finder(measurements)
  return {
    title: 'Throughput',
    note:
      'Events a second until every line is in the files, 100 per event-loop turn, with the range over the rounds; ' +
      'microseconds per event that the producing loop takes (call), that the main thread is busy in all (main), and of ' +
      'processor time over all threads (process). The caller making the event is included everywhere; the generators ' +
      'show what that costs alone.',
    columns: ['', 'events/s', 'range', '× pino async', 'call µs', 'main µs', 'process µs', 'bytes/line', 'delivered'],
    rows: measurements.map(each => {
      const rates = valuesOf(each, 'eventsPerSecond')
      const isWriter = find(each.subject) !== undefined && medianOf(each, 'delivered') > 0
      return [
        each.subject,
        grouped(median(rates)),
        `${grouped(Math.min(...rates))}–${grouped(Math.max(...rates))}`,
        isWriter ? fixed(medianRatio(each, find('pino-async'), 'eventsPerSecond'), 2) : '',
        fixed(medianOf(each, 'callMicros'), 2),
        fixed(medianOf(each, 'mainThreadMicros'), 2),
        fixed(medianOf(each, 'processMicros'), 2),
        isWriter ? fixed(medianOf(each, 'bytesPerLine'), 0) : '',
        isWriter ? deliveredOf(each) : '',
      ]
    }),
  }
}

function latencyTable(measurements: readonly Measurement[]): Table {
  return {
    title: 'Latency at 20,000 events a second',
    note:
      '100 calls every 5 ms. Microseconds of one call, whose argument is ready before: ids and times are inside the ' +
      'call for Kansa only. "Turn" is the time from the first of the 100 calls until the event loop is free again, the ' +
      'making of the events and what a logger puts off to the end of the turn included.',
    columns: ['', 'p50 µs', 'p99 µs', 'p99.9 µs', 'turn p50 µs', 'turn p99 µs', 'events/s', 'delivered'],
    rows: measurements.map(each => [
      each.subject,
      fixed(medianOf(each, 'p50Micros'), 1),
      fixed(medianOf(each, 'p99Micros'), 1),
      fixed(medianOf(each, 'p999Micros'), 1),
      grouped(medianOf(each, 'turnP50Micros')),
      grouped(medianOf(each, 'turnP99Micros')),
      grouped(medianOf(each, 'eventsPerSecond')),
      deliveredOf(each),
    ]),
  }
}

function memoryTable(measurements: readonly Measurement[]): Table {
  const find = finder(measurements)
  return {
    title: `Memory over ${eventCount(measurements)} events`,
    note:
      'Growth of the resident set from before the first event to its peak, in MB (10^6 bytes); the same minus the ' +
      "growth of the subject's generator alone; and what is still reachable after a collection at the end (the " +
      "subject's own buffers and compiled code).",
    columns: ['', 'growth MB', 'above generator MB', 'held MB', 'delivered'],
    rows: measurements.map(each => {
      const isGenerator = each.subject.endsWith('-generator')
      return [
        each.subject,
        fixed(medianOf(each, 'growthMegabytes'), 1),
        isGenerator ? '' : fixed(growthAboveGenerator(each, find), 1),
        fixed(medianOf(each, 'heldMegabytes'), 2),
        isGenerator ? '' : deliveredOf(each),
      ]
    }),
  }
}

function burstTable(measurements: readonly Measurement[]): Table {
  return {
    title: `${eventCount(measurements)} events in one synchronous loop`,
    note: 'Milliseconds until the loop ends, and until the last line that will ever come is in the files.',
    columns: ['', 'delivered', 'lost', 'loop ms', 'done ms'],
    rows: measurements.map(each => [
      each.subject,
      deliveredOf(each),
      grouped(Math.max(...lostOf(each))),
      grouped(medianOf(each, 'loopMillis')),
      grouped(medianOf(each, 'doneMillis')),
    ]),
  }
}

function throughputBars(measurements: readonly Measurement[]): Bar[] {
  const find = finder(measurements)
  const stock = find('stock-batch')
  const bars: Bar[] = [
    {
      // Like with like: neither looks for secrets. What looks for them has a bar of its own.
      what: 'events/s, Kansa without redaction / pino async',
      measured: medianRatio(find('kansa-unredacted'), find('pino-async'), 'eventsPerSecond'),
      unit: '×',
      better: 'higher',
      target: 2,
      floor: 1.5,
    },
    {
      what: 'events/s, Kansa',
      measured: medianOf(find('kansa'), 'eventsPerSecond'),
      unit: '/s',
      better: 'higher',
      target: 100_000,
    },
  ]
  // Whoever may lose records is fast: the comparison holds only where the stock processor lost none.
  if (stock !== undefined && lostOf(stock).every(lost => lost === 0)) {
    bars.push({
      what: 'events/s, Kansa without redaction / stock batch processor, which lost nothing here',
      measured: medianRatio(find('kansa-unredacted'), stock, 'eventsPerSecond'),
      unit: '×',
      better: 'higher',
      target: 0.7,
    })
  }
  return bars
}

function latencyBars(measurements: readonly Measurement[]): Bar[] {
  const find = finder(measurements)
  return [
    {
      what: 'p99 of one call, Kansa / pino async',
      measured: medianRatio(find('kansa'), find('pino-async'), 'p99Micros'),
      unit: '×',
      better: 'lower',
      target: 1,
    },
  ]
}

function memoryBars(measurements: readonly Measurement[]): Bar[] {
  const find = finder(measurements)
  const kansa = find('kansa')
  if (kansa === undefined) return []
  return [
    {
      what: "memory growth above the generator's, Kansa",
      measured: growthAboveGenerator(kansa, find),
      unit: 'MB',
      better: 'lower',
      target: 10,
      floor: 25,
    },
  ]
}

function burstBars(measurements: readonly Measurement[]): Bar[] {
  const kansa = finder(measurements)('kansa')
  if (kansa === undefined) return []
  return [
    {
      what: 'lost of a synchronous burst, Kansa',
      measured: Math.max(...lostOf(kansa)),
      unit: 'events',
      better: 'lower',
      target: 0,
    },
  ]
}

function finder(measurements: readonly Measurement[]): Find {
  return subject => measurements.find(each => each.subject === subject)
}

function growthAboveGenerator({ subject, ...rest }: Measurement, find: Find): number {
  const generator = find(KANSA.has(subject) ? 'input-generator' : 'event-generator')
  const own = valuesOf({ subject, ...rest }, 'growthMegabytes')
  const generated = valuesOf(generator, 'growthMegabytes')
  return median(own.map((growth, round) => growth - (generated[round] ?? Number.NaN)))
}

function lostOf(measurement: Measurement): number[] {
  return measurement.rounds.map(({ events = 0, delivered = 0 }) => events - delivered)
}

/** The worst round: a median would hide a loss. */
function deliveredOf(measurement: Measurement): string {
  return grouped(Math.min(...valuesOf(measurement, 'delivered')))
}

function eventCount(measurements: readonly Measurement[]): string {
  return grouped(medianOf(measurements[0], 'events'))
}

function grouped(value: number): string {
  return Number.isNaN(value) ? '' : Math.round(value).toLocaleString('en-US')
}

function fixed(value: number, digits: number): string {
  return Number.isNaN(value) ? '' : value.toFixed(digits)
}
