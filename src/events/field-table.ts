/**
 * The one table. Every field of every kind, in the order of the journal line, with its type and its OpenTelemetry
 * attribute. The validator, the line and its reader, both directions of the log record mapping and the event reference
 * all follow from it. Names from OpenTelemetry are used where one exists (semantic conventions 1.45.0 and the GenAI
 * conventions of October 2026); `agent_audit.*` where none does.
 */
import { fieldsOf, snakeCase } from './field.ts'
import type { Field, FieldSpec, FieldSpecs, FieldType, Normalisation } from './field.ts'
import type {
  AgentExecutionData,
  ApiCallData,
  AuditEnvelope,
  AuditEventKind,
  SecurityData,
  TokenUsageData,
  ToolCallData,
} from './kinds.ts'
import { categoryWords, providerNames, secondsFromMillis } from './normalisations.ts'

type Extra = {
  readonly choices?: ReadonlyMap<string, string>
  readonly words?: ReadonlyMap<string, string>
  readonly digits?: number
  readonly normalisation?: Normalisation
}

function must(type: FieldType, attribute: string, about: string, extra: Extra = {}): FieldSpec<true> {
  return { type, attribute, about, required: true, ...extra }
}

function may(type: FieldType, attribute: string, about: string, extra: Extra = {}): FieldSpec<false> {
  return { type, attribute, about, required: false, ...extra }
}

function oneOf(...values: string[]): Extra {
  return {
    choices: new Map(values.map(value => [value, snakeCase(value)])),
    words: new Map(values.map(value => [snakeCase(value), value])),
  }
}

const RUN = 'agent_audit.agent.execution'
const agentExecution: FieldSpecs<AgentExecutionData> = {
  agent_name: must('text', 'gen_ai.agent.name', 'Name of the agent.'),
  status: must(
    'choice',
    `${RUN}.state`,
    'State of the run.',
    oneOf('Started', 'Running', 'Completed', 'Failed', 'Cancelled'),
  ),
  goal: must('content', `${RUN}.goal`, 'What the run is for.'),
  start_time: must('time', `${RUN}.start_time`, 'When the run started.'),
  end_time: may('time', `${RUN}.end_time`, 'When the run ended.'),
  duration_secs: may('number', `${RUN}.duration_secs`, 'Seconds from start to this event.'),
  tokens_used: must(
    'count',
    'agent_audit.usage.total_tokens',
    'Tokens consumed by the run so far, its nested runs included.',
  ),
  artifacts: must('texts', `${RUN}.artifacts`, 'What the run produced: file names, URIs, ids.'),
  error: may('content', 'agent_audit.error.message', 'Why it failed or was cancelled.'),
  error_type: may('text', 'error.type', '`cancelled`, `timeout`, a status code or an error class.'),
  agent_version: may('text', 'gen_ai.agent.version', 'Version of the agent.'),
}

const API = 'agent_audit.api.call'
const apiCall: FieldSpecs<ApiCallData> = {
  provider: must('text', 'gen_ai.provider.name', 'The model provider.', {
    normalisation: providerNames(`${API}.provider`),
  }),
  model: must('text', 'gen_ai.request.model', 'The model that was asked for.'),
  request_time: must('time', `${API}.start_time`, 'When the request was sent.'),
  response_time: may('time', `${API}.end_time`, 'When the response was complete.'),
  latency_ms: may('millis', `${API}.duration_ms`, 'Milliseconds from request to complete response.'),
  prompt_tokens: must('count', 'gen_ai.usage.input_tokens', 'Input tokens, cached ones included.'),
  completion_tokens: must('count', 'gen_ai.usage.output_tokens', 'Output tokens, reasoning included.'),
  total_tokens: must('count', 'agent_audit.usage.total_tokens', 'Input plus output tokens.'),
  status_code: may('count', 'http.response.status_code', 'HTTP status of the last attempt.'),
  error: may('content', 'agent_audit.error.message', 'Why the call failed.'),
  prompt_preview: must('content', `${API}.prompt_preview`, 'First 200 characters of the prompt.'),
  response_preview: may('content', `${API}.response_preview`, 'First 200 characters of the response.'),
  error_type: may('text', 'error.type', '`cancelled`, `timeout`, a status code or an error class.'),
  call_id: may('text', `${API}.id`, 'Id of the call.'),
  operation: may('text', 'gen_ai.operation.name', 'Operation: `chat`, `embeddings`, `generate_content` …'),
  response_model: may('text', 'gen_ai.response.model', 'The model that answered.'),
  response_id: may('text', 'gen_ai.response.id', 'Id of the response.'),
  attempts: may('count', `${API}.attempts`, 'How many requests it took, the first included.'),
  cache_read_tokens: may('count', 'gen_ai.usage.cache_read.input_tokens', 'Input tokens read from a cache.'),
  cache_write_tokens: may('count', 'gen_ai.usage.cache_write.input_tokens', 'Input tokens written to a cache.'),
  reasoning_tokens: may('count', 'gen_ai.usage.reasoning.output_tokens', 'Output tokens spent on reasoning.'),
  time_to_first_token_ms: may(
    'millis',
    'gen_ai.response.time_to_first_chunk',
    'Milliseconds to the first chunk (seconds in the attribute).',
    {
      normalisation: secondsFromMillis(`${API}.time_to_first_token_ms`),
    },
  ),
  usage_unknown: may('flag', `${API}.usage_unknown`, 'True when the counts are 0 because nobody told them.'),
  prompt: may('content', `${API}.prompt`, 'The whole prompt (capture level `full` only).'),
  response: may('content', `${API}.response`, 'The whole response (capture level `full` only).'),
}

