/** The logging methods, whatever the events go to: each builds a checked event and hands it to `record`. */
import { context, isSpanContextValid, trace } from '@opentelemetry/api'
import type { KansaError } from '../errors.ts'
import { buildEvent, completeEvent, unreadableEvent } from '../events/build-event.ts'
import type { InputByKind } from '../events/derive-data.ts'
import { NOWHERE } from '../events/event-settings.ts'
import type { EventLimits, EventSurroundings } from '../events/event-settings.ts'
import type { AgentInput, ApiCallInput, SecurityInput, TokenUsageInput, ToolCallInput } from '../events/inputs.ts'
import type { AuditEvent, AuditEventKind, ExecutionStatus } from '../events/kinds.ts'
import { intentionOf, refusalOf } from './announce-action.ts'
import type { ActionAnnouncer } from './announce-action.ts'
import type { AuditLogger, AuditReceipt } from './audit-api.ts'
import { currentAuditContext } from './audit-context.ts'
import { chargeBudgets } from './budget/context-budgets.ts'
import { withoutReservedCategory } from './claimed-category.ts'
import type { ActionKind, FailureRule, IntendedAction } from './failure-policy.ts'
import { secretReportOf } from './secret-report.ts'

export abstract class EventLogger implements AuditLogger, ActionAnnouncer {
  protected readonly limits: EventLimits
  private readonly rule: FailureRule
  private readonly reportsSecrets: boolean

  /** `reportsSecrets`: each event in which something was masked is followed by a finding. */
  constructor(limits: EventLimits, rule: FailureRule, reportsSecrets = false) {
    this.limits = limits
    this.rule = rule
    this.reportsSecrets = reportsSecrets
  }

  /** MUST NOT throw. */
  protected abstract record(event: AuditEvent): AuditReceipt
  /** Records an event, stored when this returns; why it is not, if so. MUST NOT throw. */
  protected abstract recordNow(event: AuditEvent): KansaError | undefined
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

  announceAction(kind: ActionKind, describe: () => IntendedAction): void {
    if (!this.rule.mayBlock(kind)) return
    const action = describe()
    if (!this.rule.blocks(action)) return
    const reason = this.recordIntention(action)
    if (reason !== undefined) throw refusalOf(action, reason)
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
    return this.counted(this.eventOf(kind, input))
  }

  private eventOf<K extends AuditEventKind>(kind: K, input: InputByKind[K]): AuditEvent {
    const surroundings = surroundingsOfCaller(readable(() => input?.traceId))
    return buildEvent(kind, input, surroundings, this.limits)
  }

  /** Fails closed: an intention that cannot even be told is not recorded either. */
  private recordIntention(action: IntendedAction): unknown {
    try {
      const event = this.eventOf('Security', intentionOf(action))
      const reason = this.recordNow(event)
      this.reportSecrets(event)
      return reason
    } catch (thrown) {
      return thrown ?? new Error('nobody knows why')
    }
  }

  private counted(event: AuditEvent): AuditReceipt {
    const receipt = this.charged(event)
    this.reportSecrets(event)
    return receipt
  }

  private reportSecrets(event: AuditEvent): void {
    if (!this.reportsSecrets || event.redacted === undefined) return
    const report = secretReportOf(event, this.limits)
    if (report !== undefined) this.record(report)
  }

  /** A model call's tokens belong to the run it was made in. */
  private charged(event: AuditEvent): AuditReceipt {
    if (event.event_type.type === 'ApiCall') {
      currentAuditContext()?.run?.addTokens(event.event_type.data.total_tokens)
      const receipt = this.record(event)
      chargeBudgets(event.event_type.data)
      return receipt
    }
    return this.record(withoutReservedCategory(event))
  }
}

/** An input whose own getters throw is a malformed event. */
function readable<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw unreadableEvent(error)
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
