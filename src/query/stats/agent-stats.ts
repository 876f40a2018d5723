/** Agents, how their runs ended, and which of them took longest and cost most. */
import { NumberList } from '../number-list.ts'
import type { ScannedEvent } from '../scan.ts'
import { Keyed } from './keyed.ts'
import type { StatsFields } from './stats-fields.ts'
import { TopList } from './top-list.ts'

export interface AgentSummary {
  readonly agent: string
  /** Runs that began, or ended without having been seen to begin. */
  readonly runs: number
  readonly completed: number
  readonly failed: number
  readonly cancelled: number
  /** Runs without an outcome: still going on, or killed. */
  readonly unfinished: number
  /** Completed runs of those that ended, 0 to 1; absent when none did. */
  readonly success_rate?: number | undefined
  readonly p50_duration_ms?: number | undefined
  readonly p95_duration_ms?: number | undefined
  /** Tokens of the runs that ended, their nested runs included. */
  readonly tokens: number
}

export interface RunSummary {
  readonly run_id: string
  readonly agent: string
  readonly status: string
  readonly goal: string
  readonly start_time?: string | undefined
  readonly duration_ms: number
  readonly tokens: number
}

const TOP_RUNS = 5

interface Agent {
  readonly name: string
  started: number
  readonly ended: Map<string, number>
  tokens: number
  readonly durations: NumberList
}

export class AgentStats {
  private readonly fields: StatsFields
  private readonly agents = new Keyed<Agent>(name => ({
    name,
    started: 0,
    ended: new Map(),
    tokens: 0,
    durations: new NumberList(),
  }))
  private readonly slowest = new TopList<RunSummary>(TOP_RUNS)
  private readonly costliest = new TopList<RunSummary>(TOP_RUNS)

  constructor(fields: StatsFields) {
    this.fields = fields
  }

  add(event: ScannedEvent): void {
    const agent = this.agents.get(this.fields.text(event, 'agent_name') ?? '?')
    const status = this.fields.text(event, 'status')
    if (status === 'Started') agent.started += 1
    if (status === undefined || status === 'Started' || status === 'Running') return
    agent.ended.set(status, (agent.ended.get(status) ?? 0) + 1)
    const seconds = this.fields.number(event, 'duration_secs')
    const tokens = this.fields.number(event, 'tokens_used') ?? 0
    agent.tokens += tokens
    if (seconds !== undefined) agent.durations.push(seconds * 1000)
    this.rank(event, (seconds ?? 0) * 1000, tokens)
  }

  get summaries(): AgentSummary[] {
    return this.agents.values.map(summaryOf).toSorted((a, b) => b.runs - a.runs)
  }

  get slowestRuns(): RunSummary[] {
    return this.slowest.items
  }

  get costliestRuns(): RunSummary[] {
    return this.costliest.items
  }

  private rank(event: ScannedEvent, millis: number, tokens: number): void {
    const isSlow = millis > 0 && this.slowest.takes(millis)
    const isCostly = tokens > 0 && this.costliest.takes(tokens)
    if (!isSlow && !isCostly) return
    const stored = event.eventLine().event
    if (stored.event_type.type !== 'AgentExecution' || stored.run_id === undefined) return
    const { agent_name = '?', status = '?', goal = '', start_time } = stored.event_type.data
    const run = { run_id: stored.run_id, agent: agent_name, status, goal, start_time, duration_ms: millis, tokens }
    if (isSlow) this.slowest.add(millis, run)
    if (isCostly) this.costliest.add(tokens, run)
  }
}

function summaryOf({ name, started, ended, tokens, durations }: Agent): AgentSummary {
  const [completed, failed, cancelled] = ['Completed', 'Failed', 'Cancelled'].map(status => ended.get(status) ?? 0)
  const all = [...ended.values()].reduce((sum, count) => sum + count, 0)
  return {
    agent: name,
    runs: Math.max(started, all),
    completed: completed ?? 0,
    failed: failed ?? 0,
    cancelled: cancelled ?? 0,
    unfinished: Math.max(0, started - all),
    success_rate: all === 0 ? undefined : (completed ?? 0) / all,
    p50_duration_ms: durations.percentile(0.5),
    p95_duration_ms: durations.percentile(0.95),
    tokens,
  }
}