const TOOL = 'agent_audit.tool.call'
const toolCall: FieldSpecs<ToolCallData> = {
  tool_name: must('text', 'gen_ai.tool.name', 'Name of the tool.'),
  call_id: must('text', 'gen_ai.tool.call.id', 'Id of the call, as the model gave it.'),
  // Not gen_ai.tool.call.arguments: the convention wants a structure there, the journal keeps the verbatim text.
  parameters: must('content', `${TOOL}.arguments`, 'The arguments as JSON text.'),
  execution_time: must('time', `${TOOL}.start_time`, 'When the tool started.'),
  duration_ms: must('millis', `${TOOL}.duration_ms`, 'Milliseconds the tool took.'),
  success: must('flag', `${TOOL}.success`, 'Whether the tool did what it was asked.'),
  output_preview: must('content', `${TOOL}.result_preview`, 'First 200 characters of the output.'),
  error: may('content', 'agent_audit.error.message', 'Why it failed.'),
  permission_granted: must('flag', `${TOOL}.permission.granted`, 'Whether the tool was allowed to run.'),
  sandbox_policy: may('text', 'agent_audit.sandbox.policy.name', 'The sandbox policy it ran under.'),
  error_type: may('text', 'error.type', '`cancelled`, `timeout`, `tool_error`, a status code or an error class.'),
  tool_server: may('text', 'agent_audit.tool.server.name', 'The server that offers the tool.'),
  tool_version: may('text', 'agent_audit.tool.version', 'Version of the tool.'),
  decision: may(
    'choice',
    `${TOOL}.decision.outcome`,
    'What the permission policy said.',
    oneOf('Allow', 'Deny', 'Ask'),
  ),
  decided_by: may('text', `${TOOL}.decision.actor.id`, 'User, rule or agent that decided.'),
  decided_by_type: may(
    'choice',
    `${TOOL}.decision.actor.type`,
    'What kind of decider that is.',
    oneOf('user', 'rule', 'agent', 'default'),
  ),
  decision_reason: may('content', `${TOOL}.decision.reason`, 'Why it was decided so.'),
  decided_at: may('time', `${TOOL}.decision.time`, 'When it was decided.'),
  policy_name: may('text', `${TOOL}.policy.name`, 'The permission policy.'),
  policy_version: may('text', `${TOOL}.policy.version`, 'Version of the permission policy.'),
  output: may('content', `${TOOL}.result`, 'The whole output (capture level `full` only).'),
}

const USAGE = 'agent_audit.token.usage'
const tokenUsage: FieldSpecs<TokenUsageData> = {
  entity_id: must('text', `${USAGE}.entity.id`, 'Who consumed the tokens.'),
  entity_type: must('text', `${USAGE}.entity.type`, '`agent`, `user`, `session` or a type of your own.'),
  tokens_consumed: must('count', `${USAGE}.consumed`, 'Tokens consumed so far.'),
  budget_limit: may('count', `${USAGE}.budget.limit`, 'The budget.'),
  budget_remaining: may('count', `${USAGE}.budget.remaining`, 'What is left of it.'),
  utilization: must(
    'number',
    `${USAGE}.budget.utilization`,
    'Consumed over limit; above 1 when over budget, 0 without a limit.',
  ),
  timestamp: must('time', `${USAGE}.time`, 'When the tokens were consumed.'),
  operation: must('text', `${USAGE}.operation`, 'What they were spent on.'),
}

const FINDING = 'agent_audit.security.finding'
const security: FieldSpecs<SecurityData> = {
  severity: must('choice', `${FINDING}.severity`, 'How bad it is.', oneOf('Info', 'Warning', 'Critical')),
  category: must('text', `${FINDING}.category`, 'What kind of finding; an open set.', {
    normalisation: categoryWords(`${FINDING}.category_name`),
  }),
  message: must('content', `${FINDING}.message`, 'What happened.'),
  source: must('text', `${FINDING}.source`, 'Who noticed.'),
  action: must(
    'choice',
    `${FINDING}.action`,
    'What was done about it.',
    oneOf('Allowed', 'Blocked', 'Logged', 'Escalated'),
  ),
  context: must('textMap', `${FINDING}.context`, 'Details, string to string.'),
}

