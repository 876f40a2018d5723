/** What the reading commands have in common: their filter, their logs, and how they end. */
import { type OpenLog, openLogs } from '../journal/open-logs.ts'
import type { DamageLog } from '../query/damage-log.ts'
import { type EventFilter, eventFilter, type FilterSpec } from '../query/event-filter.ts'
import { FieldCatalogue } from '../query/field-catalogue.ts'
import type { ScanOptions } from '../query/scan.ts'
import { WallClock } from '../query/wall-clock.ts'
import { requireLogs } from './require-logs.ts'
import { DamageReport } from './damage-report.ts'
import { Progress } from './progress.ts'

export interface ReadingFlags extends FilterSpec {
  readonly dir: string
  readonly utc?: true
}

/** A command that reads whole logs: open files, a filter, damage and progress. */
export interface Reading {
  readonly logs: readonly OpenLog[]
  readonly catalogue: FieldCatalogue
  readonly filter: EventFilter
  readonly scan: ScanOptions
  readonly damage: DamageLog
  /** Takes the progress line away; to be called before data are written, which may go to the same terminal. */
  readonly clearProgress: () => void
}

export function catalogueFor(flags: ReadingFlags): FieldCatalogue {
  return new FieldCatalogue(new WallClock(flags.utc === true))
}

/**
 * Opens the logs, runs `command` on them, says afterwards which lines were passed over, and closes them.
 * @throws KansaError `KANSA_UNREADABLE`, `KANSA_FORMAT_NEWER`, `KANSA_INVALID_QUERY`
 */
export async function withReading<T>(
  flags: ReadingFlags,
  catalogue: FieldCatalogue,
  command: (reading: Reading) => Promise<T>,
): Promise<T> {
  const filter = eventFilter(flags, catalogue, Date.now())
  requireLogs(flags.dir)
  const logs = openLogs(flags.dir)
  const report = new DamageReport()
  const damage = report.log
  const progress = new Progress(logs.reduce((sum, log) => sum + log.bytes, 0))
  const scan = { filter, damage, onBytes: (bytes: number) => progress.add(bytes) }
  try {
    return await command({ logs, catalogue, filter, scan, damage, clearProgress: () => progress.end() })
  } finally {
    progress.end()
    for (const log of logs) log.close()
    report.sayNew()
  }
}
