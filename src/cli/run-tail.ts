/** What `kansa tail` does. */
import { closeFiles } from '../journal/read-log-files.ts'
import { findLogs } from '../journal/read-logs.ts'
import { eventFilter, type FilterSpec } from '../query/event-filter.ts'
import { FieldCatalogue } from '../query/field-catalogue.ts'
import { LineMatcher } from '../query/line-matcher.ts'
import { WallClock } from '../query/wall-clock.ts'
import { DamageReport } from './damage-report.ts'
import { DEFAULT_LINES } from './flag-values.ts'
import { MatchView } from './match-view.ts'
import { requireLogs } from './require-logs.ts'
import { eventShower } from './show-events.ts'
import { showFurther, showLast } from './tail-logs.ts'
import { showAll, showLastOf } from './tail-stream.ts'

export interface TailFlags extends FilterSpec {
  readonly dir: string
  /** Default: 10, or all with `--since`. */
  readonly lines?: number
  readonly follow?: true
  readonly context: number
  readonly maxMatches?: number
  /** Milliseconds. */
  readonly timeout?: number
  readonly wide?: true
  readonly utc?: true
  readonly json?: true
}

export async function tail(flags: TailFlags): Promise<void> {
  const { dir, context, timeout } = flags
  const follow = flags.follow === true
  const filter = eventFilter(flags, new FieldCatalogue(new WallClock(flags.utc === true)), Date.now())
  const logs = follow ? findLogs(dir) : requireLogs(dir)
  const lines = flags.lines ?? (flags.since === undefined ? DEFAULT_LINES : Number.POSITIVE_INFINITY)
  const maxMatches = flags.maxMatches ?? Number.POSITIVE_INFINITY
  const show = eventShower({ json: flags.json === true, utc: flags.utc === true, wide: flags.wide === true })
  const matcher = new LineMatcher(filter)
  const view = new MatchView({ matcher, context, maxMatches, show })
  const damage = new DamageReport()
  if (logs.isStream) {
    await (follow ? showAll(dir, timeout, view, damage) : showLastOf(dir, { lines, context, matcher }, view, damage))
    return
  }
  const positions = await showLast(logs, { lines, context, follow, filter }, view, damage)
  if (follow && !view.isDone) await showFurther(dir, { positions, timeout }, view, damage)
  else closeFiles([...positions.values()].map(({ file }) => file))
}
