/** `kansa tail`: the last events, and with `-f` every further one. */
import { Command, InvalidArgumentError } from 'commander'
import { followJournal } from '../journal/follow-journal.ts'
import type { LogPosition } from '../journal/follow-log.ts'
import { type EventLine, readEvent } from '../journal/read-event.ts'
import { findLastLines, type LogTail, readTail } from '../journal/read-last-lines.ts'
import type { StoredLine } from '../journal/read-lines.ts'
import { closeFiles } from '../journal/read-log-files.ts'
import { findLogs } from '../journal/read-logs.ts'
import { mergeByTime } from '../journal/read-merged.ts'
import { dirOption, requireLogs } from './audit-dir.ts'
import { DamageReport } from './damage-report.ts'
import { say } from './output.ts'
import { eventShower, type ShowEvents } from './show-events.ts'

const DEFAULT_LINES = 10

interface TailOptions {
  readonly dir: string
  readonly lines: number
  readonly follow?: true
  readonly utc?: true
  readonly json?: true
}

export function tailCommand(): Command {
  return new Command('tail')
    .description('Show the last events and, with -f, go on with new ones through rotations.')
    .option('-n, --lines <count>', 'how many of the last events to show', parseCount, DEFAULT_LINES)
    .option('-f, --follow', 'wait for further events; ends with Ctrl-C')
    .option('--utc', 'times in UTC instead of the local time zone')
    .option('--json', 'the stored lines, also on a terminal (a pipe always gets them)')
    .addOption(dirOption())
    .addHelpText(
      'after',
      `
Examples:
  kansa tail                            the last ${DEFAULT_LINES} events of ./audit
  kansa tail -f -n 100                  the last 100, then every new one
  kansa tail -f --dir /var/lib/app/audit
  kansa tail -n 1000 | jq 'select(.event_type.type == "ToolCall")'`,
    )
    .action(tail)
}

async function tail(options: TailOptions): Promise<void> {
  const follow = options.follow === true
  const damage = new DamageReport()
  const show = eventShower({ json: options.json === true, utc: options.utc === true })
  const { singleFile, activePaths } = follow ? findLogs(options.dir) : requireLogs(options.dir)
  const tails = new Map<string, LogTail>()
  for (const activePath of activePaths) {
    const tail = await findLastLines(activePath, {
      count: options.lines,
      accepts: isEvent,
      singleFile,
      leaveUnfinished: follow,
    })
    if (tail !== undefined) tails.set(activePath, tail)
  }
  await showTails([...tails.values()], options.lines, show, damage)
  damage.sayNew()
  const positions = new Map<string, LogPosition>()
  for (const [activePath, tail] of tails) {
    const newest = tail.files.at(-1)
    closeFiles(follow ? tail.files.slice(0, -1) : tail.files)
    if (newest !== undefined) positions.set(activePath, { file: newest, offset: tail.end, known: tail.known })
  }
  if (follow) await showFurther(options.dir, positions, show, damage)
}

/** The last `count` events of all logs together. */
async function showTails(
  tails: readonly LogTail[],
  count: number,
  show: ShowEvents,
  damage: DamageReport,
): Promise<void> {
  const found = tails.reduce((sum, tail) => sum + tail.count, 0)
  let surplus = Math.max(0, found - count)
  for await (const lines of mergeByTime(tails.map(tail => eventsIn(readTail(tail), damage)))) {
    await show(lines.slice(surplus))
    surplus = Math.max(0, surplus - lines.length)
  }
}

async function showFurther(
  dir: string,
  positions: ReadonlyMap<string, LogPosition>,
  show: ShowEvents,
  damage: DamageReport,
): Promise<void> {
  if (positions.size === 0) say(`there is no journal in ${dir} yet; waiting for one`)
  // Ctrl-C ends the process: nothing is held that would have to be given back.
  const { signal } = new AbortController()
  for await (const lists of followJournal(dir, { signal, positions, onNotice: say })) {
    for await (const lines of mergeByTime(lists.map(list => eventsIn([list], damage)))) await show(lines)
    damage.sayNew()
  }
}

async function* eventsIn(
  lists: AsyncIterable<StoredLine[]> | Iterable<StoredLine[]>,
  damage: DamageReport,
): AsyncGenerator<EventLine[]> {
  for await (const list of lists) {
    const events: EventLine[] = []
    for (const line of list) {
      const reading = readEvent(line)
      if (reading === undefined) continue
      if ('event' in reading) events.push(reading)
      else damage.add(line, reading.problem)
    }
    yield events
  }
}

function isEvent(line: StoredLine): boolean {
  const reading = readEvent(line)
  return reading !== undefined && 'event' in reading
}

function parseCount(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 0 or more.')
  return Number(text)
}
