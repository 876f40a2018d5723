/** What `redaction: { report: true }` adds to the log: that an event held secrets, and where. */
import { buildEvent } from '../events/build-event.ts'
import { NOWHERE } from '../events/event-settings.ts'
import type { EventLimits } from '../events/event-settings.ts'
import type { AuditEvent } from '../events/kinds.ts'

const MARK = '[REDACTED:'

/** The finding about an event; `undefined` where nothing was masked in it. It follows the event, and has none itself. */
export function secretReportOf(event: AuditEvent, limits: EventLimits): AuditEvent | undefined {
  const { redacted } = event
  const counts = Object.entries(redacted ?? {})
  if (counts.length === 0) return undefined
  const total = counts.reduce((sum, [, count]) => sum + count, 0)
  const input = {
    severity: 'Warning' as const,
    category: 'SecretDetected',
    message: `${total} secret(s) were masked in an event of kind ${event.event_type.type}.`,
    source: 'kansa',
    action: 'Blocked' as const,
    context: {
      event_id: event.id,
      kinds: counts.map(([kind]) => kind).join(', '),
      counts: JSON.stringify(redacted),
      fields: markedFields(event).join(', '),
    },
    actorId: event.actor_id,
    traceId: event.trace_id,
    spanId: event.span_id,
    sessionId: event.session_id,
    runId: event.run_id,
    parentRunId: event.parent_run_id,
    userId: event.user_id,
    tenantId: event.tenant_id,
  }
  return buildEvent('Security', input, NOWHERE, limits)
}

/** Paths of the fields that have a mark; a preview's cut may have taken it away again. */
function markedFields({ event_type: { data }, ...envelope }: AuditEvent): string[] {
  return [
    ...Object.entries(data).flatMap(([name, value]) => (isMarked(value) ? `data.${name}` : [])),
    ...Object.entries(envelope).flatMap(([name, value]) => (isMarked(value) ? name : [])),
  ]
}

function isMarked(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(MARK)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, item]) => name.includes(MARK) || isMarked(item))
}
