/** What each kind's data is when the caller leaves out what can be derived. Checking comes after, from the table. */
import { messageOf } from '../errors.ts'
import { checkMoment } from './check-field.ts'
import type { EventLimits, EventSurroundings } from './event-settings.ts'
import { newEventId } from './event-id.ts'
import type { AgentInput, ApiCallInput, SecurityInput, TokenUsageInput, ToolCallInput } from './inputs.ts'
import { textOf, jsonTextOf } from './json-text.ts'
import type { AuditEventKind, ExecutionStatus } from './kinds.ts'
import { previewOf } from './preview.ts'

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
}

/** Fields under their input names, not checked yet. */
export type DataSource = Readonly<Record<string, unknown>>

type Derive = { readonly [K in AuditEventKind]: (input: InputByKind[K], from: Derivation) => DataSource }

export const DERIVE: Derive = {
  AgentExecution: agent,
  ApiCall: apiCall,
  ToolCall: toolCall,
  TokenUsage: tokenUsage,
  Security: security,
}

const ENDED: ReadonlySet<ExecutionStatus> = new Set<ExecutionStatus>(['Completed', 'Failed', 'Cancelled'])
const MAX_CONTEXT_ENTRIES = 1000

function agent(input: InputByKind['AgentExecution'], { timeMillis, surroundings }: Derivation): DataSource {
  const ended = ENDED.has(input.status)
  const start = input.startTime ?? surroundings.startTimeMillis
  const end = input.endTime ?? (ended ? timeMillis : undefined)
  const startMillis = start === undefined ? undefined : checkMoment(start, 'startTime')
  const untilMillis = end === undefined ? timeMillis : checkMoment(end, 'endTime')
  const duration = startMillis === undefined || !ended ? undefined : Math.max(0, untilMillis - startMillis) / 1000
  return {
    ...input,
    goal: input.goal ?? surroundings.goal ?? '',
    startTime: startMillis ?? timeMillis,
    endTime: end,
    durationSecs: input.durationSecs ?? duration,
    tokensUsed: input.tokensUsed ?? 0,
    artifacts: input.artifacts ?? [],
    agentVersion: input.agentVersion ?? surroundings.agentVersion,
    error: errorText(input.error),
    errorType: input.errorType ?? (input.status === 'Cancelled' ? 'cancelled' : errorClass(input.error)),
  }
}

function apiCall(input: ApiCallInput, { timeMillis, limits }: Derivation): DataSource {
  const full = limits.capture === 'full'
  const known =
    input.promptTokens !== undefined || input.completionTokens !== undefined || input.totalTokens !== undefined
  const response = input.responsePreview ?? (input.response === undefined ? undefined : textOf(input.response))
  const promptTokens = input.promptTokens ?? 0
  const completionTokens = input.completionTokens ?? 0
  return {
    ...input,
    requestTime: input.requestTime ?? timeMillis - millisOf(input.latencyMs),
    responseTime: input.responseTime ?? (input.latencyMs === undefined ? undefined : timeMillis),
    latencyMs: input.latencyMs ?? elapsed(input.requestTime, input.responseTime),
    promptTokens,
    completionTokens,
    totalTokens: input.totalTokens ?? promptTokens + completionTokens,
    usageUnknown: input.usageUnknown ?? (known ? undefined : true),
    promptPreview: preview(input.promptPreview ?? (input.prompt === undefined ? '' : textOf(input.prompt)), limits),
    responsePreview: preview(response, limits),
    prompt: full && input.prompt !== undefined ? textOf(input.prompt) : undefined,
    response: full && input.response !== undefined ? textOf(input.response) : undefined,
    error: errorText(input.error),
    errorType: input.errorType ?? errorClass(input.error),
  }
}

function toolCall(input: ToolCallInput, { timeMillis, limits }: Derivation): DataSource {
  const output = input.outputPreview ?? (input.output === undefined ? '' : textOf(input.output))
  return {
    ...input,
    callId: input.callId ?? newEventId(timeMillis),
    parameters: input.parameters === undefined ? '{}' : textOf(input.parameters),
    executionTime: input.executionTime ?? timeMillis - millisOf(input.durationMs),
    durationMs: input.durationMs ?? 0,
    success: input.success ?? input.error === undefined,
    permissionGranted: input.permissionGranted ?? input.decision !== 'Deny',
    outputPreview: preview(output, limits),
    output: limits.capture === 'full' && input.output !== undefined ? textOf(input.output) : undefined,
    error: errorText(input.error),
    errorType: input.errorType ?? errorClass(input.error),
  }
}

function tokenUsage(input: TokenUsageInput, { timeMillis }: Derivation): DataSource {
  const { budgetLimit: limit, tokensConsumed: consumed } = input
  return {
    ...input,
    budgetRemaining: input.budgetRemaining ?? (limit === undefined ? undefined : Math.max(0, limit - consumed)),
    utilization: input.utilization ?? (limit === undefined ? 0 : utilizationOf(consumed, limit)),
    timestamp: timeMillis,
    operation: input.operation ?? '',
  }
}

function security(input: SecurityInput): DataSource {
  return { ...input, action: input.action ?? 'Logged', context: contextText(input.context) }
}

/** Consumed over limit; against a budget of nothing everything is over budget. */
function utilizationOf(consumed: number, limit: number): number {
  return limit === 0 && consumed > 0 ? consumed + 1 : limit === 0 ? 0 : consumed / limit
}

/** Values of any kind as text; what is no map at all is left for the check to refuse. */
function contextText(context: unknown): unknown {
  if (context === undefined) return {}
  if (typeof context !== 'object' || context === null || Array.isArray(context)) return context
  const names = Object.keys(context)
  const entries = names.slice(0, MAX_CONTEXT_ENTRIES).map((name): [string, string] => [name, valueText(context, name)])
  if (names.length > MAX_CONTEXT_ENTRIES) entries.push(['[more]', String(names.length - MAX_CONTEXT_ENTRIES)])
  return Object.fromEntries(entries)
}

function valueText(context: object, name: string): string {
  try {
    return textOf(Reflect.get(context, name))
  } catch (error) {
    return `[unreadable: ${messageOf(error)}]`
  }
}

function preview(text: unknown, limits: EventLimits): unknown {
  return typeof text === 'string' ? previewOf(text, limits.previewLength) : text
}

function millisOf(value: unknown): number {
  return typeof value === 'number' && value >= 0 && value < Infinity ? Math.round(value) : 0
}

function elapsed(request: ApiCallInput['requestTime'], response: ApiCallInput['responseTime']): number | undefined {
  if (request === undefined || response === undefined) return undefined
  return Math.max(0, checkMoment(response, 'responseTime') - checkMoment(request, 'requestTime'))
}

function errorText(error: unknown): string | undefined {
  if (error === undefined || error === null) return undefined
  if (typeof error === 'string') return error
  return error instanceof Error ? messageOf(error) : jsonTextOf(error)
}

function errorClass(error: unknown): string | undefined {
  return error instanceof Error ? error.name : undefined
}
