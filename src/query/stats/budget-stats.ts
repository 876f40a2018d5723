/** Budgets: what was consumed of them when that was last said. */
import type { ScannedEvent } from '../scan.ts'
import { Keyed } from './keyed.ts'
import type { StatsFields } from './stats-fields.ts'

export interface BudgetSummary {
  readonly entity_type: string
  readonly entity_id: string
  /** Sum over the events that were read. */
  readonly consumed: number
  /** Absent where there is no limit. */
  readonly limit?: number | undefined
  readonly remaining?: number | undefined
  /** Consumed over limit; above 1 when over budget. */
  readonly utilization: number
  /** When that was said. */
  readonly timestamp: string
}

interface Budget {
  consumed: number
  /** What was said last, and when. */
  latest: Omit<BudgetSummary, 'consumed'> | undefined
  time: number
}

export class BudgetStats {
  private readonly fields: StatsFields
  private readonly budgets = new Keyed<Budget>(() => ({
    consumed: 0,
    latest: undefined,
    time: Number.NEGATIVE_INFINITY,
  }))

  constructor(fields: StatsFields) {
    this.fields = fields
  }

  add(event: ScannedEvent, time: number): void {
    const { fields } = this
    const entity_type = fields.text(event, 'entity_type') ?? '?'
    const entity_id = fields.text(event, 'entity_id') ?? '?'
    const budget = this.budgets.get(JSON.stringify([entity_type, entity_id]))
    budget.consumed += fields.number(event, 'tokens_consumed') ?? 0
    // Several logs are read one after the other: the later word counts, not the one that was read later.
    if (time < budget.time) return
    budget.time = Number.isNaN(time) ? budget.time : time
    budget.latest = {
      entity_type,
      entity_id,
      limit: fields.number(event, 'budget_limit'),
      remaining: fields.number(event, 'budget_remaining'),
      utilization: fields.number(event, 'utilization') ?? 0,
      timestamp: fields.text(event, 'timestamp') ?? '',
    }
  }

  /** The fullest first. */
  get summaries(): BudgetSummary[] {
    return this.budgets.values
      .flatMap(({ latest, consumed }) => (latest === undefined ? [] : { ...latest, consumed }))
      .toSorted((a, b) => b.utilization - a.utilization || b.consumed - a.consumed)
  }
}
