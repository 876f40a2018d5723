/** All suites, in the order in which they run. */
import type { Suite } from './suite.ts'
import { writeSuite } from './write/suite.ts'

export const SUITES: readonly Suite[] = [writeSuite]
