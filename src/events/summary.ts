/** One short sentence about an event for people: the log record's body, and what `kansa tail` shows. */
import { sliceWhole } from './json-text.ts'
import type { StoredEvent } from './line.ts'
import type { ApiCallData, AgentExecutionData, TokenUsageData, ToolCallData } from './kinds.ts'

const MAX_PART_CHARACTERS = 120

/** How quantities are written in a sentence. */
export interface QuantityStyle {
  millis(count: number): string
  seconds(count: number): string
  count(count: number): string
}

const AS_STORED: QuantityStyle = {
  millis: count => `${count} ms`,
  seconds: count => `${count} s`,
  count: String,
}

export function summaryOf(event: StoredEvent, style: QuantityStyle = AS_STORED): string {
  const { type, data } = event.event_type
  switch (type) {
    case 'AgentExecution':
      return agentSummary(data, style)
    case 'ApiCall':
      return apiSummary(data, style)
    case 'ToolCall':
      return toolSummary(data, style)
    case 'TokenUsage':
      return usageSummary(data, style)
    case 'Security':
      return `${short(data.category ?? 'Security')}: ${short(data.message)} (${(data.action ?? 'Logged').toLowerCase()})`
  }
}

function agentSummary(data: Partial<AgentExecutionData>, style: QuantityStyle): string {
  const after = data.duration_secs === undefined ? '' : ` after ${style.seconds(data.duration_secs)}`
  const what = `agent ${short(data.agent_name)} ${(data.status ?? 'ran').toLowerCase()}`
  switch (data.status) {
    case 'Started':
    case 'Running':
      return `${what}${because(data.goal)}`
    case 'Completed':
      return `${what}${after}, ${style.count(data.tokens_used ?? 0)} tokens`
    case 'Failed':
    case 'Cancelled':
    case undefined:
      return `${what}${after}${because(data.error)}`
    default:
      return what
  }
}

function apiSummary(data: Partial<ApiCallData>, style: QuantityStyle): string {
  const model = `${short(data.provider)}/${short(data.model)}`
  const time = within(data.latency_ms, style)
  if (data.error !== undefined) return `call to ${model} ${outcome(data.error_type)}${time}${because(data.error)}`
  return `call to ${model} used ${style.count(data.total_tokens ?? 0)} tokens${time}`
}

function toolSummary(data: Partial<ToolCallData>, style: QuantityStyle): string {
  const tool = `tool ${short(data.tool_name)}`
  if (data.permission_granted === false) {
    // Somebody allowed it, and still it was not run: the reason for that is no reason for this.
    const reason = data.decision === 'Allow' ? undefined : data.decision_reason
    return `${tool} was denied${because(reason ?? data.error)}`
  }
  if (data.success === false)
    return `${tool} ${outcome(data.error_type)}${within(data.duration_ms, style)}${because(data.error)}`
  return `${tool} succeeded${within(data.duration_ms, style)}`
}

function usageSummary(data: Partial<TokenUsageData>, style: QuantityStyle): string {
  const who = `${data.entity_type ?? 'entity'} ${short(data.entity_id)} consumed ${style.count(data.tokens_consumed ?? 0)}`
  if (data.budget_limit === undefined) return `${who} tokens`
  return `${who} of ${style.count(data.budget_limit)} tokens (${Math.round((data.utilization ?? 0) * 100)} %)`
}

function outcome(errorType: string | undefined): string {
  if (errorType === 'cancelled') return 'was cancelled'
  return errorType === 'timeout' ? 'timed out' : 'failed'
}

function within(millis: number | undefined, style: QuantityStyle): string {
  return millis === undefined ? '' : ` in ${style.millis(millis)}`
}

function because(reason: string | undefined): string {
  return reason === undefined || reason === '' ? '' : `: ${short(reason)}`
}

function short(text = '?'): string {
  return text.length <= MAX_PART_CHARACTERS ? text : `${sliceWhole(text, MAX_PART_CHARACTERS)}…`
}
