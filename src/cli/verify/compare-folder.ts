/** Compares the logs of a folder that was verified with what another system has of them. */
import { dirname, resolve } from 'node:path'
import { openLogs } from '../../journal/open-logs.ts'
import type { OpenLog } from '../../journal/open-logs.ts'
import type { SealedLog } from '../../reconcile/log-comparison.ts'
import { reconcile } from '../../reconcile/reconcile.ts'
import type { Reconciliation } from '../../reconcile/reconciliation.ts'
import type { LogReport } from '../../verify/report.ts'
import type { AgainstFlags } from './against-options.ts'
import { deliveredThrough, destinationIn } from './delivered-through.ts'
import { expectationOf } from './expectation-flags.ts'
import { openExports } from './export-files.ts'
import { sealedRoot } from './sealed-roots.ts'

/** A log and what another system has of it; without `against` where the log has no name, so that nothing can be of it. */
export interface ComparedLog {
  readonly report: LogReport
  readonly against: Reconciliation | undefined
}

/** A comparison whose exports are open: what is appended to them from now on does not count. */
export interface PreparedComparison {
  /**
   * @param reports what the verification of the folder gave
   * @throws KansaError what `openLogs` and `reconcile` throw
   */
  compare(dir: string, reports: readonly LogReport[], onBytes: (bytes: number) => void): Promise<ComparedLog[]>
  close(): void
}

/**
 * To be called before the folder is verified: a collector that writes on must not make records look as if the log lacked
 * them.
 * @throws KansaError `KANSA_INVALID_QUERY`, `KANSA_UNREADABLE`
 */
export function prepareComparison(flags: AgainstFlags): PreparedComparison {
  const { against = [], format, ignore = [] } = flags
  const expectation = expectationOf(flags, Date.now())
  const exports = openExports(against)
  return {
    compare: async (dir, reports, onBytes) => {
      const logs = openLogs(dir)
      try {
        const sealed = sealedLogs(reports, logs, destinationIn(flags.until))
        const task = { logs: [...sealed.values()], exports, expectation, ignored: ignore, onBytes }
        const found = await reconcile({ ...task, ...(format && { format }) })
        const at = [...sealed.keys()]
        return reports.map(report => ({ report, against: found[at.indexOf(report)] }))
      } finally {
        for (const log of logs) log.close()
      }
    },
    close: () => {
      for (const each of exports) each.close()
    },
  }
}

/**
 * One log for each name: a copy of a log beside it has nothing of its own.
 * @param destination records that were not delivered there yet are not expected
 */
function sealedLogs(
  reports: readonly LogReport[],
  logs: readonly OpenLog[],
  destination: string | undefined,
): Map<LogReport, SealedLog> {
  const sealed = new Map<LogReport, SealedLog>()
  const origins = new Set<string>()
  for (const report of reports) {
    const { dir, origin, treeSize } = report
    if (origin === null || origins.has(origin)) continue
    origins.add(origin)
    const log = logs.find(({ path }) => resolve(dirname(path)) === resolve(dir)) ?? NO_FILES
    const until = destination === undefined ? undefined : deliveredThrough(dir, origin, destination)
    const rootAt = (size: number): Promise<string | undefined> => sealedRoot(dir, origin, size)
    sealed.set(report, { log, origin, treeSize, rootAt, ...(until && { until }) })
  }
  return sealed
}

/** A log whose files are all gone: all of it is missing here, and the verification says so. */
const NO_FILES: OpenLog = { path: '', bytes: 0, files: [], read: async function* () {}, close: () => {} }
