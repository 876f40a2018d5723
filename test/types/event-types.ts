/** Checked by the compiler only: what the exported event types let users do, and what they refuse. */
import { createAuditEvent } from '../../src/index.ts'
import type { AuditEvent, AuditEventKind, AuditEventOf, ToolCallData } from '../../src/index.ts'

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- comparing generic functions compares A and B
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
declare function same<A, B>(proof: Same<A, B>): void

declare const event: AuditEvent

// The union is discriminated by `event_type.type`.
export function narrowed(): string {
  const { event_type: type } = event
  switch (type.type) {
    case 'AgentExecution':
      same<typeof type.data.artifacts, string[]>(true)
      // @ts-expect-error: not a field of this kind
      return type.data.tool_name
    case 'ApiCall':
      same<typeof type.data.status_code, number | undefined>(true)
      return type.data.model
    case 'ToolCall':
      same<typeof type.data, ToolCallData>(true)
      return type.data.tool_name
    case 'TokenUsage':
      same<typeof type.data.utilization, number>(true)
      return type.data.entity_id
    case 'Security':
      same<typeof type.data.context, Record<string, string>>(true)
      return type.data.category
    default:
      same<typeof type, never>(true)
      return ''
  }
}

// The envelope is the same on each kind, and optional.
same<typeof event.on_behalf_of, string[] | undefined>(true)
same<typeof event.seq, number | undefined>(true)
same<AuditEventKind, 'AgentExecution' | 'ApiCall' | 'ToolCall' | 'TokenUsage' | 'Security'>(true)

// One kind by name, which is one of the union.
declare const call: AuditEventOf<'ToolCall'>
same<typeof call.event_type.type, 'ToolCall'>(true)
same<typeof call.event_type.data.duration_ms, number>(true)
export const assignable: AuditEvent = call
same<Extract<AuditEvent, { event_type: { type: 'ToolCall' } }>, AuditEventOf<'ToolCall'>>(true)
// @ts-expect-error: no such kind
export type Nothing = AuditEventOf<'Nothing'>
// @ts-expect-error: another kind
export const wrongKind: AuditEventOf<'ApiCall'> = call

// What createAuditEvent takes.
const security = { severity: 'Info', category: 'Own.Category', message: 'm', source: 's' } as const
createAuditEvent('a', { type: 'Security', data: { ...security, action: 'Logged', context: {} } })
// @ts-expect-error: `context` and `action` are required in line form
createAuditEvent('a', { type: 'Security', data: security })
// @ts-expect-error: not a severity
createAuditEvent('a', { type: 'Security', data: { ...security, severity: 'Bad', action: 'Logged', context: {} } })
// @ts-expect-error: data of another kind
createAuditEvent('a', { type: 'ToolCall', data: { ...security, action: 'Logged', context: {} } })
// @ts-expect-error: no actor
createAuditEvent({ type: 'Security', data: { ...security, action: 'Logged', context: {} } })
