/** The log's own life as security events, so that each file explains itself. */
import type { Resource } from '@opentelemetry/resources'
import { buildEvent } from '../events/build-event.ts'
import { DEFAULT_LIMITS, NOWHERE } from '../events/event-settings.ts'
import { jsonTextOf } from '../events/json-text.ts'
import type { AuditEvent, CaptureLevel, LogLifeCategory, SecuritySeverity } from '../events/kinds.ts'
import { VERSION } from './version.ts'

/** Actor and source of everything that Kansa says about itself. */
const KANSA = 'kansa'

const SEVERITY: Readonly<Record<LogLifeCategory, SecuritySeverity>> = {
  AuditStarted: 'Info',
  AuditContinued: 'Info',
  AuditStopped: 'Info',
  AuditConfigChanged: 'Info',
  AuditFailure: 'Critical',
  AuditRecovered: 'Warning',
  RetentionDeleted: 'Info',
  ClockChanged: 'Warning',
}

/** `context` values that are `undefined` are left out. `severity` where it is not the same for the whole category. */
export function lifecycleEvent(
  category: LogLifeCategory,
  message: string,
  context: Readonly<Record<string, string | number | undefined>>,
  severity: SecuritySeverity = SEVERITY[category],
): AuditEvent {
  const known = Object.entries(context).filter(([, value]) => value !== undefined)
  const input = {
    severity,
    category,
    message,
    source: KANSA,
    actorId: KANSA,
    action: 'Logged' as const,
    context: Object.fromEntries(known.map(([key, value]) => [key, String(value)])),
  }
  return buildEvent('Security', input, NOWHERE, DEFAULT_LIMITS)
}

/** The process start that records come from. */
export interface LogSource {
  /** UUID of this process start. */
  readonly instanceId: string
  /** Absent where there is no journal. */
  readonly origin?: string
  /** Verifier key of the key that signs checkpoints, or its name and id where it is a shared secret. */
  readonly sealKey?: string
  readonly resource: Resource | undefined
  readonly capture: CaptureLevel
}

/** What makes a file explain itself: a log record can be rebuilt in full from a line and this. */
export function sourceContext(source: LogSource): Readonly<Record<string, string | number | undefined>> {
  return {
    kansa_version: VERSION,
    log_origin: source.origin,
    seal_key: source.sealKey,
    instance_id: source.instanceId,
    resource: jsonTextOf(source.resource?.attributes ?? {}),
    capture: source.capture,
    instrumented: '',
    pid: process.pid,
    node_version: process.version,
  }
}
