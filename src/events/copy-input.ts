/** Events from the input of a `logX` method. Written by `npm run generate` from the table: see `copy-fields.ts`. */
import { dataPlans, envelopePlans } from './copy-fields.ts'
import type { CopyData, FieldCopier, OpenData, Readable } from './copy-fields.ts'
import type { AuditEventKind } from './kinds.ts'

const AGENT_EXECUTION = dataPlans('AgentExecution', 'input')

function copyAgentExecution(copier: FieldCopier, target: OpenData, given: Readable, derived: Readable): void {
  let stored: unknown
  stored = copier.take(AGENT_EXECUTION.agent_name, given['agentName'])
  if (stored !== undefined) target['agent_name'] = stored
  stored = copier.take(AGENT_EXECUTION.status, given['status'])
  if (stored !== undefined) target['status'] = stored
  stored = copier.take(AGENT_EXECUTION.goal, derived['goal'])
  if (stored !== undefined) target['goal'] = stored
  stored = copier.take(AGENT_EXECUTION.start_time, derived['startTime'])
  if (stored !== undefined) target['start_time'] = stored
  stored = copier.take(AGENT_EXECUTION.end_time, derived['endTime'])
  if (stored !== undefined) target['end_time'] = stored
  stored = copier.take(AGENT_EXECUTION.duration_secs, derived['durationSecs'])
  if (stored !== undefined) target['duration_secs'] = stored
  stored = copier.take(AGENT_EXECUTION.tokens_used, derived['tokensUsed'])
  if (stored !== undefined) target['tokens_used'] = stored
  stored = copier.take(AGENT_EXECUTION.artifacts, derived['artifacts'])
  if (stored !== undefined) target['artifacts'] = stored
  stored = copier.take(AGENT_EXECUTION.error, derived['error'])
  if (stored !== undefined) target['error'] = stored
  stored = copier.take(AGENT_EXECUTION.error_type, derived['errorType'])
  if (stored !== undefined) target['error_type'] = stored
  stored = copier.take(AGENT_EXECUTION.agent_version, derived['agentVersion'])
  if (stored !== undefined) target['agent_version'] = stored
}

const API_CALL = dataPlans('ApiCall', 'input')

function copyApiCall(copier: FieldCopier, target: OpenData, given: Readable, derived: Readable): void {
  let stored: unknown
  stored = copier.take(API_CALL.provider, given['provider'])
  if (stored !== undefined) target['provider'] = stored
  stored = copier.take(API_CALL.model, given['model'])
  if (stored !== undefined) target['model'] = stored
  stored = copier.take(API_CALL.request_time, derived['requestTime'])
  if (stored !== undefined) target['request_time'] = stored
  stored = copier.take(API_CALL.response_time, derived['responseTime'])
  if (stored !== undefined) target['response_time'] = stored
  stored = copier.take(API_CALL.latency_ms, derived['latencyMs'])
  if (stored !== undefined) target['latency_ms'] = stored
  stored = copier.take(API_CALL.prompt_tokens, derived['promptTokens'])
  if (stored !== undefined) target['prompt_tokens'] = stored
  stored = copier.take(API_CALL.completion_tokens, derived['completionTokens'])
  if (stored !== undefined) target['completion_tokens'] = stored
  stored = copier.take(API_CALL.total_tokens, derived['totalTokens'])
  if (stored !== undefined) target['total_tokens'] = stored
  stored = copier.take(API_CALL.status_code, given['statusCode'])
  if (stored !== undefined) target['status_code'] = stored
  stored = copier.take(API_CALL.error, derived['error'])
  if (stored !== undefined) target['error'] = stored
  stored = copier.take(API_CALL.prompt_preview, derived['promptPreview'])
  if (stored !== undefined) target['prompt_preview'] = stored
  stored = copier.take(API_CALL.response_preview, derived['responsePreview'])
  if (stored !== undefined) target['response_preview'] = stored
  stored = copier.take(API_CALL.error_type, derived['errorType'])
  if (stored !== undefined) target['error_type'] = stored
  stored = copier.take(API_CALL.call_id, given['callId'])
  if (stored !== undefined) target['call_id'] = stored
  stored = copier.take(API_CALL.operation, given['operation'])
  if (stored !== undefined) target['operation'] = stored
  stored = copier.take(API_CALL.response_model, given['responseModel'])
  if (stored !== undefined) target['response_model'] = stored
  stored = copier.take(API_CALL.response_id, given['responseId'])
  if (stored !== undefined) target['response_id'] = stored
  stored = copier.take(API_CALL.attempts, given['attempts'])
  if (stored !== undefined) target['attempts'] = stored
  stored = copier.take(API_CALL.cache_read_tokens, given['cacheReadTokens'])
  if (stored !== undefined) target['cache_read_tokens'] = stored
  stored = copier.take(API_CALL.cache_write_tokens, given['cacheWriteTokens'])
  if (stored !== undefined) target['cache_write_tokens'] = stored
  stored = copier.take(API_CALL.reasoning_tokens, given['reasoningTokens'])
  if (stored !== undefined) target['reasoning_tokens'] = stored
  stored = copier.take(API_CALL.time_to_first_token_ms, given['timeToFirstTokenMs'])
  if (stored !== undefined) target['time_to_first_token_ms'] = stored
  stored = copier.take(API_CALL.usage_unknown, derived['usageUnknown'])
  if (stored !== undefined) target['usage_unknown'] = stored
  stored = copier.take(API_CALL.prompt, derived['prompt'])
  if (stored !== undefined) target['prompt'] = stored
  stored = copier.take(API_CALL.response, derived['response'])
  if (stored !== undefined) target['response'] = stored
}

