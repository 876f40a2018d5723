/**
 * What callers hand to the `logX` methods: the fields of `kinds.ts` in camelCase, with everything that can be derived
 * left optional. `undefined` means absent. A type test keeps the two files in step.
 */
import type { DeciderType, PermissionDecision, SecurityAction, SecurityCategory, SecuritySeverity } from './kinds.ts'

/** A point in time: a `Date`, milliseconds since 1970, or RFC 3339 text. */
export type TimeInput = Date | number | string

/** Every property may also be given as `undefined`, which means absent. */
type OrUndefined<T> = { [K in keyof T]: undefined extends T[K] ? T[K] | undefined : T[K] }

interface EnvelopeFields {
  /** Who acts. Default: the current run's agent, else named after the kind (see the event reference). */
  actorId?: string
  /** When it happened. Default: now. */
  timestamp?: TimeInput
  /** Default: the active OpenTelemetry span's. */
  traceId?: string
  /** Default: the active OpenTelemetry span's. */
  spanId?: string
  /** Default: the active OpenTelemetry span's. */
  traceFlags?: number
  sessionId?: string
  /** Default: the run of the enclosing `withAgent`. */
  runId?: string
  parentRunId?: string
  userId?: string
  tenantId?: string
  /** For whom the actor acts, the human first. */
  onBehalfOf?: readonly string[]
  labels?: Readonly<Record<string, string>>
}

/** Fields that every input takes beside its own. Defaults come from `withAgent` and `withAuditContext`. */
export type EventInput = OrUndefined<EnvelopeFields>

interface AgentFields extends EnvelopeFields {
  agentName: string
  /** Default: the goal of the enclosing run, else `""`. */
  goal?: string
  /** Default: the start of the enclosing run, else the event's time. */
  startTime?: TimeInput
  /** Default for a run that ended: the event's time. */
  endTime?: TimeInput
  /** Seconds. Default for a run that ended: end minus start. */
  durationSecs?: number
  /** Default 0. */
  tokensUsed?: number
  /** Default none. */
  artifacts?: readonly string[]
  error?: unknown
  errorType?: string
  agentVersion?: string
}
/** Input of `logAgentStart`, `logAgentProgress`, `logAgentComplete`, `logAgentFailure` and `logAgentCancelled`. */
export type AgentInput = OrUndefined<AgentFields>

interface ApiCallFields extends EnvelopeFields {
  provider: string
  model: string
  /** Default: the event's time minus `latencyMs`. */
  requestTime?: TimeInput
  /** Default: the event's time, when `latencyMs` is known. */
  responseTime?: TimeInput
  /** Default: response minus request time, when both are given. */
  latencyMs?: number
  /** Default 0, with `usage_unknown` set when no count is given at all. */
  promptTokens?: number
  completionTokens?: number
  /** Default: prompt plus completion tokens. */
  totalTokens?: number
  statusCode?: number
  /** A message, or what was thrown. */
  error?: unknown
  errorType?: string
  /** Cut to the first 200 characters. Default: from `prompt`, else `""`. */
  promptPreview?: string
  /** Cut to the first 200 characters. Default: from `response`. */
  responsePreview?: string
  callId?: string
  operation?: string
  responseModel?: string
  responseId?: string
  attempts?: number
  cacheReadTokens?: number
  cacheWriteTokens?: number
  reasoningTokens?: number
  timeToFirstTokenMs?: number
  usageUnknown?: boolean
  /** The whole prompt, any value; stored at capture level `full` only, otherwise its preview. */
  prompt?: unknown
  /** The whole response, any value; stored at capture level `full` only, otherwise its preview. */
  response?: unknown
}
/** Input of `logApiCall`. */
export type ApiCallInput = OrUndefined<ApiCallFields>

interface ToolCallFields extends EnvelopeFields {
  toolName: string
  /** Default: a new UUID. */
  callId?: string
  /** Any value, stored as JSON text; a string is taken as it stands. Default `{}`. */
  parameters?: unknown
  /** Default: the event's time minus `durationMs`. */
  executionTime?: TimeInput
  /** Default 0. */
  durationMs?: number
  /** Default: true unless there is an `error`. */
  success?: boolean
  /** Cut to the first 200 characters. Default: from `output`, else `""`. */
  outputPreview?: string
  /** A message, or what was thrown. */
  error?: unknown
  errorType?: string
  /** Default: true unless `decision` is `Deny`. */
  permissionGranted?: boolean
  sandboxPolicy?: string
  toolServer?: string
  toolVersion?: string
  decision?: PermissionDecision
  decidedBy?: string
  decidedByType?: DeciderType
  decisionReason?: string
  decidedAt?: TimeInput
  policyName?: string
  policyVersion?: string
  /** The whole output, any value; stored at capture level `full` only, otherwise its preview. */
  output?: unknown
}
/** Input of `logToolCall`. */
export type ToolCallInput = OrUndefined<ToolCallFields>

interface TokenUsageFields extends EnvelopeFields {
  entityId: string
  entityType: string
  tokensConsumed: number
  budgetLimit?: number
  /** Default: limit minus consumed, never below 0. */
  budgetRemaining?: number
  /** Default: consumed over limit, 0 without a limit. */
  utilization?: number
  /** Default `""`. */
  operation?: string
}
/** Input of `logTokenUsage`; its `timestamp` is the usage's own time as well as the event's. */
export type TokenUsageInput = OrUndefined<TokenUsageFields>

interface SecurityFields extends EnvelopeFields {
  severity: SecuritySeverity
  category: SecurityCategory
  message: string
  source: string
  /** Default `Logged`. */
  action?: SecurityAction
  /** Any values; stored as text. Default none. */
  context?: Readonly<Record<string, unknown>>
}
/** Input of `logSecurityEvent`. */
export type SecurityInput = OrUndefined<SecurityFields>
