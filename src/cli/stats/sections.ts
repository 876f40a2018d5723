/** The report for people, section by section; what there is nothing of is left out. */
import { ALL_KINDS } from '../../query/query-field.ts'
import type { RunSummary } from '../../query/stats/agent-stats.ts'
import { escapeForTerminal } from '../escape-for-terminal.ts'
import { bytesText, countText, durationText, numberText, percentText } from '../quantities.ts'
import { bar, gauge } from './bars.ts'
import type { StatsReport } from './report.ts'

export interface Section {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly rightAligned: readonly boolean[]
  /** Columns that are cut last. */
  readonly firm?: readonly boolean[]
  /** Said below the table. */
  readonly note?: string | undefined
}

const MAX_ROWS = 10
const MAX_PERIODS = 24
const BAR_COLUMNS = 20
const MIN_GOAL_COLUMNS = 100
const NUMBER = true
const TEXT = false

/** `columns`: what there is room for. */
export function sectionsOf(report: StatsReport, columns: number): Section[] {
  const { security, log } = report
  const sections = [
    kinds(report),
    timeline(report),
    agents(report),
    runs('Slowest runs', report.slowest_runs, columns),
    runs('Costliest runs', report.costliest_runs, columns),
    tools(report),
    models(report),
    budgets(report),
    table('Security', ['severity', 'category', 'count', 'blocked'], [TEXT, TEXT, NUMBER, NUMBER], security, finding => [
      finding.severity,
      finding.category,
      numberText(finding.count),
      numberText(finding.blocked),
    ]),
    table("The log's own life", ['what', 'count'], [TEXT, NUMBER], Object.entries(log), ([category, count]) => [
      category,
      numberText(count),
    ]),
    delivery(report),
  ]
  return sections.filter(({ rows }) => rows.length > 0)
}

function kinds({ events: { by_kind, total } }: StatsReport): Section {
  const counted = ALL_KINDS.map(kind => ({ kind, count: by_kind[kind] ?? 0 })).filter(({ count }) => count > 0)
  return table('Events', ['kind', 'count', 'share', ''], [TEXT, NUMBER, NUMBER, TEXT], counted, ({ kind, count }) => [
    kind,
    numberText(count),
    percentText(count / total),
    bar(count / total, BAR_COLUMNS),
  ])
}

/** Days, or hours where everything happened within two days. */
function timeline({ events: { by_day, by_hour }, zone }: StatsReport): Section {
  const isShort = by_day.length <= 2
  const periods = isShort ? by_hour : by_day
  const shown = periods.slice(-MAX_PERIODS)
  const most = Math.max(...shown.map(({ total }) => total))
  const unit = isShort ? 'hour' : 'day'
  return {
    title: isShort ? 'By hour' : 'By day',
    head: [`${unit} (${zone})`, 'events', 'security', ''],
    rightAligned: [TEXT, NUMBER, NUMBER, TEXT],
    rows: shown.map(period => [
      isShort ? `${period.period.replace('T', ' ')}:00` : period.period,
      numberText(period.total),
      numberText(period.by_kind.Security),
      bar(period.total / most, BAR_COLUMNS),
    ]),
    note: periods.length > shown.length ? `the last ${MAX_PERIODS} of ${periods.length} ${unit}s` : undefined,
  }
}

function agents(report: StatsReport): Section {
  const head = ['agent', 'runs', 'done', 'failed', 'cancelled', 'open', 'success', 'median', 'p95', 'tokens']
  const alignment = head.map((_, index) => index > 0)
  return table('Agents', head, alignment, report.agents, agent => [
    agent.agent,
    numberText(agent.runs),
    numberText(agent.completed),
    numberText(agent.failed),
    numberText(agent.cancelled),
    numberText(agent.unfinished),
    agent.success_rate === undefined ? '-' : percentText(agent.success_rate),
    millisText(agent.p50_duration_ms),
    millisText(agent.p95_duration_ms),
    numberText(agent.tokens),
  ])
}

/** Run ids are there to be copied, so that they are never cut; goals are shown where there is room. */
function runs(title: string, list: readonly RunSummary[], columns: number): Section {
  const head = ['run', 'agent', 'outcome', 'duration', 'tokens', 'goal']
  const shown = columns < MIN_GOAL_COLUMNS ? head.length - 1 : head.length
  const section = table(title, head.slice(0, shown), [TEXT, TEXT, TEXT, NUMBER, NUMBER, TEXT], list, run =>
    [
      run.run_id,
      run.agent,
      run.status.toLowerCase(),
      millisText(run.duration_ms),
      numberText(run.tokens),
      run.goal,
    ].slice(0, shown),
  )
  return { ...section, firm: [true] }
}

