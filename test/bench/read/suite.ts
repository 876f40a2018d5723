/** Reading: from starting a command to its answer, Kansa beside what people use on JSON lines. */
import type { Suite } from '../suite.ts'
import { prepareReading } from './prepare.ts'
import { reportOnReading } from './report.ts'
import { isScenario, SCENARIOS } from './scenarios.ts'
import { SUBJECTS } from './subjects.ts'

export const readSuite: Suite = {
  name: 'read',
  title: 'Reading the journal',
  scenarios: SCENARIOS,
  subjects: Object.keys(SUBJECTS),
  program: new URL('program.ts', import.meta.url),
  // All read the same journal; how large it is, is decided where it is made.
  counts: {},
  quickCounts: {},
  packages: [],
  slow: new Set(['jq']),
  prepare: prepareReading,
  applies: (scenario, subject) => isScenario(scenario) && SUBJECTS[subject]?.[scenario] !== undefined,
  report: reportOnReading,
}
