/** One event for each row of the severity table; the severity itself is asked from the code. */
import type { StoredEvent } from '../src/events/line.ts'

interface SeverityExample {
  readonly when: string
  readonly event: StoredEvent
}

const HEAD = { id: '', timestamp: '', actor_id: '' }

export const SEVERITY_EXAMPLES: readonly SeverityExample[] = [
  {
    when: 'started, running, completed',
    event: { ...HEAD, event_type: { type: 'AgentExecution', data: { status: 'Completed' } } },
  },
  { when: 'cancelled', event: { ...HEAD, event_type: { type: 'AgentExecution', data: { status: 'Cancelled' } } } },
  { when: 'failed', event: { ...HEAD, event_type: { type: 'AgentExecution', data: { status: 'Failed' } } } },
  { when: 'answered', event: { ...HEAD, event_type: { type: 'ApiCall', data: { status_code: 200 } } } },
  {
    when: 'cancelled',
    event: { ...HEAD, event_type: { type: 'ApiCall', data: { error: '', error_type: 'cancelled' } } },
  },
  {
    when: 'an error, or a status of 400 or more',
    event: { ...HEAD, event_type: { type: 'ApiCall', data: { status_code: 400 } } },
  },
  {
    when: 'succeeded',
    event: { ...HEAD, event_type: { type: 'ToolCall', data: { success: true, permission_granted: true } } },
  },
  { when: 'denied', event: { ...HEAD, event_type: { type: 'ToolCall', data: { permission_granted: false } } } },
  {
    when: 'cancelled',
    event: { ...HEAD, event_type: { type: 'ToolCall', data: { success: false, error_type: 'cancelled' } } },
  },
  { when: 'failed', event: { ...HEAD, event_type: { type: 'ToolCall', data: { success: false } } } },
  {
    when: 'below 80 % of the budget, or without one',
    event: { ...HEAD, event_type: { type: 'TokenUsage', data: { utilization: 0.79 } } },
  },
  {
    when: 'from 80 % of the budget',
    event: { ...HEAD, event_type: { type: 'TokenUsage', data: { utilization: 0.8 } } },
  },
  { when: 'over budget', event: { ...HEAD, event_type: { type: 'TokenUsage', data: { utilization: 1.01 } } } },
  { when: 'severity `Info`', event: { ...HEAD, event_type: { type: 'Security', data: { severity: 'Info' } } } },
  { when: 'severity `Warning`', event: { ...HEAD, event_type: { type: 'Security', data: { severity: 'Warning' } } } },
  { when: 'severity `Critical`', event: { ...HEAD, event_type: { type: 'Security', data: { severity: 'Critical' } } } },
]
