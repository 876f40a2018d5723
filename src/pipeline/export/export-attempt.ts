/** One call of an exporter's `export`, whatever the exporter does: answer, throw, answer late, twice or never. */
import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import { type ExportResult, ExportResultCode, suppressTracing } from '@opentelemetry/core'
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs'

// The exporter's own HTTP must not be traced, and is no part of the trace of whoever logged last.
const UNTRACED = suppressTracing(ROOT_CONTEXT)

/** What the queue hears about an attempt. */
export interface AttemptListener {
  /** At most once: the exporter reported a failure, threw, or gave no answer in time. */
  failed(error: unknown): void
  /** Exactly once, after `failed` if that is called: another attempt may start. */
  ended(delivered: boolean): void
}

type Phase = 'waiting' | 'submitted' | 'overdue' | 'ended'

/**
 * Waits for asynchronous resource attributes, exports, and waits for the answer, each for at most `timeoutMillis`.
 * An overdue answer is waited for once more as long, so that no second export runs beside the first; what comes after
 * that is ignored.
 */
export class ExportAttempt {
  private readonly exporter: LogRecordExporter
  private readonly records: ReadableLogRecord[]
  private readonly timeoutMillis: number
  private readonly listener: AttemptListener
  private phase: Phase = 'waiting'
  private timer: NodeJS.Timeout | undefined

  constructor(
    exporter: LogRecordExporter,
    records: ReadableLogRecord[],
    timeoutMillis: number,
    listener: AttemptListener,
  ) {
    this.exporter = exporter
    this.records = records
    this.timeoutMillis = timeoutMillis
    this.listener = listener
  }

  start(): void {
    const pending = pendingAttributes(this.records)
    if (pending.length === 0) {
      this.submit()
      return
    }
    this.arm(() => this.submit())
    void Promise.allSettled(pending).then(() => this.submit())
  }

  /** Exports now, with the resource attributes known so far; nothing if that happened already. */
  submit(): void {
    if (this.phase !== 'waiting') return
    this.phase = 'submitted'
    this.arm(() => this.overdue())
    try {
      const returned: unknown = context.with(UNTRACED, () =>
        this.exporter.export(this.records, result => this.answered(result)),
      )
      // An `async export()` is not OpenTelemetry's interface, but its rejection would end the process.
      if (returned instanceof Promise) returned.catch((error: unknown) => this.end(error))
    } catch (thrown) {
      this.end(thrown)
    }
  }

  /** Nobody listens any more. */
  abandon(): void {
    this.phase = 'ended'
    clearTimeout(this.timer)
  }

  private answered(result: ExportResult | undefined): void {
    if (result?.code === ExportResultCode.SUCCESS) this.end(undefined)
    else this.end(result?.error ?? new Error('the exporter reported a failure without a reason'))
  }

  private overdue(): void {
    this.phase = 'overdue'
    this.arm(() => this.end(new Error('no answer')))
    this.listener.failed(new Error(`the exporter gave no answer within ${this.timeoutMillis} ms`))
  }

  private end(error: unknown): void {
    if (this.phase === 'ended') return
    const alreadyFailed = this.phase === 'overdue'
    this.abandon()
    if (error !== undefined && !alreadyFailed) this.listener.failed(error)
    this.listener.ended(error === undefined)
  }

  private arm(onTime: () => void): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(onTime, this.timeoutMillis).unref()
  }
}

function pendingAttributes(records: readonly ReadableLogRecord[]): Promise<void>[] {
  const resources = new Set(records.map(record => record.resource))
  return [...resources]
    .filter(resource => resource.asyncAttributesPending)
    .map(async resource => {
      await resource.waitForAsyncAttributes?.()
    })
}
