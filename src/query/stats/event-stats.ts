/** How many events of each kind, and when. */
import type { AuditEventKind } from '../../events/kinds.ts'
import { ALL_KINDS } from '../query-field.ts'
import type { WallClock } from '../wall-clock.ts'

export interface PeriodCount {
  /** `2026-11-22` or `2026-11-22T10`. */
  readonly period: string
  readonly total: number
  readonly by_kind: Readonly<Record<AuditEventKind, number>>
}

type KindCounts = Record<AuditEventKind, number>

export class EventStats {
  private readonly clock: WallClock
  private readonly kinds: KindCounts = noEvents()
  // By hour, from which the days follow.
  private readonly hours = new Map<string, KindCounts>()
  private first = Number.POSITIVE_INFINITY
  private last = Number.NEGATIVE_INFINITY

  constructor(clock: WallClock) {
    this.clock = clock
  }

  add(kind: AuditEventKind, time: number): void {
    this.kinds[kind] += 1
    if (Number.isNaN(time)) return
    this.first = Math.min(this.first, time)
    this.last = Math.max(this.last, time)
    const hour = this.clock.hourOf(time)
    if (hour === undefined) return
    let counts = this.hours.get(hour)
    if (counts === undefined) {
      counts = noEvents()
      this.hours.set(hour, counts)
    }
    counts[kind] += 1
  }

  get total(): number {
    return totalOf(this.kinds)
  }

  get byKind(): Readonly<KindCounts> {
    return this.kinds
  }

  /** Times of the first and the last event; `undefined` where no event has a time. */
  get span(): { readonly first: number; readonly last: number } | undefined {
    return this.first <= this.last ? { first: this.first, last: this.last } : undefined
  }

  get byHour(): PeriodCount[] {
    return periods(this.hours)
  }

  get byDay(): PeriodCount[] {
    const days = new Map<string, KindCounts>()
    for (const [hour, counts] of this.hours) {
      const day = hour.slice(0, 10)
      const sum = days.get(day) ?? noEvents()
      for (const kind of ALL_KINDS) sum[kind] += counts[kind]
      days.set(day, sum)
    }
    return periods(days)
  }
}

function periods(counts: ReadonlyMap<string, KindCounts>): PeriodCount[] {
  return [...counts]
    .map(([period, by_kind]) => ({ period, total: totalOf(by_kind), by_kind }))
    .toSorted((a, b) => (a.period < b.period ? -1 : 1))
}

function noEvents(): KindCounts {
  return { AgentExecution: 0, ApiCall: 0, ToolCall: 0, TokenUsage: 0, Security: 0 }
}

function totalOf(counts: Readonly<KindCounts>): number {
  return ALL_KINDS.reduce((sum, kind) => sum + counts[kind], 0)
}