const TOOL_CALL = dataPlans('ToolCall', 'input')

function copyToolCall(copier: FieldCopier, target: OpenData, given: Readable, derived: Readable): void {
  let stored: unknown
  stored = copier.take(TOOL_CALL.tool_name, given['toolName'])
  if (stored !== undefined) target['tool_name'] = stored
  stored = copier.take(TOOL_CALL.call_id, derived['callId'])
  if (stored !== undefined) target['call_id'] = stored
  stored = copier.take(TOOL_CALL.parameters, derived['parameters'])
  if (stored !== undefined) target['parameters'] = stored
  stored = copier.take(TOOL_CALL.execution_time, derived['executionTime'])
  if (stored !== undefined) target['execution_time'] = stored
  stored = copier.take(TOOL_CALL.duration_ms, derived['durationMs'])
  if (stored !== undefined) target['duration_ms'] = stored
  stored = copier.take(TOOL_CALL.success, derived['success'])
  if (stored !== undefined) target['success'] = stored
  stored = copier.take(TOOL_CALL.output_preview, derived['outputPreview'])
  if (stored !== undefined) target['output_preview'] = stored
  stored = copier.take(TOOL_CALL.error, derived['error'])
  if (stored !== undefined) target['error'] = stored
  stored = copier.take(TOOL_CALL.permission_granted, derived['permissionGranted'])
  if (stored !== undefined) target['permission_granted'] = stored
  stored = copier.take(TOOL_CALL.sandbox_policy, given['sandboxPolicy'])
  if (stored !== undefined) target['sandbox_policy'] = stored
  stored = copier.take(TOOL_CALL.error_type, derived['errorType'])
  if (stored !== undefined) target['error_type'] = stored
  stored = copier.take(TOOL_CALL.tool_server, given['toolServer'])
  if (stored !== undefined) target['tool_server'] = stored
  stored = copier.take(TOOL_CALL.tool_version, given['toolVersion'])
  if (stored !== undefined) target['tool_version'] = stored
  stored = copier.take(TOOL_CALL.decision, given['decision'])
  if (stored !== undefined) target['decision'] = stored
  stored = copier.take(TOOL_CALL.decided_by, given['decidedBy'])
  if (stored !== undefined) target['decided_by'] = stored
  stored = copier.take(TOOL_CALL.decided_by_type, given['decidedByType'])
  if (stored !== undefined) target['decided_by_type'] = stored
  stored = copier.take(TOOL_CALL.decision_reason, given['decisionReason'])
  if (stored !== undefined) target['decision_reason'] = stored
  stored = copier.take(TOOL_CALL.decided_at, given['decidedAt'])
  if (stored !== undefined) target['decided_at'] = stored
  stored = copier.take(TOOL_CALL.policy_name, given['policyName'])
  if (stored !== undefined) target['policy_name'] = stored
  stored = copier.take(TOOL_CALL.policy_version, given['policyVersion'])
  if (stored !== undefined) target['policy_version'] = stored
  stored = copier.take(TOOL_CALL.output, derived['output'])
  if (stored !== undefined) target['output'] = stored
}

const TOKEN_USAGE = dataPlans('TokenUsage', 'input')

