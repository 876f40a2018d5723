/** Auto-instrumentation: what it adds to one model call and one tool call of each SDK. */
import type { Suite } from '../suite.ts'
import { DRIVERS } from './drivers.ts'
import { reportOnInstrumentation } from './report.ts'

export const instrumentationSuite: Suite = {
  name: 'instrumentation',
  title: 'Auto-instrumentation',
  scenarios: ['warm-model-call', 'model-call', 'tool-call'],
  subjects: Object.keys(DRIVERS),
  program: new URL('program.ts', import.meta.url),
  counts: {
    'warm-model-call': { warmUpCalls: 4000, blocks: 24, calls: 100 },
    'model-call': { warmUpCalls: 2000, blocks: 24, calls: 50 },
    'tool-call': { warmUpCalls: 40, blocks: 15, calls: 8, toolCalls: 105 },
  },
  quickCounts: {
    'warm-model-call': { warmUpCalls: 20, blocks: 3, calls: 20 },
    'model-call': { warmUpCalls: 20, blocks: 3, calls: 20 },
    'tool-call': { warmUpCalls: 2, blocks: 3, calls: 2, toolCalls: 25 },
  },
  packages: Object.values(DRIVERS).flatMap(({ packages }) => packages),
  applies: (scenario, subject) => DRIVERS[subject]?.scenarios.includes(scenario) ?? false,
  report: reportOnInstrumentation,
}
