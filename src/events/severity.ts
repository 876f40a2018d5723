/** Severity of an event as OpenTelemetry numbers it (logs data model, SeverityNumber). */
import type { StoredEvent } from './line.ts'

export interface Severity {
  readonly number: 9 | 13 | 17 | 18
  readonly text: 'INFO' | 'WARN' | 'ERROR'
}

const INFO: Severity = { number: 9, text: 'INFO' }
const WARN: Severity = { number: 13, text: 'WARN' }
const ERROR: Severity = { number: 17, text: 'ERROR' }
/** Security findings of severity Critical: ERROR2, as the data model's appendix B has it for syslog's "critical". */
const CRITICAL: Severity = { number: 18, text: 'ERROR' }
const NEAR_BUDGET = 0.8

export function severityOf(event: StoredEvent): Severity {
  const { type, data } = event.event_type
  switch (type) {
    case 'AgentExecution':
      if (data.status === 'Failed') return ERROR
      return data.status === 'Cancelled' ? WARN : INFO
    case 'ApiCall':
      return failureSeverity(data.error !== undefined || (data.status_code ?? 0) >= 400, data.error_type)
    case 'ToolCall':
      if (data.permission_granted === false || data.decision === 'Deny') return WARN
      return failureSeverity(data.success === false, data.error_type)
    case 'TokenUsage':
      if ((data.utilization ?? 0) > 1) return ERROR
      return (data.utilization ?? 0) >= NEAR_BUDGET ? WARN : INFO
    case 'Security':
      if (data.severity === 'Critical') return CRITICAL
      return data.severity === 'Warning' ? WARN : INFO
  }
}

function failureSeverity(failed: boolean, errorType: string | undefined): Severity {
  if (!failed) return INFO
  return errorType === 'cancelled' ? WARN : ERROR
}
