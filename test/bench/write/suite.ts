/** Writing: from one call to a line in a file, Kansa beside the loggers that people use. */
import type { Suite } from '../suite.ts'
import { reportOnWriting } from './report.ts'

const GENERATORS: ReadonlySet<string> = new Set(['input-generator', 'event-generator'])
/** A generator has no files, and takes no time worth a percentile. */
const GENERATOR_SCENARIOS: ReadonlySet<string> = new Set(['throughput', 'memory'])
/** Redaction costs a part of every event: nothing that a burst or the memory would show. */
const REDACTION_SCENARIOS: ReadonlySet<string> = new Set(['throughput', 'latency'])
const REDACTION_PEERS: ReadonlySet<string> = new Set(['kansa-unredacted', 'pino-async-redact'])

export const writeSuite: Suite = {
  name: 'write',
  title: 'Writing events',
  scenarios: ['throughput', 'latency', 'memory', 'burst', 'worst-event'],
  subjects: [
    'kansa',
    'kansa-in-run',
    'kansa-unredacted',
    'pino-async',
    'pino-async-redact',
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
    'worst-event': { repeats: 10 },
  },
  quickCounts: {
    throughput: { warmUp: 1000, events: 5000 },
    latency: { warmUp: 500, events: 2000 },
    memory: { events: 10_000 },
    burst: { events: 5000 },
    'worst-event': { repeats: 2 },
  },
  packages: ['@opentelemetry/sdk-logs', 'pino', 'pino-roll', 'winston', 'winston-daily-rotate-file'],
  applies: (scenario, subject) => {
    if (scenario === 'worst-event') return subject === 'kansa'
    if (REDACTION_PEERS.has(subject)) return REDACTION_SCENARIOS.has(scenario)
    return !GENERATORS.has(subject) || GENERATOR_SCENARIOS.has(scenario)
  },
  report: reportOnWriting,
}
