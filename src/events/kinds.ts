/**
 * What an audit event is: the five kinds, their data and the envelope around them, exactly as stored on a journal line
 * (format version 1). Times are RFC 3339 UTC with milliseconds; counts are integers from 0 to 2^53 - 1.
 */

/** Started, running, or how it ended. */
export type ExecutionStatus = 'Started' | 'Running' | 'Completed' | 'Failed' | 'Cancelled'

/** One state of an agent run. */
export interface AgentExecutionData {
  /** Name of the agent, for example `code-reviewer`. */
  agent_name: string
  status: ExecutionStatus
  /** What the run is for, as a person would say it. */
  goal: string
  start_time: string
  end_time?: string
  /** From start to this event, in seconds. */
  duration_secs?: number
  /** Tokens consumed by the run so far, input and output. */
  tokens_used: number
  /** What the run produced: file names, URIs, ids. */
  artifacts: string[]
  /** Why it failed or was cancelled. */
  error?: string
  /** `cancelled`, `timeout`, a status code or an error class. */
  error_type?: string
  agent_version?: string
}

/** One call to a model provider. */
export interface ApiCallData {
  /** The provider as the caller names it, for example `openai`. */
  provider: string
  /** The model that was asked for. */
  model: string
  request_time: string
  response_time?: string
  /** From request to the complete response, in milliseconds. */
  latency_ms?: number
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
  /** HTTP status of the last attempt. */
  status_code?: number
  error?: string
  /** `cancelled`, `timeout`, a status code or an error class. */
  error_type?: string
  /** First 200 characters of the prompt. */
  prompt_preview: string
  /** First 200 characters of the response. */
  response_preview?: string
  call_id?: string
  /** OpenTelemetry's operation name: `chat`, `embeddings`, `generate_content` … */
  operation?: string
  /** The model that answered, where the provider says so. */
  response_model?: string
  response_id?: string
  /** How many requests it took, the first included. */
  attempts?: number
  cache_read_tokens?: number
  cache_write_tokens?: number
  reasoning_tokens?: number
  time_to_first_token_ms?: number
  /** True when the token counts are 0 because nobody told them. */
  usage_unknown?: boolean
  /** The whole prompt; capture level `full` only. */
  prompt?: string
  /** The whole response; capture level `full` only. */
  response?: string
}

/** What the permission policy said. */
export type PermissionDecision = 'Allow' | 'Deny' | 'Ask'
/** Who or what decided. */
export type DeciderType = 'user' | 'rule' | 'agent' | 'default'

/** One run of a tool, with the permission decision and the sandbox it ran in. */
export interface ToolCallData {
  tool_name: string
  /** Id of the call, as the model gave it. */
  call_id: string
  /** The arguments as JSON text. */
  parameters: string
  /** When the tool started. */
  execution_time: string
  duration_ms: number
  success: boolean
  /** First 200 characters of the output. */
  output_preview: string
  error?: string
  permission_granted: boolean
  sandbox_policy?: string
  /** `cancelled`, `timeout`, a status code, `tool_error` or an error class. */
  error_type?: string
  /** The server that offers the tool, for example an MCP server. */
  tool_server?: string
  tool_version?: string
  decision?: PermissionDecision
  /** User, rule or agent that decided. */
  decided_by?: string
  decided_by_type?: DeciderType
  decision_reason?: string
  decided_at?: string
  policy_name?: string
  policy_version?: string
  /** The whole output; capture level `full` only. */
  output?: string
}

/** Tokens consumed by somebody against a budget. */
export interface TokenUsageData {
  entity_id: string
  /** `agent`, `user`, `session` or a type of your own. */
  entity_type: string
  tokens_consumed: number
  budget_limit?: number
  budget_remaining?: number
  /** Consumed over limit: 0.0 to 1.0, above 1 when over budget, 0 without a limit. */
  utilization: number
  timestamp: string
  /** What the tokens were spent on. */
  operation: string
}

