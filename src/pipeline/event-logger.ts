/** The logging methods, whatever the events go to: each builds a checked event and hands it to `record`. */
import { context, isSpanContextValid, trace } from '@opentelemetry/api'
import { KansaError, messageOf } from '../errors.ts'
import { buildEvent, completeEvent } from '../events/build-event.ts'
import type { InputByKind } from '../events/derive-data.ts'
import { NOWHERE } from '../events/event-settings.ts'
import type { EventLimits, EventSurroundings } from '../events/event-settings.ts'
import type { AgentInput, ApiCallInput, SecurityInput, TokenUsageInput, ToolCallInput } from '../events/inputs.ts'
import type { AuditEvent, AuditEventKind, ExecutionStatus } from '../events/kinds.ts'
import type { AuditLogger, AuditReceipt } from './audit-api.ts'
import { currentAuditContext } from './audit-context.ts'

export abstract class EventLogger implements AuditLogger {
  protected readonly limits: EventLimits

  constructor(limits: EventLimits) {
    this.limits = limits
  }

  /** MUST NOT throw. */
  protected abstract record(event: AuditEvent): AuditReceipt
  abstract flush(): Promise<void>
  abstract shutdown(): Promise<void>

  logAgentStart(input: AgentInput): AuditReceipt {
    return this.logAgent(input, 'Started')
  }

  logAgentProgress(input: AgentInput): AuditReceipt {
    return this.logAgent(input, 'Running')
  }

  logAgentComplete(input: AgentInput): AuditReceipt {
    return this.logAgent(input, 'Completed')
  }

  logAgentFailure(input: AgentInput): AuditReceipt {
    return this.logAgent(input, 'Failed')
  }

  logAgentCancelled(input: AgentInput): AuditReceipt {
    return this.logAgent(input, 'Cancelled')
  }

  logApiCall(input: ApiCallInput): AuditReceipt {
    return this.log('ApiCall', input)
  }

  logToolCall(input: ToolCallInput): AuditReceipt {
    return this.log('ToolCall', input)
  }

  logTokenUsage(input: TokenUsageInput): AuditReceipt {
    return this.log('TokenUsage', input)
  }

  logSecurityEvent(input: SecurityInput): AuditReceipt {
    return this.log('Security', input)
  }

  logEvent(event: AuditEvent): AuditReceipt {
    const surroundings = surroundingsOfCaller(readable(() => event?.trace_id))
    return this.counted(completeEvent(event, surroundings, this.limits))
  }

  private logAgent(input: AgentInput, status: ExecutionStatus): AuditReceipt {
    return this.log(
      'AgentExecution',
      readable(() => ({ ...input, status })),
    )
  }

  private log<K extends AuditEventKind>(kind: K, input: InputByKind[K]): AuditReceipt {
    const surroundings = surroundingsOfCaller(readable(() => input?.traceId))
    return this.counted(buildEvent(kind, input, surroundings, this.limits))
  }

  /** A model call's tokens belong to the run it was made in. */
  private counted(event: AuditEvent): AuditReceipt {
    if (event.event_type.type === 'ApiCall') {
      currentAuditContext()?.run?.addTokens(event.event_type.data.total_tokens)
    }
    return this.record(event)
  }
}

/** An input whose own getters throw is a malformed event. */
function readable<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new KansaError('KANSA_INVALID_EVENT', `the event cannot be read: ${messageOf(error)}`, { cause: error })
  }
}

/**
 * Run and audit context from Kansa's own storage; only trace and span ids come from OpenTelemetry, and nothing from a
 * span of another trace than the one that the caller gives.
 */
function surroundingsOfCaller(givenTraceId: string | undefined): EventSurroundings {
  const audit = currentAuditContext()
  const span = trace.getSpanContext(context.active())
  const traced =
    span !== undefined && isSpanContextValid(span) && (givenTraceId === undefined || givenTraceId === span.traceId)
  if (audit === undefined && !traced) return NOWHERE
  const run = audit?.run
  return {
    agentName: run?.agentName,
    agentVersion: run?.agentVersion,
    goal: run?.goal,
    startTimeMillis: run?.startTimeMillis,
    runId: run?.runId,
    parentRunId: run?.parentRunId,
    sessionId: audit?.sessionId,
    userId: audit?.userId,
    tenantId: audit?.tenantId,
    onBehalfOf: audit?.onBehalfOf,
    labels: audit?.labels,
    traceId: traced ? span.traceId : undefined,
    spanId: traced ? span.spanId : undefined,
    // Absent means 0: an unsampled span needs no field.
    traceFlags: traced && span.traceFlags !== 0 ? span.traceFlags : undefined,
  }
}
