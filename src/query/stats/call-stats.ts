/** Tools and models: how often they were called, how often that failed, how long it took. */
import { NumberList } from '../number-list.ts'
import type { ScannedEvent } from '../scan.ts'
import { Keyed } from './keyed.ts'
import type { StatsFields } from './stats-fields.ts'

export interface ToolSummary {
  readonly tool: string
  readonly calls: number
  /** Allowed, but not successful. */
  readonly failures: number
  /** Not allowed. */
  readonly denials: number
  readonly p50_duration_ms?: number | undefined
  readonly p95_duration_ms?: number | undefined
}

export interface ModelSummary {
  /** `provider/model` */
  readonly model: string
  readonly calls: number
  readonly errors: number
  readonly tokens: number
  /** Of the tokens of all models, 0 to 1. */
  readonly token_share: number
  readonly p50_latency_ms?: number | undefined
  readonly p95_latency_ms?: number | undefined
}

interface Callee {
  readonly name: string
  calls: number
  failures: number
  denials: number
  tokens: number
  readonly millis: NumberList
}

const newCallee = (name: string): Callee => ({
  name,
  calls: 0,
  failures: 0,
  denials: 0,
  tokens: 0,
  millis: new NumberList(),
})

export class ToolStats {
  private readonly fields: StatsFields
  private readonly tools = new Keyed(newCallee)

  constructor(fields: StatsFields) {
    this.fields = fields
  }

  add(event: ScannedEvent): void {
    const tool = this.tools.get(this.fields.text(event, 'tool_name') ?? '?')
    tool.calls += 1
    if (this.fields.flag(event, 'permission_granted') === false) {
      tool.denials += 1
      return
    }
    if (this.fields.flag(event, 'success') === false) tool.failures += 1
    const millis = this.fields.number(event, 'duration_ms')
    if (millis !== undefined) tool.millis.push(millis)
  }

  get summaries(): ToolSummary[] {
    return byCalls(this.tools.values).map(({ name, calls, failures, denials, millis }) => ({
      tool: name,
      calls,
      failures,
      denials,
      p50_duration_ms: millis.percentile(0.5),
      p95_duration_ms: millis.percentile(0.95),
    }))
  }
}

export class ModelStats {
  private readonly fields: StatsFields
  private readonly models = new Keyed(newCallee)

  constructor(fields: StatsFields) {
    this.fields = fields
  }

  add(event: ScannedEvent): void {
    const { fields } = this
    const model = this.models.get(`${fields.text(event, 'provider') ?? '?'}/${fields.text(event, 'model') ?? '?'}`)
    model.calls += 1
    if (fields.text(event, 'level') !== 'info') model.failures += 1
    model.tokens += fields.number(event, 'total_tokens') ?? 0
    const millis = fields.number(event, 'latency_ms')
    if (millis !== undefined) model.millis.push(millis)
  }

  get summaries(): ModelSummary[] {
    const all = this.models.values.reduce((sum, { tokens }) => sum + tokens, 0)
    return byCalls(this.models.values).map(({ name, calls, failures, tokens, millis }) => ({
      model: name,
      calls,
      errors: failures,
      tokens,
      token_share: all === 0 ? 0 : tokens / all,
      p50_latency_ms: millis.percentile(0.5),
      p95_latency_ms: millis.percentile(0.95),
    }))
  }
}

function byCalls(callees: readonly Callee[]): Callee[] {
  return callees.toSorted((a, b) => b.calls - a.calls)
}
