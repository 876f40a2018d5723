/**
 * What each kind's data is where the caller leaves out what can be derived. Checking comes after, from the table; so does
 * the masking, but for the values that become text here (`MASKED_WHERE_DERIVED`).
 */
import { isError, messageOf } from '../errors.ts'
import { checkMoment } from './check-field.ts'
import type { EventLimits, EventSurroundings } from './event-settings.ts'
import { newEventId } from './event-id.ts'
import type { AgentInput, ApiCallInput, SecurityInput, TokenUsageInput, ToolCallInput } from './inputs.ts'
import type { AuditEventKind, CaptureLevel, ExecutionStatus } from './kinds.ts'
import { previewOf } from './preview.ts'
import type { TextMasking } from './text-masking.ts'

/** The input of each kind; a run's state is said by the method that logs it. */
export interface InputByKind {
  AgentExecution: AgentInput & { status: ExecutionStatus }
  ApiCall: ApiCallInput
  ToolCall: ToolCallInput
  TokenUsage: TokenUsageInput
  Security: SecurityInput
}

/** The moment and the surroundings that defaults come from. */
export interface Derivation {
  readonly timeMillis: number
  readonly surroundings: EventSurroundings
  readonly limits: EventLimits
  readonly capture: CaptureLevel
  readonly masking: TextMasking
}

/** The fields of each kind that are worked out here, by their input names. All others are what the caller gives. */
export const DERIVED_FIELDS = {
  AgentExecution: [
    'goal',
    'startTime',
    'endTime',
    'durationSecs',
    'tokensUsed',
    'artifacts',
    'agentVersion',
    'error',
    'errorType',
  ],
  ApiCall: [
    'requestTime',
    'responseTime',
    'latencyMs',
    'promptTokens',
    'completionTokens',
    'totalTokens',
    'usageUnknown',
    'promptPreview',
    'responsePreview',
    'prompt',
    'response',
    'error',
    'errorType',
  ],
  ToolCall: [
    'callId',
    'parameters',
    'executionTime',
    'durationMs',
    'success',
    'permissionGranted',
    'outputPreview',
    'output',
    'error',
    'errorType',
  ],
  TokenUsage: ['budgetRemaining', 'utilization', 'timestamp', 'operation'],
  Security: ['action', 'context'],
} as const

/** Exactly the derived fields of a kind, not checked yet. Not the others: copying these would cost more than all the rest. */
type DerivedData<K extends AuditEventKind> = Readonly<Record<(typeof DERIVED_FIELDS)[K][number], unknown>>

type Derive = { readonly [K in AuditEventKind]: (input: InputByKind[K], from: Derivation) => DerivedData<K> }

export const DERIVE: Derive = {
  AgentExecution: agent,
  ApiCall: apiCall,
  ToolCall: toolCall,
  TokenUsage: tokenUsage,
  Security: security,
}

/** Fields that are masked when they come from here. */
export const MASKED_WHERE_DERIVED: ReadonlySet<string> = new Set([
  'prompt_preview',
  'response_preview',
  'prompt',
  'response',
  'parameters',
  'output_preview',
  'output',
])

const ENDED: ReadonlySet<ExecutionStatus> = new Set<ExecutionStatus>(['Completed', 'Failed', 'Cancelled'])
const MAX_CONTEXT_ENTRIES = 1000

function agent(
  input: InputByKind['AgentExecution'],
  { timeMillis, surroundings, masking }: Derivation,
): DerivedData<'AgentExecution'> {
  const ended = ENDED.has(input.status)
  const start = input.startTime ?? surroundings.startTimeMillis
  const end = input.endTime ?? (ended ? timeMillis : undefined)
  const startMillis = start === undefined ? undefined : checkMoment(start, 'startTime')
  const untilMillis = end === undefined ? timeMillis : checkMoment(end, 'endTime')
  const duration = startMillis === undefined || !ended ? undefined : Math.max(0, untilMillis - startMillis) / 1000
  return {
    goal: input.goal ?? surroundings.goal ?? '',
    startTime: startMillis ?? timeMillis,
    endTime: end,
    durationSecs: input.durationSecs ?? duration,
    tokensUsed: input.tokensUsed ?? 0,
    artifacts: input.artifacts ?? [],
    agentVersion: input.agentVersion ?? surroundings.agentVersion,
    error: errorText(input.error, masking),
    errorType: input.errorType ?? (input.status === 'Cancelled' ? 'cancelled' : errorClass(input.error)),
  }
}

function apiCall(input: ApiCallInput, from: Derivation): DerivedData<'ApiCall'> {
  const { timeMillis, masking } = from
  const known =
    input.promptTokens !== undefined || input.completionTokens !== undefined || input.totalTokens !== undefined
  const prompt = contentOf(input.prompt, input.promptPreview, 'data.prompt', from)
  const response = contentOf(input.response, input.responsePreview, 'data.response', from)
  const promptTokens = input.promptTokens ?? 0
  const completionTokens = input.completionTokens ?? 0
  return {
    requestTime: input.requestTime ?? timeMillis - millisOf(input.latencyMs),
    responseTime: input.responseTime ?? (input.latencyMs === undefined ? undefined : timeMillis),
    latencyMs: input.latencyMs ?? elapsed(input.requestTime, input.responseTime),
    promptTokens,
    completionTokens,
    totalTokens: input.totalTokens ?? promptTokens + completionTokens,
    usageUnknown: input.usageUnknown ?? (known ? undefined : true),
    promptPreview: prompt.preview ?? '',
    responsePreview: response.preview,
    prompt: prompt.whole,
    response: response.whole,
    error: errorText(input.error, masking),
    errorType: input.errorType ?? errorClass(input.error),
  }
}