const envelope: FieldSpecs<AuditEnvelope> = {
  observed_timestamp: may(
    'time',
    'agent_audit.observed_time',
    "Kansa's own clock; present when the caller gave the timestamp.",
  ),
  trace_id: may(
    'hex',
    'agent_audit.trace.id',
    'Trace of the active span (record field TraceId; the attribute only where the span id is missing).',
    { digits: 32 },
  ),
  span_id: may(
    'hex',
    'agent_audit.trace.span_id',
    'The active span (record field SpanId; the attribute only where the trace id is missing).',
    { digits: 16 },
  ),
  trace_flags: may(
    'count',
    'agent_audit.trace.flags',
    'W3C trace flags (record field Flags; the attribute only where that cannot tell). Absent means 0.',
  ),
  session_id: may('text', 'session.id', 'The session.'),
  run_id: may('text', 'agent_audit.run.id', 'The agent run this belongs to.'),
  parent_run_id: may('text', 'agent_audit.run.parent_id', 'The run that started this run.'),
  user_id: may('text', 'user.id', 'The user.'),
  tenant_id: may('text', 'agent_audit.tenant.id', 'The tenant.'),
  on_behalf_of: may('texts', 'agent_audit.on_behalf_of', 'For whom the actor acts, the human first.'),
  labels: may('textMap', 'agent_audit.labels', 'Labels of your own.'),
  cut: may(
    'cutMap',
    'agent_audit.cut',
    'What was cut: path to original length in characters and SHA-256 of the whole masked text.',
  ),
  redacted: may('countMap', 'agent_audit.redacted', 'How many secrets were masked, by kind.'),
  capture: may(
    'choice',
    'agent_audit.capture.level',
    'Capture level, when not the default.',
    oneOf('metadata', 'preview', 'full'),
  ),
  seq: may('count', 'agent_audit.log.index', "Index of the record in the log's Merkle tree."),
}

export interface KindRow {
  /** OpenTelemetry event name. */
  readonly eventName: string
  readonly about: string
  readonly fields: readonly Field[]
  /** Attributes that every record of the kind carries. */
  readonly constants: Readonly<Record<string, string>>
}

export const KINDS: Readonly<Record<AuditEventKind, KindRow>> = {
  AgentExecution: {
    eventName: 'agent_audit.agent.execution',
    about: 'One state of an agent run.',
    fields: fieldsOf(agentExecution),
    constants: { 'gen_ai.operation.name': 'invoke_agent' },
  },
  ApiCall: {
    eventName: 'agent_audit.api.call',
    about: 'One call to a model provider.',
    fields: fieldsOf(apiCall),
    constants: {},
  },
  ToolCall: {
    eventName: 'agent_audit.tool.call',
    about: 'One run of a tool, with the permission decision and the sandbox it ran in.',
    fields: fieldsOf(toolCall),
    constants: { 'gen_ai.operation.name': 'execute_tool' },
  },
  TokenUsage: {
    eventName: 'agent_audit.token.usage',
    about: 'Tokens consumed by somebody against a budget.',
    fields: fieldsOf(tokenUsage),
    constants: {},
  },
  Security: {
    eventName: 'agent_audit.security.finding',
    about: "A security finding and what was done about it; also the log's own life.",
    fields: fieldsOf(security),
    constants: {},
  },
}

/** The envelope's fields after `event_type`, in line order. */
export const ENVELOPE: readonly Field[] = fieldsOf(envelope)

/** Attributes of the fields that stand before `event_type`, and the copy of the event name. */
export const HEAD_ATTRIBUTES = {
  id: 'log.record.uid',
  actor: 'agent_audit.actor.id',
  /** Back ends that do not show EventName show attributes. */
  eventName: 'otel.event.name',
} as const

const KIND_NAMES: readonly AuditEventKind[] = ['AgentExecution', 'ApiCall', 'ToolCall', 'TokenUsage', 'Security']
const KIND_BY_EVENT_NAME = new Map<string, AuditEventKind>(KIND_NAMES.map(kind => [KINDS[kind].eventName, kind]))

export function isKind(name: unknown): name is AuditEventKind {
  return KIND_NAMES.some(kind => kind === name)
}

export function kindOfEventName(eventName: string | undefined): AuditEventKind | undefined {
  return eventName === undefined ? undefined : KIND_BY_EVENT_NAME.get(eventName)
}