export type SecuritySeverity = 'Info' | 'Warning' | 'Critical'
export type SecurityAction = 'Allowed' | 'Blocked' | 'Logged' | 'Escalated'
/** What happens to the log itself. */
export const LOG_LIFE_CATEGORIES = [
  'AuditStarted',
  'AuditContinued',
  'AuditStopped',
  'AuditConfigChanged',
  'AuditRecovered',
  'AuditFailure',
  'RetentionDeleted',
  'ClockChanged',
] as const
/** What is audited: the SDKs that are attached to, and the tools that agents were given. */
export const COVERAGE_CATEGORIES = ['SdkAttached', 'SdkNotAttached', 'ToolsOffered'] as const
/** Categories of findings that Kansa itself knows. */
export const FINDING_CATEGORIES = [
  'PermissionDenied',
  'SandboxViolation',
  'BudgetExceeded',
  'PromptInjection',
  'SecretDetected',
  'ActionIntended',
  'Other',
] as const
export type LogLifeCategory = (typeof LOG_LIFE_CATEGORIES)[number]
/** Categories that Kansa itself knows. The set is open: any other string passes verbatim. */
export type KnownSecurityCategory =
  | (typeof FINDING_CATEGORIES)[number]
  | LogLifeCategory
  | (typeof COVERAGE_CATEGORIES)[number]
// `string & {}` keeps the known names in editors' suggestions while any string is allowed.
export type SecurityCategory = KnownSecurityCategory | (string & {})

/** A security finding and what was done about it; also the log's own life. */
export interface SecurityData {
  severity: SecuritySeverity
  category: SecurityCategory
  message: string
  /** Who noticed: a tool, a guard, `kansa` itself. */
  source: string
  action: SecurityAction
  context: Record<string, string>
}

/** The data type of each kind. */
export interface AuditDataByKind {
  AgentExecution: AgentExecutionData
  ApiCall: ApiCallData
  ToolCall: ToolCallData
  TokenUsage: TokenUsageData
  Security: SecurityData
}

export type AuditEventKind = keyof AuditDataByKind

/** How much content is stored. */
export type CaptureLevel = 'metadata' | 'preview' | 'full'

/**
 * What was cut away from a field: its original length in characters and the SHA-256 (hex) of the masked text; of more than
 * 262,144 characters, of what they begin with.
 */
export interface CutField {
  length: number
  sha256: string
}

/** Everything around `event_type` that may be absent. */
export interface AuditEnvelope {
  /** Kansa's own clock; present when the caller gave `timestamp`. */
  observed_timestamp?: string
  /** 32 lower-case hex digits, not all zero. */
  trace_id?: string
  /** 16 lower-case hex digits, not all zero. */
  span_id?: string
  /** W3C trace flags; absent means 0. */
  trace_flags?: number
  session_id?: string
  run_id?: string
  parent_run_id?: string
  user_id?: string
  tenant_id?: string
  /** For whom the actor acts, the human first. */
  on_behalf_of?: string[]
  labels?: Record<string, string>
  /** What was cut, by path (`data.parameters`). */
  cut?: Record<string, CutField>
  /** How many secrets were masked, by kind. */
  redacted?: Record<string, number>
  /** The capture level, when not the default. */
  capture?: CaptureLevel
  /** Index of the record in the log's Merkle tree; given when the line is appended. */
  seq?: number
}

/** One audit event of kind `K`. */
export interface AuditEventOf<K extends AuditEventKind> extends AuditEnvelope {
  /** UUID v7. */
  id: string
  timestamp: string
  actor_id: string
  event_type: { type: K; data: AuditDataByKind[K] }
}

/** Any audit event, discriminated by `event_type.type`. */
export type AuditEvent = { [K in AuditEventKind]: AuditEventOf<K> }[AuditEventKind]

/** The `event_type` part of any event. */
export type AuditEventType = AuditEvent['event_type']