function toolCall(input: ToolCallInput, from: Derivation): DerivedData<'ToolCall'> {
  const { timeMillis, capture, masking } = from
  const output = contentOf(input.output, input.outputPreview, 'data.output', from)
  return {
    callId: input.callId ?? newEventId(timeMillis),
    parameters: capture === 'metadata' ? '' : parametersText(input.parameters, masking),
    executionTime: input.executionTime ?? timeMillis - millisOf(input.durationMs),
    durationMs: input.durationMs ?? 0,
    success: input.success ?? input.error === undefined,
    permissionGranted: input.permissionGranted ?? input.decision !== 'Deny',
    outputPreview: output.preview ?? '',
    output: output.whole,
    error: errorText(input.error, masking),
    errorType: input.errorType ?? errorClass(input.error),
  }
}

function tokenUsage(input: TokenUsageInput, { timeMillis }: Derivation): DerivedData<'TokenUsage'> {
  const { budgetLimit: limit, tokensConsumed: consumed } = input
  return {
    budgetRemaining: input.budgetRemaining ?? (limit === undefined ? undefined : Math.max(0, limit - consumed)),
    utilization: input.utilization ?? (limit === undefined ? 0 : utilizationOf(consumed, limit)),
    timestamp: timeMillis,
    operation: input.operation ?? '',
  }
}

function security(input: SecurityInput, { masking }: Derivation): DerivedData<'Security'> {
  return { action: input.action ?? 'Logged', context: contextText(input.context, masking) }
}

/** Consumed over limit; against a budget of nothing everything is over budget. */
function utilizationOf(consumed: number, limit: number): number {
  return limit === 0 && consumed > 0 ? consumed + 1 : limit === 0 ? 0 : consumed / limit
}

/** Values of any kind as text; what is no map at all is left for the check to refuse. */
function contextText(context: unknown, masking: TextMasking): unknown {
  if (context === undefined) return {}
  if (typeof context !== 'object' || context === null || Array.isArray(context)) return context
  const names = Object.keys(context)
  const entries = names
    .slice(0, MAX_CONTEXT_ENTRIES)
    .map((name): [string, string] => [name, valueText(context, name, masking)])
  if (names.length > MAX_CONTEXT_ENTRIES) entries.push(['[more]', String(names.length - MAX_CONTEXT_ENTRIES)])
  return Object.fromEntries(entries)
}

/** A string as it stands: it is masked with its name, as an entry of the map. */
function valueText(context: object, name: string, masking: TextMasking): string {
  try {
    const value: unknown = Reflect.get(context, name)
    return typeof value === 'string' ? value : masking.jsonText(value, `data.context.${name}`)
  } catch (error) {
    return `[unreadable: ${messageOf(error)}]`
  }
}

function parametersText(parameters: unknown, masking: TextMasking): string {
  return parameters === undefined ? '{}' : masking.jsonText(parameters, 'data.parameters')
}

interface Content {
  readonly preview?: unknown
  readonly whole?: string | undefined
}

/**
 * What is stored of a prompt, response or output at the level in force. A preview that is no text is left for the check
 * to refuse.
 */
function contentOf(whole: unknown, preview: unknown, path: string, from: Derivation): Content {
  const { capture, limits, masking } = from
  const isText = preview === undefined || preview === null || typeof preview === 'string'
  if (capture === 'metadata') return isText ? {} : { preview }
  const kept = capture === 'full' && whole !== undefined ? masking.value(whole, path) : undefined
  const source = preview ?? kept ?? whole
  if (source === undefined || !isText) return { preview, whole: kept }
  // What was kept is masked already: nothing is searched, or counted, twice.
  if (source === kept) return { preview: previewOf(kept, limits.previewLength), whole: kept }
  return { preview: masking.preview(source, `${path}_preview`, limits.previewLength), whole: kept }
}

function millisOf(value: unknown): number {
  return typeof value === 'number' && value >= 0 && value < Infinity ? Math.round(value) : 0
}

function elapsed(request: ApiCallInput['requestTime'], response: ApiCallInput['responseTime']): number | undefined {
  if (request === undefined || response === undefined) return undefined
  return Math.max(0, checkMoment(response, 'responseTime') - checkMoment(request, 'requestTime'))
}

function errorText(error: unknown, masking: TextMasking): string | undefined {
  if (error === undefined || error === null) return undefined
  if (typeof error === 'string') return error
  return isError(error) ? messageOf(error) : masking.jsonText(error, 'data.error')
}

function errorClass(error: unknown): string | undefined {
  return isError(error) ? error.name : undefined
}
