/** Judges lines one by one, for who does not read them in blocks: backwards, or as they are written. */
import { EventLine, readEvent } from '../journal/read-event.ts'
import type { StoredLine } from '../journal/read-lines.ts'
import type { DamageLog } from './damage-log.ts'
import type { EventFilter } from './event-filter.ts'
import { NeedleSearch } from './needles.ts'
import { parsedSource } from './query-field.ts'

export class LineMatcher {
  private readonly filter: EventFilter
  private readonly search: NeedleSearch | undefined

  constructor(filter: EventFilter) {
    this.filter = filter
    if (filter.needles.length > 0) this.search = new NeedleSearch(filter.needles)
  }

  /** Whether the line is an event that matches. */
  matchesLine(line: StoredLine): boolean {
    if (!this.mayMatch(line)) return false
    const reading = readEvent(line)
    return reading instanceof EventLine && this.matches(reading)
  }

  matches(event: EventLine): boolean {
    return this.filter.isEmpty || this.filter.matches(parsedSource(event.raw))
  }

  private mayMatch({ bytes }: StoredLine): boolean {
    if (this.search === undefined || bytes === undefined) return true
    const text = bytes.toString('latin1')
    this.search.load(text)
    return this.search.mayMatch(0, text.length)
  }
}

/** The events among some lines; what is none goes into `damage`. */
export function eventsAmong(lines: readonly StoredLine[], damage: DamageLog): EventLine[] {
  const events: EventLine[] = []
  for (const line of lines) {
    const reading = readEvent(line)
    if (reading instanceof EventLine) events.push(reading)
    else if (reading !== undefined) damage.add(line, reading.problem)
  }
  return events
}
