/** Forwarding: from a journal to a collector, Kansa beside OpenTelemetry's own batch processor and exporter. */
import type { PrepareRequest, Prepared, Suite } from '../suite.ts'
import { makeSpool } from './spool.ts'
import { reportOnForwarding } from './report.ts'

/** `BENCH_RECORDS` for a machine that has less time. */
const RECORDS = Number(process.env['BENCH_RECORDS'] ?? 500_000)
const QUICK_RECORDS = 5000

export const forwardSuite: Suite = {
  name: 'forward',
  title: 'Forwarding to a collector',
  scenarios: ['catch-up', 'main-thread'],
  subjects: ['kansa-otlp', 'kansa-command', 'stock-otlp', 'kansa-alone'],
  program: new URL('program.ts', import.meta.url),
  counts: { 'catch-up': { records: RECORDS }, 'main-thread': { seconds: 20, perSecond: 5000 } },
  quickCounts: { 'catch-up': { records: QUICK_RECORDS }, 'main-thread': { seconds: 2, perSecond: 5000 } },
  packages: ['@opentelemetry/sdk-logs', '@opentelemetry/exporter-logs-otlp-http'],
  applies: (scenario, subject) => {
    if (scenario === 'catch-up') return subject !== 'kansa-alone'
    return subject === 'kansa-otlp' || subject === 'kansa-alone'
  },
  prepare: async ({ folder, quick }: PrepareRequest): Promise<Prepared> => {
    await makeSpool(folder, quick ? QUICK_RECORDS : RECORDS)
    return { versions: {}, leftOut: new Map() }
  },
  report: reportOnForwarding,
}
