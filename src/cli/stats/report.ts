/** What `kansa stats` reports, as one object: `--json` prints it as it is. */
import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DeliverySummary } from './delivery.ts'
import type { OpenLog } from '../../journal/open-logs.ts'
import type { DamageLog, FileDamage } from '../../query/damage-log.ts'
import type { AgentSummary, RunSummary } from '../../query/stats/agent-stats.ts'
import type { BudgetSummary } from '../../query/stats/budget-stats.ts'
import type { ModelSummary, ToolSummary } from '../../query/stats/call-stats.ts'
import type { PeriodCount } from '../../query/stats/event-stats.ts'
import type { JournalStats } from '../../query/stats/journal-stats.ts'
import type { FindingSummary, LogLife } from '../../query/stats/security-stats.ts'

export interface StatsReport {
  /** What was read: a folder or file. */
  readonly source: string
  /** `UTC` or `local time`: whose days and hours `by_day` and `by_hour` are. */
  readonly zone: string
  /** RFC 3339; absent where there is no event with a time. */
  readonly first_event?: string | undefined
  readonly last_event?: string | undefined
  readonly events: {
    readonly total: number
    readonly by_kind: Readonly<Record<string, number>>
    readonly by_day: readonly PeriodCount[]
    readonly by_hour: readonly PeriodCount[]
  }
  readonly agents: readonly AgentSummary[]
  readonly slowest_runs: readonly RunSummary[]
  readonly costliest_runs: readonly RunSummary[]
  readonly tools: readonly ToolSummary[]
  readonly models: readonly ModelSummary[]
  readonly budgets: readonly BudgetSummary[]
  readonly security: readonly FindingSummary[]
  /** What happened to the log itself. */
  readonly log: LogLife
  readonly damage: { readonly lines: number; readonly files: readonly FileDamage[] }
  readonly writing: WritingReport
  /** One entry per log and destination; empty where nothing was ever delivered. */
  readonly delivery: readonly DeliverySummary[]
}

export interface WritingReport {
  readonly logs: number
  readonly files: number
  /** Of all files, whatever the filters. */
  readonly bytes: number
  /** Over the time from the first event to the last; absent where that is too short to tell, and with filters. */
  readonly events_per_day?: number | undefined
  readonly bytes_per_day?: number | undefined
  /** On the disk that the log is on. */
  readonly free_bytes?: number | undefined
  /** Days until the disk is full, were nothing deleted by rotation. */
  readonly days_until_full?: number | undefined
}

const DAY_MILLIS = 86_400_000
/** A rate over less time than this says nothing about a day. */
const MIN_RATE_MILLIS = 600_000

export function statsReport(
  source: { readonly path: string; readonly zone: string; readonly isFiltered: boolean },
  stats: JournalStats,
  logs: readonly OpenLog[],
  damage: DamageLog,
  delivery: readonly DeliverySummary[],
): StatsReport {
  const { events, agents, security } = stats
  const { span } = events
  const millis = span === undefined || source.isFiltered ? 0 : span.last - span.first
  return {
    source: source.path,
    zone: source.zone,
    first_event: timeText(span?.first),
    last_event: timeText(span?.last),
    events: { total: events.total, by_kind: events.byKind, by_day: events.byDay, by_hour: events.byHour },
    agents: agents.summaries,
    slowest_runs: agents.slowestRuns,
    costliest_runs: agents.costliestRuns,
    tools: stats.tools.summaries,
    models: stats.models.summaries,
    budgets: stats.budgets.summaries,
    security: security.findings,
    log: security.logLife,
    damage: { lines: damage.count, files: damage.files },
    writing: writingReport(logs, events.total, millis),
    delivery,
  }
}

function writingReport(logs: readonly OpenLog[], events: number, millis: number): WritingReport {
  const bytes = logs.reduce((sum, log) => sum + log.bytes, 0)
  const files = logs.reduce((sum, log) => sum + log.files.length, 0)
  const days = millis < MIN_RATE_MILLIS ? undefined : millis / DAY_MILLIS
  const bytes_per_day = days === undefined ? undefined : bytes / days
  const free_bytes = freeBytes(logs)
  return {
    logs: logs.length,
    files,
    bytes,
    events_per_day: days === undefined ? undefined : events / days,
    bytes_per_day,
    free_bytes,
    days_until_full:
      free_bytes === undefined || bytes_per_day === undefined || bytes_per_day === 0
        ? undefined
        : free_bytes / bytes_per_day,
  }
}

function freeBytes([log]: readonly OpenLog[]): number | undefined {
  if (log === undefined || log.files.length === 0) return undefined
  try {
    const { bavail, bsize } = statfsSync(dirname(log.path))
    return bavail * bsize
  } catch {
    // Not being told is no reason to tell nothing else.
    return undefined
  }
}

function timeText(millis: number | undefined): string | undefined {
  return millis === undefined ? undefined : new Date(millis).toISOString()
}
