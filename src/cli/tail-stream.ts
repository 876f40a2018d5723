/** What comes through a pipe, which can only be read forwards. */
import { openLogs } from '../journal/open-logs.ts'
import type { EventLine } from '../journal/read-event.ts'
import { linesOf } from '../journal/read-lines.ts'
import { eventsAmong, type LineMatcher } from '../query/line-matcher.ts'
import type { DamageReport } from './damage-report.ts'
import type { MatchView } from './match-view.ts'

/** Shows every match as it comes, until there are enough or so many milliseconds are over. */
export async function showAll(
  path: string,
  timeout: number | undefined,
  view: MatchView,
  damage: DamageReport,
): Promise<void> {
  for await (const events of eventsFrom(path, damage, timeout)) {
    await view.push(events)
    damage.sayNew()
    if (view.isDone) return
  }
}

export interface LastOfStream {
  /** How many of the last matches are wanted. */
  readonly lines: number
  readonly context: number
  readonly matcher: LineMatcher
}

/** Shows the last matches when the stream has ended. */
export async function showLastOf(
  path: string,
  { lines, context, matcher }: LastOfStream,
  view: MatchView,
  damage: DamageReport,
): Promise<void> {
  const kept = new KeptEvents(lines, context)
  for await (const events of eventsFrom(path, damage)) {
    for (const event of events) kept.push(event, matcher.matches(event))
  }
  const { events, surplus } = kept
  view.skip(surplus)
  await view.push(events)
  damage.sayNew()
}

interface Kept {
  readonly event: EventLine
  readonly index: number
  readonly isMatch: boolean
}

/** The last matches and what is around them, in memory that does not grow with the stream. */
class KeptEvents {
  private readonly matches: number
  // One more on either side than is shown: by that the view sees that something is left out.
  private readonly around: number
  private readonly kept: Kept[] = []
  private readonly recent: Kept[] = []
  /** Indexes of the last matches. */
  private readonly last: number[] = []
  private count = 0

  constructor(matches: number, context: number) {
    this.matches = matches
    this.around = context + 1
  }

  push(event: EventLine, isMatch: boolean): void {
    this.recent.push({ event, index: this.count++, isMatch })
    const lastMatch = this.last.at(-1) ?? Number.NEGATIVE_INFINITY
    if (isMatch) this.addMatch()
    else if (this.count - 1 - lastMatch <= this.around) this.kept.push(...this.recent.splice(0))
    else if (this.recent.length > this.around) this.recent.shift()
  }

  get events(): EventLine[] {
    return this.kept.map(({ event }) => event)
  }

  /** How many matches among them are too many. */
  get surplus(): number {
    return this.kept.filter(({ isMatch }) => isMatch).length - this.last.length
  }

  private addMatch(): void {
    this.kept.push(...this.recent.splice(0))
    this.last.push(this.count - 1)
    if (this.last.length > this.matches) this.last.shift()
    const first = (this.last[0] ?? this.count) - this.around
    const from = this.kept.findIndex(({ index }) => index >= first)
    this.kept.splice(0, from === -1 ? this.kept.length : from)
  }
}

async function* eventsFrom(path: string, damage: DamageReport, timeout?: number): AsyncGenerator<EventLine[]> {
  for (const log of openLogs(path)) {
    const timer = timeout === undefined ? undefined : setTimeout(() => log.close(), timeout)
    try {
      for await (const joined of log.read()) yield eventsAmong(linesOf(joined), damage.log)
    } finally {
      clearTimeout(timer)
      log.close()
    }
  }
}
