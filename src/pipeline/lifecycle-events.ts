/** The log's own life as security events, so that each file explains itself. */
import { buildEvent } from '../events/build-event.ts'
import { DEFAULT_LIMITS } from '../events/event-settings.ts'
import type { AuditEvent, KnownSecurityCategory, SecuritySeverity } from '../events/kinds.ts'
import { NOWHERE } from '../events/event-settings.ts'

export type LifecycleCategory = Extract<
  KnownSecurityCategory,
  | 'AuditStarted'
  | 'AuditContinued'
  | 'AuditStopped'
  | 'AuditFailure'
  | 'AuditRecovered'
  | 'RetentionDeleted'
  | 'ClockChanged'
>

/** Actor and source of everything that Kansa says about itself. */
const KANSA = 'kansa'

const SEVERITY: Readonly<Record<LifecycleCategory, SecuritySeverity>> = {
  AuditStarted: 'Info',
  AuditContinued: 'Info',
  AuditStopped: 'Info',
  AuditFailure: 'Critical',
  AuditRecovered: 'Warning',
  RetentionDeleted: 'Info',
  ClockChanged: 'Warning',
}

/** `context` values that are `undefined` are left out. */
export function lifecycleEvent(
  category: LifecycleCategory,
  message: string,
  context: Readonly<Record<string, string | number | undefined>>,
): AuditEvent {
  const known = Object.entries(context).filter(([, value]) => value !== undefined)
  const input = {
    severity: SEVERITY[category],
    category,
    message,
    source: KANSA,
    actorId: KANSA,
    action: 'Logged' as const,
    context: Object.fromEntries(known.map(([key, value]) => [key, String(value)])),
  }
  return buildEvent('Security', input, NOWHERE, DEFAULT_LIMITS)
}