function tools({ tools: list }: StatsReport): Section {
  const head = ['tool', 'calls', 'failures', 'denials', 'median', 'p95']
  return table('Tools', head, [TEXT, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER], list, tool => [
    tool.tool,
    numberText(tool.calls),
    numberText(tool.failures),
    numberText(tool.denials),
    millisText(tool.p50_duration_ms),
    millisText(tool.p95_duration_ms),
  ])
}

function models({ models: list }: StatsReport): Section {
  const head = ['model', 'calls', 'errors', 'median', 'p95', 'tokens', 'share', '']
  const alignment = [TEXT, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, TEXT]
  return table('Models', head, alignment, list, model => [
    model.model,
    numberText(model.calls),
    numberText(model.errors),
    millisText(model.p50_latency_ms),
    millisText(model.p95_latency_ms),
    numberText(model.tokens),
    percentText(model.token_share),
    bar(model.token_share, BAR_COLUMNS / 2),
  ])
}

function budgets({ budgets: list }: StatsReport): Section {
  const head = ['budget of', 'consumed', 'limit', 'left', 'used', '']
  return table('Budgets', head, [TEXT, NUMBER, NUMBER, NUMBER, NUMBER, TEXT], list, budget => [
    `${budget.entity_type} ${budget.entity_id}`,
    numberText(budget.consumed),
    countOrDash(budget.limit),
    countOrDash(budget.remaining),
    budget.limit === undefined ? '-' : percentText(budget.utilization),
    budget.limit === undefined ? '' : gauge(budget.utilization, BAR_COLUMNS / 2),
  ])
}

function delivery({ delivery: list, source }: StatsReport): Section {
  const head = ['destination', 'delivered', 'pending', 'lag', 'rejected', 'missing', 'skipped']
  const alignment = head.map((_, index) => index > 0)
  return table('Delivery', head, alignment, list, each => [
    each.log === source ? each.destination : `${each.destination} (${each.log})`,
    numberText(each.delivered),
    numberText(each.pending),
    each.pending === 0 ? '-' : millisText(each.lag_ms),
    numberText(each.rejected),
    numberText(each.missing),
    numberText(each.skipped),
  ])
}

/** The sentences after the tables. */
export function writingLines({ writing, damage, log }: StatsReport): string[] {
  const lines = [
    `${countText(writing.files, 'file')} of ${countText(writing.logs, 'log')}, ${bytesText(writing.bytes)}`,
    ...(writing.events_per_day === undefined || writing.bytes_per_day === undefined
      ? []
      : [
          `written at ${countText(Math.round(writing.events_per_day), 'event')} and ${bytesText(writing.bytes_per_day)} a day`,
        ]),
    ...(writing.free_bytes === undefined ? [] : [freeText(writing.free_bytes, writing.days_until_full)]),
  ]
  if (damage.lines > 0) lines.push(`${countText(damage.lines, 'line')} passed over because they are no events`)
  const failures = log['AuditFailure'] ?? 0
  if (failures > 0) {
    lines.push(
      `the log itself reported ${countText(failures, 'failure')}: kansa query --type security --where category=AuditFailure`,
    )
  }
  return lines
}

function freeText(bytes: number, days: number | undefined): string {
  const lasts = days === undefined ? '' : `, which lasts ${daysText(days)} at this rate`
  return `${bytesText(bytes)} free on the disk${lasts}`
}

function daysText(days: number): string {
  return days > 3650 ? 'more than ten years' : `${numberText(Math.round(days * 10) / 10)} days`
}

function countOrDash(count: number | undefined): string {
  return count === undefined ? '-' : numberText(count)
}

function millisText(millis: number | undefined): string {
  return millis === undefined ? '-' : durationText(millis)
}

/** The first rows of a list, with a note about the others. */
function table<T>(
  title: string,
  head: readonly string[],
  rightAligned: readonly boolean[],
  list: readonly T[],
  cellsOf: (item: T) => readonly string[],
): Section {
  const shown = list.slice(0, MAX_ROWS)
  const rest = list.length - shown.length
  const rows = shown.map(item => cellsOf(item).map(escapeForTerminal))
  return { title, head, rightAligned, rows, note: rest > 0 ? `and ${rest} more, all of them with --json` : undefined }
}
