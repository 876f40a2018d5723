/** The memory logger with the questions that tests ask. */
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
import { MemoryAuditLogger } from '../../src/pipeline/memory-audit-logger.ts'

export class RecordingLogger extends MemoryAuditLogger {
  constructor(limits: Partial<EventLimits> = {}) {
    super({ ...DEFAULT_LIMITS, ...limits })
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
}

function only<T>(items: readonly T[]): T {
  const [item] = items
  if (item === undefined || items.length > 1) throw new Error(`expected exactly one record, found ${items.length}`)
  return item
}
