/** An SDK that is audited for the time of a test, and what is recorded of it. */
import { AuditInstrumentation } from '../../../src/instrumentation/audit-instrumentation.ts'
import type { Sdk } from '../../../src/instrumentation/sdk.ts'
import type {
  AgentExecutionData,
  ApiCallData,
  AuditEvent,
  AuditEventKind,
  SecurityData,
  ToolCallData,
} from '../../../src/events/kinds.ts'
import { createMemoryAuditLogger } from '../../../src/pipeline/memory-audit-logger.ts'
import type { MemoryAuditLogger } from '../../../src/pipeline/memory-audit-logger.ts'

export interface Audited {
  readonly logger: MemoryAuditLogger
  /** The data of events of one kind, in order. */
  calls(): ApiCallData[]
  tools(): ToolCallData[]
  runs(): AgentExecutionData[]
  security(): SecurityData[]
  /** Whole events of one kind, with their envelope. */
  events(kind: AuditEventKind): AuditEvent[]
  /** Forgets everything so far. */
  clear(): void
  /** Detaches, and takes the logger away. */
  stop(): Promise<void>
}

/**
 * Attaches to what a test has imported, with a memory logger as the process-wide one.
 * @param modules what `attach` gets, one after the other: the ES module's exports, those of the CommonJS copy
 */
export function auditing(sdk: Sdk, ...modules: readonly unknown[]): Audited {
  const logger = createMemoryAuditLogger({ global: true })
  const instrumentation = new AuditInstrumentation(sdk)
  for (const module of modules) instrumentation.attachTo(module)
  instrumentation.enable()
  const events = (kind: AuditEventKind): AuditEvent[] => logger.events.filter(event => event.event_type.type === kind)
  return {
    logger,
    events,
    calls: () => logger.events.flatMap(({ event_type: of }) => (of.type === 'ApiCall' ? [of.data] : [])),
    tools: () => logger.events.flatMap(({ event_type: of }) => (of.type === 'ToolCall' ? [of.data] : [])),
    runs: () => logger.events.flatMap(({ event_type: of }) => (of.type === 'AgentExecution' ? [of.data] : [])),
    security: () => logger.events.flatMap(({ event_type: of }) => (of.type === 'Security' ? [of.data] : [])),
    clear: () => logger.clear(),
    stop: async () => {
      instrumentation.disable()
      await logger.shutdown()
    },
  }
}
