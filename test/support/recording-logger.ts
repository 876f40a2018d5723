/** A logger that keeps its events in memory: with the real checks and the real context, without provider or journal. */
import { DEFAULT_LIMITS } from '../../src/events/event-settings.ts'
import type { EventLimits } from '../../src/events/event-settings.ts'
import type {
  AgentExecutionData,
  ApiCallData,
  AuditDataByKind,
  AuditEvent,
  AuditEventKind,
  AuditEventOf,
  ToolCallData,
} from '../../src/events/kinds.ts'
import type { AuditReceipt } from '../../src/pipeline/audit-api.ts'
import { EventLogger } from '../../src/pipeline/event-logger.ts'

export class RecordingLogger extends EventLogger {
  readonly events: AuditEvent[] = []

  constructor(limits: Partial<EventLimits> = {}) {
    super({ ...DEFAULT_LIMITS, ...limits })
  }

  protected record(event: AuditEvent): AuditReceipt {
    this.events.push(event)
    return { id: event.id, stored: Promise.resolve({}) }
  }

  of<K extends AuditEventKind>(kind: K): AuditEventOf<K>[] {
    return this.events.filter((event): event is AuditEventOf<K> & AuditEvent => event.event_type.type === kind)
  }

  dataOf<K extends AuditEventKind>(kind: K): AuditDataByKind[K][] {
    return this.of(kind).map(event => event.event_type.data)
  }

  /** The data of the only tool call. Fails unless there is exactly one. */
  get toolCall(): ToolCallData {
    return only(this.dataOf('ToolCall'))
  }

  /** The data of the only model call. Fails unless there is exactly one. */
  get apiCall(): ApiCallData {
    return only(this.dataOf('ApiCall'))
  }

  /** The states of all runs, in the order they were logged. */
  get runStates(): AgentExecutionData[] {
    return this.dataOf('AgentExecution')
  }

  async flush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

function only<T>(items: readonly T[]): T {
  const [item] = items
  if (item === undefined || items.length > 1) throw new Error(`expected exactly one record, found ${items.length}`)
  return item
}
