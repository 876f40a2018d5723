/** What becomes of permission decisions that an SDK tells of: calls that never ran, and calls that wait for somebody. */
import type { SecurityInput, ToolCallInput } from '../events/inputs.ts'
import type { AuditLogger } from '../pipeline/audit-api.ts'
import { currentAuditContext } from '../pipeline/audit-context.ts'
import { ambientLogger } from '../pipeline/global-logger.ts'
import { guarded } from '../pipeline/observe/fault.ts'

/** A call of a tool that was not made, or not yet. `decision` is set here. */
export type UndoneToolCall = Omit<ToolCallInput, 'decision' | 'success' | 'permissionGranted'>

/**
 * Records a call that was denied, and so never ran: a `ToolCall` with the decision, and a `Security` event. They belong to
 * the run around, unless `runId` says another. Never throws.
 */
export function recordDenial(call: UndoneToolCall): void {
  recordDeniedCall(call)
  recordDenialFinding(call)
}

/** The `ToolCall` alone, of a call whose denial has a `Security` event of another kind. Never throws. */
export function recordDeniedCall(call: UndoneToolCall): void {
  guarded('recording a denial', () =>
    runLogger().logToolCall({ ...call, success: false, permissionGranted: false, decision: 'Deny' }),
  )
}

/** The `Security` event alone, of a call that has its `ToolCall` already. Never throws. */
export function recordDenialFinding(call: UndoneToolCall): void {
  const { decisionReason: reason } = call
  const because = reason === undefined ? '' : `: ${reason.replace(/\.$/, '')}`
  recordPermission(call, {
    severity: 'Warning',
    category: 'PermissionDenied',
    message: `The tool ${call.toolName} was denied${because}.`,
    action: 'Blocked',
  })
}

/** Records that a call waits for somebody to allow it. Never throws. */
export function recordPermissionRequest(call: UndoneToolCall): void {
  recordPermission(call, {
    severity: 'Info',
    category: 'PermissionRequested',
    message: `The tool ${call.toolName} waits for permission.`,
    action: 'Escalated',
  })
}

/** Of the run around, else the process-wide one. */
export function runLogger(): AuditLogger {
  return currentAuditContext()?.run?.logger ?? ambientLogger()
}

type Finding = Pick<SecurityInput, 'severity' | 'category' | 'message' | 'action'>

function recordPermission(call: UndoneToolCall, finding: Finding): void {
  const { toolName, callId, actorId, runId, parentRunId, sessionId, decidedBy, decidedByType } = call
  const context = { tool_name: toolName, call_id: callId, decided_by: decidedBy, decided_by_type: decidedByType }
  const told = Object.fromEntries(Object.entries(context).filter(([, value]) => value !== undefined))
  guarded('recording a permission', () =>
    runLogger().logSecurityEvent({
      ...finding,
      source: toolName,
      context: told,
      actorId,
      runId,
      parentRunId,
      sessionId,
    }),
  )
}
