/** All suites, in the order in which they run. */
import { forwardSuite } from './forward/suite.ts'
import { instrumentationSuite } from './instrumentation/suite.ts'
import { readSuite } from './read/suite.ts'
import type { Suite } from './suite.ts'
import { verifySuite } from './verify/suite.ts'
import { writeSuite } from './write/suite.ts'

export const SUITES: readonly Suite[] = [writeSuite, readSuite, verifySuite, forwardSuite, instrumentationSuite]

/** The suites that are named, or that have something that is named; all where nothing is. */
export function chosenSuites(only: ReadonlySet<string>): readonly Suite[] {
  const named = SUITES.filter(suite => only.has(suite.name))
  if (named.length > 0 || only.size === 0) return named.length > 0 ? named : SUITES
  return SUITES.filter(suite => [...suite.scenarios, ...suite.subjects].some(name => only.has(name)))
}
