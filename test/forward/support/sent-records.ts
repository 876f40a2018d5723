/** The log records of events as OpenTelemetry's own serializers get them: what requests are compared with. */
import { trace } from '@opentelemetry/api'
import { timeInputToHrTime } from '@opentelemetry/core'
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { StoredEvent } from '../../../src/events/line.ts'
import { toLogRecord } from '../../../src/events/to-log-record.ts'
import { VERSION } from '../../../src/pipeline/version.ts'

export const ORIGIN = 'example.com/log'
const SCOPE = { name: 'kansa', version: VERSION }

export function sentRecord(event: StoredEvent, resource: Resource = resourceFromAttributes({})): ReadableLogRecord {
  const { timestamp = 0, observedTimestamp = 0, attributes, context, ...rest } = toLogRecord(event)
  const spanContext = context && trace.getSpanContext(context)
  return {
    ...rest,
    hrTime: timeInputToHrTime(timestamp),
    hrTimeObserved: timeInputToHrTime(observedTimestamp),
    attributes: { ...attributes, 'agent_audit.log.origin': ORIGIN },
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    ...(spanContext !== undefined && { spanContext }),
  }
}
