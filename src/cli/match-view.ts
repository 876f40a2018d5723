/** Shows the events that match, with their context, until there are enough. */
import type { EventLine } from '../journal/read-event.ts'
import { ContextWindow } from '../query/context-window.ts'
import type { LineMatcher } from '../query/line-matcher.ts'
import { GAP, type ShowEvents } from './show-events.ts'

export interface MatchViewOptions {
  readonly matcher: LineMatcher
  /** Events to show before and after each match. */
  readonly context: number
  readonly maxMatches: number
  readonly show: ShowEvents
}

export class MatchView {
  private readonly options: MatchViewOptions
  private readonly window: ContextWindow<EventLine>
  /** Matches so far. */
  count = 0
  private surplus = 0

  constructor(options: MatchViewOptions) {
    this.options = options
    this.window = new ContextWindow(options.context)
  }

  /** The next so many matches count as none. */
  skip(matches: number): void {
    this.surplus = matches
  }

  /** True as soon as there were enough matches, and what is to be shown after the last of them. */
  get isDone(): boolean {
    return this.hasEnough && !this.window.isFollowing
  }

  private get hasEnough(): boolean {
    return this.count >= this.options.maxMatches
  }

  async push(events: readonly EventLine[]): Promise<void> {
    const shown: (EventLine | typeof GAP)[] = []
    for (const event of events) {
      if (this.isDone) break
      for (const { item, afterGap } of this.window.push(event, this.isMatch(event))) {
        if (afterGap && this.options.context > 0) shown.push(GAP)
        shown.push(item)
      }
    }
    if (shown.length > 0) await this.options.show(shown)
  }

  private isMatch(event: EventLine): boolean {
    if (this.hasEnough || !this.options.matcher.matches(event)) return false
    if (this.surplus > 0) {
      this.surplus -= 1
      return false
    }
    this.count += 1
    return true
  }
}
