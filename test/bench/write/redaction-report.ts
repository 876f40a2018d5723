/** What redaction costs: its table and bars in the write suite. */
import { median, medianOf, medianRatio, valuesOf } from '../statistics.ts'
import type { Bar, Measurement, Table } from '../suite.ts'

/** Milliseconds that no event may take, whatever is in it. */
const WORST_MILLIS = 50

interface Measured {
  readonly throughput: readonly Measurement[]
  readonly worstEvent: readonly Measurement[]
}

export function redactionTable({ throughput, worstEvent }: Measured): Table {
  const cost = costMicros(throughput)
  const [worst] = worstEvent
  const rows = [
    ['main thread, per event, µs', fixed(cost.mainThread, 2)],
    ['all threads, per event, µs', fixed(cost.process, 2)],
    [
      `slowest of ${medianOf(worst, 'texts')} adversarial texts of 256 KiB, ms`,
      fixed(medianOf(worst, 'usualMillis'), 1),
    ],
    ['slowest single call of these, ms', fixed(worstMillis(worst), 1)],
  ]
  return {
    title: 'What redaction costs',
    note:
      'The difference between `kansa` and `kansa-unredacted`, round by round, for events without a secret; and how long ' +
      'the call takes for an event whose parameters are made to be slow to search: the slowest text by its median, and the ' +
      'slowest call of all, compilation and garbage collection included.',
    columns: ['', 'measured'],
    rows: rows.filter(([, value]) => value !== ''),
  }
}

export function redactionBars({ throughput, worstEvent }: Measured): Bar[] {
  const find = finder(throughput)
  return [
    {
      what: 'events/s, Kansa / pino async with its redaction of such names',
      measured: medianRatio(find('kansa'), find('pino-async-redact'), 'eventsPerSecond'),
      unit: '×',
      better: 'higher',
      target: 2,
      floor: 1.5,
    },
    {
      what: 'one event with 256 KiB of adversarial text, Kansa',
      measured: worstMillis(worstEvent[0]),
      unit: 'ms',
      better: 'lower',
      target: WORST_MILLIS,
    },
  ]
}

function costMicros(throughput: readonly Measurement[]): { mainThread: number; process: number } {
  const find = finder(throughput)
  const difference = (name: string): number => {
    const without = valuesOf(find('kansa-unredacted'), name)
    return median(valuesOf(find('kansa'), name).map((value, round) => value - (without[round] ?? Number.NaN)))
  }
  return { mainThread: difference('mainThreadMicros'), process: difference('processMicros') }
}

function worstMillis(measurement: Measurement | undefined): number {
  const values = valuesOf(measurement, 'worstMillis')
  return values.length === 0 ? Number.NaN : Math.max(...values)
}

function finder(measurements: readonly Measurement[]): (subject: string) => Measurement | undefined {
  return subject => measurements.find(each => each.subject === subject)
}

function fixed(value: number, digits: number): string {
  return Number.isNaN(value) ? '' : value.toFixed(digits)
}
