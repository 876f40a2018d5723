/** The audit logger: emits every event as a log record through an OpenTelemetry `LoggerProvider`. */
import { context, trace } from '@opentelemetry/api'
import type { Context } from '@opentelemetry/api'
import { KansaError, messageOf } from '../errors.ts'
import type { EventLimits } from '../events/event-settings.ts'
import type { AuditEvent } from '../events/kinds.ts'
import { summaryOf } from '../events/summary.ts'
import { addEventAttributes, logRecordHead, traceContextOf } from '../events/to-log-record.ts'
import type { AuditReceipt } from './audit-api.ts'
import { Delivery, DeliveryContext } from './delivery.ts'
import { EventLogger } from './event-logger.ts'
import { errorWithoutSecrets } from './event-masking.ts'
import { FailureRule } from './failure-policy.ts'
import type { FailurePolicy } from './failure-policy.ts'
import type { LoggerBackend } from './logger-backend.ts'
import { RepeatedProblem } from './failure-report.ts'
import type { Report } from './failure-report.ts'

const REPORT_MILLIS = 5000

export class OtelAuditLogger extends EventLogger {
  private readonly backend: LoggerBackend
  private readonly tooLate: RepeatedProblem
  private readonly astray: RepeatedProblem
  private stopping: Promise<void> | undefined

  constructor(
    backend: LoggerBackend,
    limits: EventLimits,
    report: Report,
    onFailure: FailurePolicy = 'report',
    reportsSecrets = false,
  ) {
    super(limits, new FailureRule(onFailure, report), reportsSecrets)
    this.backend = backend
    this.tooLate = new RepeatedProblem(report, REPORT_MILLIS, tooLate)
    this.astray = new RepeatedProblem(report, REPORT_MILLIS, astray)
  }

  flush(): Promise<void> {
    return this.stopping ?? this.backend.flush()
  }

  shutdown(): Promise<void> {
    this.stopping ??= this.backend.shutdown()
    return this.stopping
  }

  protected record(event: AuditEvent): AuditReceipt {
    return this.deliver(event)
  }

  protected override recordNow(event: AuditEvent): KansaError | undefined {
    return this.deliver(event).storeNow()
  }

  private deliver(event: AuditEvent): Delivery {
    const delivery = new Delivery(event.id, this.backend.direct ? event : undefined)
    if (this.stopping === undefined) {
      const thrown = this.emit(event, delivery)
      delivery.event = undefined
      if (!delivery.claimed) {
        delivery.refuse(astray(1, thrown))
        this.astray.happened(thrown)
      }
    } else {
      delivery.refuse(tooLate(1))
      this.tooLate.happened()
    }
    return delivery
  }

  /** Returns what a foreign processor threw: the agent must not feel it, and ours may have been reached before. */
  private emit(event: AuditEvent, delivery: Delivery): unknown {
    try {
      const record = logRecordHead(new DeliveryContext(parentContextOf(event), delivery), event)
      if (!this.backend.direct) {
        record.body = summaryOf(event)
        record.attributes = addEventAttributes({}, event)
      }
      this.backend.logger.emit(record)
      return undefined
    } catch (thrown) {
      return thrown
    }
  }
}

/** The active context, with the event's own trace where that is another one. */
function parentContextOf(event: AuditEvent): Context {
  const active = context.active()
  const span = trace.getSpanContext(active)
  return span?.spanId === event.span_id && span?.traceId === event.trace_id ? active : traceContextOf(event, active)
}

function tooLate(times: number): KansaError {
  return new KansaError(
    'KANSA_CLOSED',
    `the audit logger is shut down; ${times} record(s) came afterwards and are not stored`,
  )
}

function astray(times: number, cause?: unknown): KansaError {
  const why = cause === undefined ? 'is there one in the logger provider?' : messageOf(cause)
  const message = `${times} record(s) never reached Kansa's log record processor and are not stored: ${why}`
  return errorWithoutSecrets(new KansaError('KANSA_NOT_RECORDED', message, { cause }))
}
