/** The log's own life as security events, so that each file explains itself. */
import type { Resource } from '@opentelemetry/resources'
import { buildEvent } from '../events/build-event.ts'
import { DEFAULT_LIMITS, NOWHERE } from '../events/event-settings.ts'
import { jsonTextOf } from '../events/json-text.ts'
import { captureText } from '../events/capture.ts'
import type { Capture } from '../events/capture.ts'
import type { AuditEvent, LogLifeCategory, SecuritySeverity } from '../events/kinds.ts'
import type { EventMasker } from '../events/masking.ts'
import { TextMasking } from '../events/text-masking.ts'
import { instrumentedText } from './instrumented-sdks.ts'
import { changedOptionsText } from './recorded-options.ts'
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

/** What Kansa computes itself and others compare: keys, hashes, ids. */
const OWN_FACTS: ReadonlySet<string> = new Set([
  'instance_id',
  'log_origin',
  'old_checkpoint',
  'old_origin',
  'root',
  'seal_key',
])

/**
 * The event with the secrets masked that came from outside: in the resource, in options, in paths and in the messages of
 * errors. The names in its context are Kansa's own and make nothing secret.
 */
export function maskLifecycleEvent(event: AuditEvent, masker: EventMasker | undefined): AuditEvent {
  const { type, data } = event.event_type
  if (masker === undefined || type !== 'Security') return event
  const masking = new TextMasking(masker)
  const message = masking.text(data.message, 'data.message')
  const context = Object.fromEntries(
    Object.entries(data.context).map(([name, value]) => [name, maskedFact(masking, name, value)]),
  )
  const { counts } = masking
  return {
    ...event,
    event_type: { type, data: { ...data, message, context } },
    ...(counts !== undefined && { redacted: { ...counts } }),
  }
}

function maskedFact(masking: TextMasking, name: string, value: string): string {
  if (OWN_FACTS.has(name)) return value
  const path = `data.context.${name}`
  if (name === 'options') return changedOptionsText(value, text => masking.text(text, path))
  return masking.jsonText(value, path)
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
  readonly capture: Capture
}

/** What makes a file explain itself: a log record can be rebuilt in full from a line and this. */
export function sourceContext(source: LogSource): Readonly<Record<string, string | number | undefined>> {
  return {
    kansa_version: VERSION,
    log_origin: source.origin,
    seal_key: source.sealKey,
    instance_id: source.instanceId,
    resource: jsonTextOf(source.resource?.attributes ?? {}),
    capture: captureText(source.capture),
    instrumented: instrumentedText(),
    pid: process.pid,
    node_version: process.version,
  }
}
