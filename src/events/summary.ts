/** One short sentence about an event for people: the log record's body, and what `kansa tail` shows. */
import { sliceWhole } from './json-text.ts'
import type { StoredEvent } from './line.ts'
import type { ApiCallData, AgentExecutionData, TokenUsageData, ToolCallData } from './kinds.ts'

const MAX_PART_CHARACTERS = 120

export function summaryOf(event: StoredEvent): string {
  const { type, data } = event.event_type
  switch (type) {
    case 'AgentExecution':
      return agentSummary(data)
    case 'ApiCall':
      return apiSummary(data)
    case 'ToolCall':
      return toolSummary(data)
    case 'TokenUsage':
      return usageSummary(data)
    case 'Security':
      return `${short(data.category ?? 'Security')}: ${short(data.message)} (${(data.action ?? 'Logged').toLowerCase()})`
  }
}

function agentSummary(data: Partial<AgentExecutionData>): string {
  const after = data.duration_secs === undefined ? '' : ` after ${data.duration_secs} s`
  const what = `agent ${short(data.agent_name)} ${(data.status ?? 'ran').toLowerCase()}`
  switch (data.status) {
    case 'Started':
    case 'Running':
      return `${what}${because(data.goal)}`
    case 'Completed':
      return `${what}${after}, ${data.tokens_used ?? 0} tokens`
    case 'Failed':
    case 'Cancelled':
    case undefined:
      return `${what}${after}${because(data.error)}`
    default:
      return what
  }
}

function apiSummary(data: Partial<ApiCallData>): string {
  const model = `${short(data.provider)}/${short(data.model)}`
  const time = within(data.latency_ms)
  if (data.error !== undefined) return `call to ${model} ${outcome(data.error_type)}${time}${because(data.error)}`
  return `call to ${model} used ${data.total_tokens ?? 0} tokens${time}`
}

function toolSummary(data: Partial<ToolCallData>): string {
  const tool = `tool ${short(data.tool_name)}`
  if (data.permission_granted === false) return `${tool} was denied${because(data.decision_reason ?? data.error)}`
  if (data.success === false)
    return `${tool} ${outcome(data.error_type)}${within(data.duration_ms)}${because(data.error)}`
  return `${tool} succeeded${within(data.duration_ms)}`
}

function usageSummary(data: Partial<TokenUsageData>): string {
  const who = `${data.entity_type ?? 'entity'} ${short(data.entity_id)} consumed ${data.tokens_consumed ?? 0}`
  if (data.budget_limit === undefined) return `${who} tokens`
  return `${who} of ${data.budget_limit} tokens (${Math.round((data.utilization ?? 0) * 100)} %)`
}

function outcome(errorType: string | undefined): string {
  if (errorType === 'cancelled') return 'was cancelled'
  return errorType === 'timeout' ? 'timed out' : 'failed'
}

function within(millis: number | undefined): string {
  return millis === undefined ? '' : ` in ${millis} ms`
}

function because(reason: string | undefined): string {
  return reason === undefined || reason === '' ? '' : `: ${short(reason)}`
}

function short(text = '?'): string {
  return text.length <= MAX_PART_CHARACTERS ? text : `${sliceWhole(text, MAX_PART_CHARACTERS)}…`
}
