/** Events from complete data, with the names of the line. Written by `npm run generate` from the table: see `copy-fields.ts`. */
import { dataPlans, envelopePlans } from './copy-fields.ts'
import type { CopyData, FieldCopier, OpenData, Readable } from './copy-fields.ts'
import type { AuditEventKind } from './kinds.ts'

const AGENT_EXECUTION = dataPlans('AgentExecution', 'name')

function copyAgentExecution(copier: FieldCopier, target: OpenData, given: Readable): void {
  let stored: unknown
  stored = copier.take(AGENT_EXECUTION.agent_name, given['agent_name'])
  if (stored !== undefined) target['agent_name'] = stored
  stored = copier.take(AGENT_EXECUTION.status, given['status'])
  if (stored !== undefined) target['status'] = stored
  stored = copier.take(AGENT_EXECUTION.goal, given['goal'])
  if (stored !== undefined) target['goal'] = stored
  stored = copier.take(AGENT_EXECUTION.start_time, given['start_time'])
  if (stored !== undefined) target['start_time'] = stored
  stored = copier.take(AGENT_EXECUTION.end_time, given['end_time'])
  if (stored !== undefined) target['end_time'] = stored
  stored = copier.take(AGENT_EXECUTION.duration_secs, given['duration_secs'])
  if (stored !== undefined) target['duration_secs'] = stored
  stored = copier.take(AGENT_EXECUTION.tokens_used, given['tokens_used'])
  if (stored !== undefined) target['tokens_used'] = stored
  stored = copier.take(AGENT_EXECUTION.artifacts, given['artifacts'])
  if (stored !== undefined) target['artifacts'] = stored
  stored = copier.take(AGENT_EXECUTION.error, given['error'])
  if (stored !== undefined) target['error'] = stored
  stored = copier.take(AGENT_EXECUTION.error_type, given['error_type'])
  if (stored !== undefined) target['error_type'] = stored
  stored = copier.take(AGENT_EXECUTION.agent_version, given['agent_version'])
  if (stored !== undefined) target['agent_version'] = stored
}

const API_CALL = dataPlans('ApiCall', 'name')

function copyApiCall(copier: FieldCopier, target: OpenData, given: Readable): void {
  let stored: unknown
  stored = copier.take(API_CALL.provider, given['provider'])
  if (stored !== undefined) target['provider'] = stored
  stored = copier.take(API_CALL.model, given['model'])
  if (stored !== undefined) target['model'] = stored
  stored = copier.take(API_CALL.request_time, given['request_time'])
  if (stored !== undefined) target['request_time'] = stored
  stored = copier.take(API_CALL.response_time, given['response_time'])
  if (stored !== undefined) target['response_time'] = stored
  stored = copier.take(API_CALL.latency_ms, given['latency_ms'])
  if (stored !== undefined) target['latency_ms'] = stored
  stored = copier.take(API_CALL.prompt_tokens, given['prompt_tokens'])
  if (stored !== undefined) target['prompt_tokens'] = stored
  stored = copier.take(API_CALL.completion_tokens, given['completion_tokens'])
  if (stored !== undefined) target['completion_tokens'] = stored
  stored = copier.take(API_CALL.total_tokens, given['total_tokens'])
  if (stored !== undefined) target['total_tokens'] = stored
  stored = copier.take(API_CALL.status_code, given['status_code'])
  if (stored !== undefined) target['status_code'] = stored
  stored = copier.take(API_CALL.error, given['error'])
  if (stored !== undefined) target['error'] = stored
  stored = copier.take(API_CALL.prompt_preview, given['prompt_preview'])
  if (stored !== undefined) target['prompt_preview'] = stored
  stored = copier.take(API_CALL.response_preview, given['response_preview'])
  if (stored !== undefined) target['response_preview'] = stored
  stored = copier.take(API_CALL.error_type, given['error_type'])
  if (stored !== undefined) target['error_type'] = stored
  stored = copier.take(API_CALL.call_id, given['call_id'])
  if (stored !== undefined) target['call_id'] = stored
  stored = copier.take(API_CALL.operation, given['operation'])
  if (stored !== undefined) target['operation'] = stored
  stored = copier.take(API_CALL.response_model, given['response_model'])
  if (stored !== undefined) target['response_model'] = stored
  stored = copier.take(API_CALL.response_id, given['response_id'])
  if (stored !== undefined) target['response_id'] = stored
  stored = copier.take(API_CALL.attempts, given['attempts'])
  if (stored !== undefined) target['attempts'] = stored
  stored = copier.take(API_CALL.cache_read_tokens, given['cache_read_tokens'])
  if (stored !== undefined) target['cache_read_tokens'] = stored
  stored = copier.take(API_CALL.cache_write_tokens, given['cache_write_tokens'])
  if (stored !== undefined) target['cache_write_tokens'] = stored
  stored = copier.take(API_CALL.reasoning_tokens, given['reasoning_tokens'])
  if (stored !== undefined) target['reasoning_tokens'] = stored
  stored = copier.take(API_CALL.time_to_first_token_ms, given['time_to_first_token_ms'])
  if (stored !== undefined) target['time_to_first_token_ms'] = stored
  stored = copier.take(API_CALL.usage_unknown, given['usage_unknown'])
  if (stored !== undefined) target['usage_unknown'] = stored
  stored = copier.take(API_CALL.prompt, given['prompt'])
  if (stored !== undefined) target['prompt'] = stored
  stored = copier.take(API_CALL.response, given['response'])
  if (stored !== undefined) target['response'] = stored
}

