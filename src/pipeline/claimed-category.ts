/**
 * What the log says about itself excuses things: a `RetentionDeleted` record explains missing ones, an `AuditRecovered`
 * record lines that nobody sealed. Nobody else may say them: an agent that was talked into logging one would cover up a
 * deletion.
 */
import { LOG_LIFE_CATEGORIES } from '../events/kinds.ts'
import type { AuditEvent } from '../events/kinds.ts'

/** All but `AuditFailure`, which excuses nothing. */
const RESERVED: ReadonlySet<string> = new Set(LOG_LIFE_CATEGORIES.filter(category => category !== 'AuditFailure'))

/** The event of somebody who is not the log itself: as it is, or with the category as a mere claim in its context. */
export function withoutReservedCategory(event: AuditEvent): AuditEvent {
  const { type, data } = event.event_type
  if (type !== 'Security' || !RESERVED.has(data.category)) return event
  const context = { ...data.context, claimed_category: data.category }
  return { ...event, event_type: { type, data: { ...data, category: 'Other', context } } }
}
