/** Severity of an event as OpenTelemetry numbers it (logs data model, SeverityNumber). */
import type { AuditEventKind } from './kinds.ts'
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

/** The fields of `data` that severity follows from. */
export type SeverityField =
  | 'status'
  | 'error'
  | 'error_type'
  | 'status_code'
  | 'permission_granted'
  | 'decision'
  | 'success'
  | 'utilization'
  | 'severity'

export function severityOf(event: StoredEvent): Severity {
  const { type, data } = event.event_type
  return severityFrom(type, name => Reflect.get(data, name))
}

/** For who does not have the whole event: `read` is asked for no more fields than it takes. */
export function severityFrom(kind: AuditEventKind, read: (name: SeverityField) => unknown): Severity {
  switch (kind) {
    case 'AgentExecution': {
      const status = read('status')
      if (status === 'Failed') return ERROR
      return status === 'Cancelled' ? WARN : INFO
    }
    case 'ApiCall':
      return failureSeverity(numberOf(read('status_code')) >= 400 || read('error') !== undefined, read)
    case 'ToolCall':
      if (read('permission_granted') === false || read('decision') === 'Deny') return WARN
      return failureSeverity(read('success') === false, read)
    case 'TokenUsage': {
      const utilization = numberOf(read('utilization'))
      if (utilization > 1) return ERROR
      return utilization >= NEAR_BUDGET ? WARN : INFO
    }
    case 'Security': {
      const severity = read('severity')
      if (severity === 'Critical') return CRITICAL
      return severity === 'Warning' ? WARN : INFO
    }
  }
}

function failureSeverity(failed: boolean, read: (name: SeverityField) => unknown): Severity {
  if (!failed) return INFO
  return read('error_type') === 'cancelled' ? WARN : ERROR
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0
}
