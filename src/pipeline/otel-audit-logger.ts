/** The audit logger: emits every event as a log record through an OpenTelemetry `LoggerProvider`. */
import { context } from '@opentelemetry/api'
import { KansaError, messageOf } from '../errors.ts'
import type { EventLimits } from '../events/event-settings.ts'
import type { AuditEvent } from '../events/kinds.ts'
import { addEventAttributes, logRecordHead, traceContextOf } from '../events/to-log-record.ts'
import type { AuditReceipt } from './audit-api.ts'
import { Delivery, DeliveryContext } from './delivery.ts'
import { EventLogger } from './event-logger.ts'
import type { LoggerBackend } from './logger-backend.ts'
import type { FailureReporter } from './failure-reporter.ts'

export class OtelAuditLogger extends EventLogger {
  private readonly backend: LoggerBackend
  private readonly reporter: FailureReporter
  private stopping: Promise<void> | undefined

  constructor(backend: LoggerBackend, limits: EventLimits, reporter: FailureReporter) {
    super(limits)
    this.backend = backend
    this.reporter = reporter
  }

  flush(): Promise<void> {
    return this.stopping ?? this.backend.flush()
  }

  shutdown(): Promise<void> {
    this.stopping ??= this.backend.shutdown()
    return this.stopping
  }

  protected record(event: AuditEvent): AuditReceipt {
    const delivery = new Delivery(event.id, this.backend.direct ? event : undefined)
    if (this.stopping === undefined) this.emit(event, delivery)
    else delivery.refuse(new KansaError('KANSA_CLOSED', 'the audit logger is shut down; this record is not stored'))
    delivery.event = undefined
    if (!delivery.claimed) {
      delivery.refuse(
        new KansaError('KANSA_NOT_RECORDED', `the record ${event.id} never reached Kansa's log record processor`),
      )
    }
    const { refusal } = delivery
    if (refusal !== undefined) this.reporter.report(refusal)
    return delivery
  }

  private emit(event: AuditEvent, delivery: Delivery): void {
    const parent = traceContextOf(event, context.active())
    try {
      const record = logRecordHead(new DeliveryContext(parent, delivery), event)
      if (!this.backend.direct) record.attributes = addEventAttributes({}, event)
      this.backend.logger.emit(record)
    } catch (error) {
      // A foreign processor threw: the agent must not feel it, and the record is only lost where ours was not reached.
      delivery.refuse(
        new KansaError('KANSA_NOT_RECORDED', `a log record processor threw: ${messageOf(error)}`, { cause: error }),
      )
    }
  }
}