const TOOL_CALL = dataPlans('ToolCall', 'name')

function copyToolCall(copier: FieldCopier, target: OpenData, given: Readable): void {
  let stored: unknown
  stored = copier.take(TOOL_CALL.tool_name, given['tool_name'])
  if (stored !== undefined) target['tool_name'] = stored
  stored = copier.take(TOOL_CALL.call_id, given['call_id'])
  if (stored !== undefined) target['call_id'] = stored
  stored = copier.take(TOOL_CALL.parameters, given['parameters'])
  if (stored !== undefined) target['parameters'] = stored
  stored = copier.take(TOOL_CALL.execution_time, given['execution_time'])
  if (stored !== undefined) target['execution_time'] = stored
  stored = copier.take(TOOL_CALL.duration_ms, given['duration_ms'])
  if (stored !== undefined) target['duration_ms'] = stored
  stored = copier.take(TOOL_CALL.success, given['success'])
  if (stored !== undefined) target['success'] = stored
  stored = copier.take(TOOL_CALL.output_preview, given['output_preview'])
  if (stored !== undefined) target['output_preview'] = stored
  stored = copier.take(TOOL_CALL.error, given['error'])
  if (stored !== undefined) target['error'] = stored
  stored = copier.take(TOOL_CALL.permission_granted, given['permission_granted'])
  if (stored !== undefined) target['permission_granted'] = stored
  stored = copier.take(TOOL_CALL.sandbox_policy, given['sandbox_policy'])
  if (stored !== undefined) target['sandbox_policy'] = stored
  stored = copier.take(TOOL_CALL.error_type, given['error_type'])
  if (stored !== undefined) target['error_type'] = stored
  stored = copier.take(TOOL_CALL.tool_server, given['tool_server'])
  if (stored !== undefined) target['tool_server'] = stored
  stored = copier.take(TOOL_CALL.tool_version, given['tool_version'])
  if (stored !== undefined) target['tool_version'] = stored
  stored = copier.take(TOOL_CALL.decision, given['decision'])
  if (stored !== undefined) target['decision'] = stored
  stored = copier.take(TOOL_CALL.decided_by, given['decided_by'])
  if (stored !== undefined) target['decided_by'] = stored
  stored = copier.take(TOOL_CALL.decided_by_type, given['decided_by_type'])
  if (stored !== undefined) target['decided_by_type'] = stored
  stored = copier.take(TOOL_CALL.decision_reason, given['decision_reason'])
  if (stored !== undefined) target['decision_reason'] = stored
  stored = copier.take(TOOL_CALL.decided_at, given['decided_at'])
  if (stored !== undefined) target['decided_at'] = stored
  stored = copier.take(TOOL_CALL.policy_name, given['policy_name'])
  if (stored !== undefined) target['policy_name'] = stored
  stored = copier.take(TOOL_CALL.policy_version, given['policy_version'])
  if (stored !== undefined) target['policy_version'] = stored
  stored = copier.take(TOOL_CALL.output, given['output'])
  if (stored !== undefined) target['output'] = stored
}

const TOKEN_USAGE = dataPlans('TokenUsage', 'name')

function copyTokenUsage(copier: FieldCopier, target: OpenData, given: Readable): void {
  let stored: unknown
  stored = copier.take(TOKEN_USAGE.entity_id, given['entity_id'])
  if (stored !== undefined) target['entity_id'] = stored
  stored = copier.take(TOKEN_USAGE.entity_type, given['entity_type'])
  if (stored !== undefined) target['entity_type'] = stored
  stored = copier.take(TOKEN_USAGE.tokens_consumed, given['tokens_consumed'])
  if (stored !== undefined) target['tokens_consumed'] = stored
  stored = copier.take(TOKEN_USAGE.budget_limit, given['budget_limit'])
  if (stored !== undefined) target['budget_limit'] = stored
  stored = copier.take(TOKEN_USAGE.budget_remaining, given['budget_remaining'])
  if (stored !== undefined) target['budget_remaining'] = stored
  stored = copier.take(TOKEN_USAGE.utilization, given['utilization'])
  if (stored !== undefined) target['utilization'] = stored
  stored = copier.take(TOKEN_USAGE.timestamp, given['timestamp'])
  if (stored !== undefined) target['timestamp'] = stored
  stored = copier.take(TOKEN_USAGE.operation, given['operation'])
  if (stored !== undefined) target['operation'] = stored
}

