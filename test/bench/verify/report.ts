/** The table and bars of the verify suite. */
import { median, medianOf, medianRatio, valuesOf } from '../statistics.ts'
import type { Bar, Measurement, Report } from '../suite.ts'

export function reportOnVerifying(measurements: readonly Measurement[]): Report {
  const kansa = measurements.find(({ subject }) => subject === 'kansa-verify')
  const hashes = measurements.find(({ subject }) => subject === 'line-hashes')
  const bars: Bar[] = [
    {
      what: 'records verified a second',
      measured: medianOf(kansa, 'recordsPerSecond'),
      unit: '/s',
      better: 'higher',
      target: 1_200_000,
      floor: 300_000,
    },
    {
      what: 'peak memory of a verification',
      measured: medianOf(kansa, 'peakMegabytes'),
      unit: 'MB',
      better: 'lower',
      target: 200,
    },
  ]
  return {
    tables: [
      {
        title: `${grouped(medianOf(measurements[0], 'records'))} sealed records`,
        note:
          'From the start of the process to its verdict: every line, tile and checkpoint. `line-hashes` is a loop on one ' +
          'thread that hashes each line and compares it with nothing. Processor time over all threads; the most memory ' +
          'that was resident, in MB (10^6 bytes).',
        columns: ['', 'records/s', 'range', '× line-hashes', 'cpu s', 'peak MB'],
        rows: measurements.map(each => {
          const rates = valuesOf(each, 'recordsPerSecond')
          return [
            each.subject,
            grouped(median(rates)),
            `${grouped(Math.min(...rates))}–${grouped(Math.max(...rates))}`,
            medianRatio(each, hashes, 'recordsPerSecond').toFixed(2),
            medianOf(each, 'cpuSeconds').toFixed(2),
            medianOf(each, 'peakMegabytes').toFixed(0),
          ]
        }),
      },
    ],
    bars: bars.filter(({ measured }) => !Number.isNaN(measured)),
    kansaLost: valuesOf(kansa, 'wrong').reduce((sum, wrong) => sum + wrong, 0),
  }
}

function grouped(value: number): string {
  return Number.isNaN(value) ? '' : Math.round(value).toLocaleString('en-US')
}
