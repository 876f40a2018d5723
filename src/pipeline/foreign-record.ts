/** Log records as they come out of somebody's provider: whoever filled them may have put anything there. */
import { completeEvent } from '../events/build-event.ts'
import { captureLevelOf } from '../events/capture.ts'
import type { Capture } from '../events/capture.ts'
import { AS_THEY_ARE, NOWHERE } from '../events/event-settings.ts'
import { limitedFromLogRecord } from '../events/from-log-record.ts'
import type { AuditLogRecord } from '../events/from-log-record.ts'
import type { AuditEvent } from '../events/kinds.ts'
import type { EventMasker } from '../events/masking.ts'
import { TextMasking } from '../events/text-masking.ts'
import { withoutReservedCategory } from './claimed-category.ts'

const PATH = 'data.context'

/**
 * The event of a record, masked; `undefined` for a record that is no audit event. Whoever assembled the record has decided
 * about its content, but for what must not be stored at all.
 * @throws KansaError `KANSA_INVALID_EVENT`
 */
export function eventOfRecord(
  record: AuditLogRecord,
  masker: EventMasker | undefined,
  capture: Capture,
): AuditEvent | undefined {
  const event = limitedFromLogRecord(record, { ...AS_THEY_ARE, masker })
  if (event === undefined) return undefined
  const { type, data } = event.event_type
  const level = captureLevelOf(capture, type, type === 'ToolCall' ? data.tool_name : undefined)
  const stored = level === 'metadata' ? completeEvent(event, NOWHERE, { ...AS_THEY_ARE, capture: level }) : event
  return withoutReservedCategory(stored)
}

/** The attributes of a malformed record as text, masked by their names too. */
export function attributeTexts(
  { attributes }: AuditLogRecord,
  masker: EventMasker | undefined,
): Record<string, string> {
  const masking = new TextMasking(masker)
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      `attribute.${masking.text(name, PATH)}`,
      masking.member(name, masking.json(value, PATH), PATH),
    ]),
  )
}
