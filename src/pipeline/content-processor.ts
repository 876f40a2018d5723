/** Gives log records their body and attributes, first in the chain of Kansa's own provider. */
import type { Context } from '@opentelemetry/api'
import type { LogRecordProcessor, ReadWriteLogRecord } from '@opentelemetry/sdk-logs'
import { summaryOf } from '../events/summary.ts'
import { addEventAttributes } from '../events/to-log-record.ts'
import { deliveryOf } from './delivery.ts'

/**
 * The SDK checks and copies each attribute that is given to `emit`, at about 0.1 microseconds apiece: more than all the
 * rest of a record. An event's values are checked by the field table already, so they are written into the record here,
 * and only where a destination will read them: the journal stores the event itself.
 */
export class ContentProcessor implements LogRecordProcessor {
  onEmit(record: ReadWriteLogRecord, context?: Context): void {
    const event = deliveryOf(context)?.event
    if (event === undefined) return
    record.setBody(summaryOf(event))
    addEventAttributes(record.attributes, event)
  }

  forceFlush(): Promise<void> {
    return Promise.resolve()
  }

  shutdown(): Promise<void> {
    return Promise.resolve()
  }
}