const SECURITY = dataPlans('Security', 'name')

function copySecurity(copier: FieldCopier, target: OpenData, given: Readable): void {
  let stored: unknown
  stored = copier.take(SECURITY.severity, given['severity'])
  if (stored !== undefined) target['severity'] = stored
  stored = copier.take(SECURITY.category, given['category'])
  if (stored !== undefined) target['category'] = stored
  stored = copier.take(SECURITY.message, given['message'])
  if (stored !== undefined) target['message'] = stored
  stored = copier.take(SECURITY.source, given['source'])
  if (stored !== undefined) target['source'] = stored
  stored = copier.take(SECURITY.action, given['action'])
  if (stored !== undefined) target['action'] = stored
  stored = copier.take(SECURITY.context, given['context'])
  if (stored !== undefined) target['context'] = stored
}

const LINE_ENVELOPE = envelopePlans('name')

/**
 * The envelope's fields up to those that masking, capture and journal add.
 * @throws KansaError `KANSA_INVALID_EVENT`
 */
export function copyLineEnvelope(copier: FieldCopier, target: OpenData, given: Readable, surroundings: Readable): void {
  let stored: unknown
  stored = copier.take(LINE_ENVELOPE.observed_timestamp, given['observed_timestamp'])
  if (stored !== undefined) target['observed_timestamp'] = stored
  stored = copier.take(LINE_ENVELOPE.trace_id, given['trace_id'] ?? surroundings['traceId'])
  if (stored !== undefined) target['trace_id'] = stored
  stored = copier.take(LINE_ENVELOPE.span_id, given['span_id'] ?? surroundings['spanId'])
  if (stored !== undefined) target['span_id'] = stored
  stored = copier.take(LINE_ENVELOPE.trace_flags, given['trace_flags'] ?? surroundings['traceFlags'])
  if (stored !== undefined) target['trace_flags'] = stored
  stored = copier.take(LINE_ENVELOPE.session_id, given['session_id'] ?? surroundings['sessionId'])
  if (stored !== undefined) target['session_id'] = stored
  stored = copier.take(LINE_ENVELOPE.run_id, given['run_id'] ?? surroundings['runId'])
  if (stored !== undefined) target['run_id'] = stored
  stored = copier.take(LINE_ENVELOPE.parent_run_id, given['parent_run_id'] ?? surroundings['parentRunId'])
  if (stored !== undefined) target['parent_run_id'] = stored
  stored = copier.take(LINE_ENVELOPE.user_id, given['user_id'] ?? surroundings['userId'])
  if (stored !== undefined) target['user_id'] = stored
  stored = copier.take(LINE_ENVELOPE.tenant_id, given['tenant_id'] ?? surroundings['tenantId'])
  if (stored !== undefined) target['tenant_id'] = stored
  stored = copier.take(LINE_ENVELOPE.on_behalf_of, given['on_behalf_of'] ?? surroundings['onBehalfOf'])
  if (stored !== undefined) target['on_behalf_of'] = stored
  stored = copier.take(LINE_ENVELOPE.labels, given['labels'] ?? surroundings['labels'])
  if (stored !== undefined) target['labels'] = stored
}

const LINE_END = envelopePlans('name')

/**
 * The fields that masking, capture and journal add.
 * @throws KansaError `KANSA_INVALID_EVENT`
 */
export function copyLineEnd(copier: FieldCopier, target: OpenData, given: Readable): void {
  let stored: unknown
  stored = copier.take(LINE_END.cut, given['cut'])
  if (stored !== undefined) target['cut'] = stored
  stored = copier.take(LINE_END.redacted, given['redacted'])
  if (stored !== undefined) target['redacted'] = stored
  stored = copier.take(LINE_END.capture, given['capture'])
  if (stored !== undefined) target['capture'] = stored
  stored = copier.take(LINE_END.seq, given['seq'])
  if (stored !== undefined) target['seq'] = stored
}

export const COPY_LINE: Readonly<Record<AuditEventKind, CopyData>> = {
  AgentExecution: copyAgentExecution,
  ApiCall: copyApiCall,
  ToolCall: copyToolCall,
  TokenUsage: copyTokenUsage,
  Security: copySecurity,
}