function copyTokenUsage(copier: FieldCopier, target: OpenData, given: Readable, derived: Readable): void {
  let stored: unknown
  stored = copier.take(TOKEN_USAGE.entity_id, given['entityId'])
  if (stored !== undefined) target['entity_id'] = stored
  stored = copier.take(TOKEN_USAGE.entity_type, given['entityType'])
  if (stored !== undefined) target['entity_type'] = stored
  stored = copier.take(TOKEN_USAGE.tokens_consumed, given['tokensConsumed'])
  if (stored !== undefined) target['tokens_consumed'] = stored
  stored = copier.take(TOKEN_USAGE.budget_limit, given['budgetLimit'])
  if (stored !== undefined) target['budget_limit'] = stored
  stored = copier.take(TOKEN_USAGE.budget_remaining, derived['budgetRemaining'])
  if (stored !== undefined) target['budget_remaining'] = stored
  stored = copier.take(TOKEN_USAGE.utilization, derived['utilization'])
  if (stored !== undefined) target['utilization'] = stored
  stored = copier.take(TOKEN_USAGE.timestamp, derived['timestamp'])
  if (stored !== undefined) target['timestamp'] = stored
  stored = copier.take(TOKEN_USAGE.operation, derived['operation'])
  if (stored !== undefined) target['operation'] = stored
}

const SECURITY = dataPlans('Security', 'input')

function copySecurity(copier: FieldCopier, target: OpenData, given: Readable, derived: Readable): void {
  let stored: unknown
  stored = copier.take(SECURITY.severity, given['severity'])
  if (stored !== undefined) target['severity'] = stored
  stored = copier.take(SECURITY.category, given['category'])
  if (stored !== undefined) target['category'] = stored
  stored = copier.take(SECURITY.message, given['message'])
  if (stored !== undefined) target['message'] = stored
  stored = copier.take(SECURITY.source, given['source'])
  if (stored !== undefined) target['source'] = stored
  stored = copier.take(SECURITY.action, derived['action'])
  if (stored !== undefined) target['action'] = stored
  stored = copier.take(SECURITY.context, derived['context'])
  if (stored !== undefined) target['context'] = stored
}

const INPUT_ENVELOPE = envelopePlans('input')

/**
 * The envelope's fields that a caller may give; what it lacks comes from its surroundings.
 * @throws KansaError `KANSA_INVALID_EVENT`
 */
export function copyInputEnvelope(
  copier: FieldCopier,
  target: OpenData,
  given: Readable,
  surroundings: Readable,
): void {
  let stored: unknown
  stored = copier.take(INPUT_ENVELOPE.trace_id, given['traceId'] ?? surroundings['traceId'])
  if (stored !== undefined) target['trace_id'] = stored
  stored = copier.take(INPUT_ENVELOPE.span_id, given['spanId'] ?? surroundings['spanId'])
  if (stored !== undefined) target['span_id'] = stored
  stored = copier.take(INPUT_ENVELOPE.trace_flags, given['traceFlags'] ?? surroundings['traceFlags'])
  if (stored !== undefined) target['trace_flags'] = stored
  stored = copier.take(INPUT_ENVELOPE.session_id, given['sessionId'] ?? surroundings['sessionId'])
  if (stored !== undefined) target['session_id'] = stored
  stored = copier.take(INPUT_ENVELOPE.run_id, given['runId'] ?? surroundings['runId'])
  if (stored !== undefined) target['run_id'] = stored
  stored = copier.take(INPUT_ENVELOPE.parent_run_id, given['parentRunId'] ?? surroundings['parentRunId'])
  if (stored !== undefined) target['parent_run_id'] = stored
  stored = copier.take(INPUT_ENVELOPE.user_id, given['userId'] ?? surroundings['userId'])
  if (stored !== undefined) target['user_id'] = stored
  stored = copier.take(INPUT_ENVELOPE.tenant_id, given['tenantId'] ?? surroundings['tenantId'])
  if (stored !== undefined) target['tenant_id'] = stored
  stored = copier.take(INPUT_ENVELOPE.on_behalf_of, given['onBehalfOf'] ?? surroundings['onBehalfOf'])
  if (stored !== undefined) target['on_behalf_of'] = stored
  stored = copier.take(INPUT_ENVELOPE.labels, given['labels'] ?? surroundings['labels'])
  if (stored !== undefined) target['labels'] = stored
}

export const COPY_INPUT: Readonly<Record<AuditEventKind, CopyData>> = {
  AgentExecution: copyAgentExecution,
  ApiCall: copyApiCall,
  ToolCall: copyToolCall,
  TokenUsage: copyTokenUsage,
  Security: copySecurity,
}
