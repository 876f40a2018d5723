/** The table and bars of the instrumentation suite. */
import { medianOf } from '../statistics.ts'
import type { Bar, Measurement, Report, Table } from '../suite.ts'

const BOUND_MICROS = 50
const WHAT: Readonly<Record<string, string>> = {
  'warm-model-call': 'model call, no network',
  'model-call': 'model call over HTTP',
  'tool-call': 'tool call',
}

export function reportOnInstrumentation(measurements: readonly Measurement[]): Report {
  const lost = measurements.flatMap(({ rounds }) =>
    rounds.map(({ calls = 0, recorded = 0 }) => Math.abs(calls - recorded)),
  )
  return {
    tables: measurements.length === 0 ? [] : [addedTable(measurements)],
    bars: measurements.map(barOf),
    kansaLost: lost.reduce((sum, each) => sum + each, 0),
  }
}

function barOf(measurement: Measurement): Bar {
  return {
    what: `added to one ${WHAT[measurement.scenario] ?? measurement.scenario}, ${measurement.subject}`,
    measured: medianOf(measurement, 'addedMicros'),
    unit: 'µs',
    better: 'lower',
    target: BOUND_MICROS,
  }
}

function addedTable(measurements: readonly Measurement[]): Table {
  return {
    title: 'What the audit adds to a call',
    note:
      'Microseconds of processor time of the main thread, with the middle half of the blocks. The same program runs with ' +
      '`--import kansa/register` and without, in turns, in two processes; the model server is a third. `added` is the median of the ' +
      'differences of blocks of calls that were made right after one another, `least` the difference of the fastest blocks: on a ' +
      'machine that others use too, the former is far more. Without a network the same answers come from memory, a turn of the ' +
      "event loop later: nothing has left the processor's caches by then. Writing and sealing the journal on the main thread is in both.",
    columns: ['', 'call', 'without µs', 'with µs', 'added µs', 'middle half', 'least µs'],
    rows: measurements.map(measurement => {
      return [
        measurement.subject,
        WHAT[measurement.scenario] ?? measurement.scenario,
        medianOf(measurement, 'withoutMicros').toFixed(0),
        medianOf(measurement, 'withMicros').toFixed(0),
        medianOf(measurement, 'addedMicros').toFixed(0),
        `${medianOf(measurement, 'addedLowMicros').toFixed(0)}–${medianOf(measurement, 'addedHighMicros').toFixed(0)}`,
        medianOf(measurement, 'leastMicros').toFixed(0),
      ]
    }),
  }
}
