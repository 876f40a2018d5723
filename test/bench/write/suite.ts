/** Writing: from one call to a line in a file, Kansa beside the loggers that people use. */
import type { Suite } from '../suite.ts'
import { reportOnWriting } from './report.ts'

const GENERATORS: ReadonlySet<string> = new Set(['input-generator', 'event-generator'])
/** A generator has no files, and takes no time worth a percentile. */
const GENERATOR_SCENARIOS: ReadonlySet<string> = new Set(['throughput', 'memory'])

export const writeSuite: Suite = {
  name: 'write',
  title: 'Writing events',
  scenarios: ['throughput', 'latency', 'memory', 'burst'],
  subjects: [
    'kansa',
    'kansa-in-run',
    'pino-async',
    'pino-worker',
    'pino-roll',
    'winston',
    'stock-batch',
    'input-generator',
    'event-generator',
  ],
  program: new URL('program.ts', import.meta.url),
  counts: {
    throughput: { warmUp: 20_000, events: 200_000 },
    latency: { warmUp: 20_000, events: 60_000 },
    memory: { events: 600_000 },
    burst: { events: 100_000 },
  },
  quickCounts: {
    throughput: { warmUp: 1000, events: 5000 },
    latency: { warmUp: 500, events: 2000 },
    memory: { events: 10_000 },
    burst: { events: 5000 },
  },
  packages: ['@opentelemetry/sdk-logs', 'pino', 'pino-roll', 'winston', 'winston-daily-rotate-file'],
  applies: (scenario, subject) => !GENERATORS.has(subject) || GENERATOR_SCENARIOS.has(scenario),
  report: reportOnWriting,
}
