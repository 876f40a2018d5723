/** What began and has no outcome: runs of agents, and actions that were announced before they were done. */
import type { OpenLog } from '../journal/open-logs.ts'
import type { EventLine } from '../journal/read-event.ts'
import { DamageLog } from './damage-log.ts'
import { ALL_TIME, EventFilter } from './event-filter.ts'
import { OpenWork } from './open-work.ts'
import { parsedSource } from './query-field.ts'
import { scanLogs, type ScanOptions } from './scan.ts'

/**
 * The events that began it, oldest first. The filter is for these; an outcome counts wherever it is.
 * @throws KansaError `KANSA_UNREADABLE`
 */
export async function findUnfinished(logs: readonly OpenLog[], options: ScanOptions): Promise<EventLine[]> {
  const filter = new EventFilter([], ALL_TIME, [])
  const works = new Map<OpenLog, OpenWork>()
  for (const log of logs) {
    const work = new OpenWork()
    works.set(log, work)
    await scanLogs([log], { ...options, filter }, event => work.add(event))
  }
  // Another process may have seen the end of it. Looked for only where something is open, so that this is rare.
  for (const log of logs) {
    const others = [...works].filter(([other, work]) => other !== log && work.isOpenElsewhere).map(([, work]) => work)
    if (others.length === 0) continue
    // Its damage was told the first time.
    await scanLogs([log], { filter, damage: new DamageLog() }, event => {
      for (const work of others) work.closeElsewhere(event)
    })
  }
  return [...works.values()]
    .flatMap(work => work.lines)
    .toSorted((a, b) => a.time - b.time)
    .filter(line => options.filter.matches(parsedSource(line.raw)))
}
