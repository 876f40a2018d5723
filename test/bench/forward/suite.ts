/** Forwarding: from a journal to a collector, Kansa beside OpenTelemetry's own batch processor and exporter. */
import type { PrepareRequest, Prepared, Suite } from '../suite.ts'
import { makeSpool } from './spool.ts'
import { reportOnForwarding } from './report.ts'

/** `BENCH_RECORDS` for a machine that has less time. */
const RECORDS = Number(process.env['BENCH_RECORDS'] ?? 500_000)
const QUICK_RECORDS = 5000

/** What each scenario says something about. */
const SUBJECTS: Readonly<Record<string, readonly string[]>> = {
  'catch-up': ['kansa-otlp', 'kansa-command', 'stock-otlp'],
  'main-thread': ['kansa-otlp', 'kansa-alone'],
  'main-thread-faults': ['kansa-alone', 'kansa-hung', 'kansa-refusing', 'kansa-resetting'],
}

export const forwardSuite: Suite = {
  name: 'forward',
  title: 'Forwarding to a collector',
  scenarios: Object.keys(SUBJECTS),
  subjects: [...new Set(Object.values(SUBJECTS).flat())],
  program: new URL('program.ts', import.meta.url),
  counts: {
    'catch-up': { records: RECORDS },
    'main-thread': { seconds: 20, perSecond: 5000 },
    'main-thread-faults': { seconds: 20, perSecond: 5000 },
  },
  quickCounts: {
    'catch-up': { records: QUICK_RECORDS },
    'main-thread': { seconds: 2, perSecond: 5000 },
    'main-thread-faults': { seconds: 2, perSecond: 5000 },
  },
  packages: ['@opentelemetry/sdk-logs', '@opentelemetry/exporter-logs-otlp-http'],
  applies: (scenario, subject) => SUBJECTS[scenario]?.includes(subject) ?? false,
  prepare: async ({ folder, quick }: PrepareRequest): Promise<Prepared> => {
    await makeSpool(folder, quick ? QUICK_RECORDS : RECORDS)
    return { versions: {}, leftOut: new Map() }
  },
  report: reportOnForwarding,
}
