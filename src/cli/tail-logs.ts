/** The end of the logs in a folder, and what is written to them from then on. */
import { mayHaveEventsIn } from '../journal/file-times.ts'
import { followJournal } from '../journal/follow-journal.ts'
import type { LogPosition } from '../journal/follow-log.ts'
import type { EventLine } from '../journal/read-event.ts'
import { findLastLines, type LogTail, readTail } from '../journal/read-last-lines.ts'
import type { StoredLine } from '../journal/read-lines.ts'
import { closeFiles } from '../journal/read-log-files.ts'
import type { FoundLogs } from '../journal/read-logs.ts'
import { mergeByTime } from '../journal/read-merged.ts'
import type { EventFilter } from '../query/event-filter.ts'
import { eventsAmong, LineMatcher } from '../query/line-matcher.ts'
import type { DamageReport } from './damage-report.ts'
import type { MatchView } from './match-view.ts'
import { say } from './output.ts'

export interface LastOptions {
  /** How many matching events are wanted of all logs together. */
  readonly lines: number
  readonly context: number
  /** Leave a last line without line feed for `showFurther`. */
  readonly follow: boolean
  readonly filter: EventFilter
}

/** Where reading stopped in each log; who gets the positions owns the open files in them. */
export type Positions = ReadonlyMap<string, LogPosition>

/** Shows the last matching events of all logs together. */
export async function showLast(
  { activePaths, singleFile }: FoundLogs,
  options: LastOptions,
  view: MatchView,
  damage: DamageReport,
): Promise<Positions> {
  const { since, until } = options.filter.range
  const matcher = new LineMatcher(options.filter)
  const tails = new Map<string, LogTail>()
  for (const activePath of activePaths) {
    const tail = await findLastLines(activePath, {
      count: options.lines,
      before: options.context,
      accepts: line => matcher.matchesLine(line),
      mayHold: file => mayHaveEventsIn(file, since, until),
      singleFile,
      leaveUnfinished: options.follow,
    })
    if (tail !== undefined) tails.set(activePath, tail)
  }
  await showTails([...tails.values()], options.lines, view, damage)
  damage.sayNew()
  return new Map([...tails].flatMap(([activePath, tail]) => positionAfter(activePath, tail)))
}

function positionAfter(activePath: string, { files, end, known }: LogTail): [string, LogPosition][] {
  closeFiles(files.slice(0, -1))
  const newest = files.at(-1)
  return newest === undefined ? [] : [[activePath, { file: newest, offset: end, known }]]
}

async function showTails(
  tails: readonly LogTail[],
  lines: number,
  view: MatchView,
  damage: DamageReport,
): Promise<void> {
  const found = tails.reduce((sum, tail) => sum + tail.count, 0)
  view.skip(Math.max(0, found - lines))
  for await (const events of mergeByTime(tails.map(tail => eventsIn(readTail(tail), damage)))) {
    await view.push(events)
    if (view.isDone) return
  }
}

export interface FurtherOptions {
  readonly positions: Positions
  /** Milliseconds until it ends; `undefined` for never. */
  readonly timeout: number | undefined
}

/** Shows what is written from the positions on, until there is enough or the time is over. */
export async function showFurther(
  dir: string,
  { positions, timeout }: FurtherOptions,
  view: MatchView,
  damage: DamageReport,
): Promise<void> {
  if (positions.size === 0) say(`there is no journal in ${dir} yet; waiting for one`)
  // Without a timeout Ctrl-C ends the process: nothing is held that would have to be given back.
  const end = timeout === undefined ? new AbortController().signal : AbortSignal.timeout(timeout)
  for await (const lists of followJournal(dir, { signal: end, positions, onNotice: say })) {
    for await (const events of mergeByTime(lists.map(list => eventsIn([list], damage)))) await view.push(events)
    damage.sayNew()
    if (view.isDone) return
  }
}

async function* eventsIn(
  lists: AsyncIterable<StoredLine[]> | Iterable<StoredLine[]>,
  damage: DamageReport,
): AsyncGenerator<EventLine[]> {
  for await (const list of lists) yield eventsAmong(list, damage.log)
}
