/** What the agents did, in numbers: one pass over the events. */
import { isKind } from '../../events/field-table.ts'
import type { FieldCatalogue } from '../field-catalogue.ts'
import { valueOf } from '../query-field.ts'
import type { ScannedEvent } from '../scan.ts'
import { TYPE } from '../stored-fields.ts'
import { AgentStats } from './agent-stats.ts'
import { BudgetStats } from './budget-stats.ts'
import { ModelStats, ToolStats } from './call-stats.ts'
import { EventStats } from './event-stats.ts'
import { SecurityStats } from './security-stats.ts'
import { StatsFields } from './stats-fields.ts'

export class JournalStats {
  readonly events: EventStats
  readonly agents: AgentStats
  readonly tools: ToolStats
  readonly models: ModelStats
  readonly budgets: BudgetStats
  readonly security: SecurityStats
  private readonly fields: StatsFields

  constructor(catalogue: FieldCatalogue) {
    this.fields = new StatsFields(catalogue)
    this.events = new EventStats(catalogue.clock)
    this.agents = new AgentStats(this.fields)
    this.tools = new ToolStats(this.fields)
    this.models = new ModelStats(this.fields)
    this.budgets = new BudgetStats(this.fields)
    this.security = new SecurityStats(this.fields)
  }

  add(event: ScannedEvent): void {
    const kind = valueOf(event, TYPE)
    if (!isKind(kind)) return
    const time = this.fields.time(event)
    this.events.add(kind, time)
    switch (kind) {
      case 'AgentExecution':
        return this.agents.add(event)
      case 'ApiCall':
        return this.models.add(event)
      case 'ToolCall':
        return this.tools.add(event)
      case 'TokenUsage':
        return this.budgets.add(event, time)
      case 'Security':
        return this.security.add(event)
    }
  }
}
