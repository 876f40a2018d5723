/**
 * A queue in front of an exporter that loses nothing silently: order is kept, a failed batch is tried again for as long
 * as it takes, and only memory bounds it. All state is changed here, in one of five moments: a record comes, a timer
 * fires, an attempt fails, an attempt ends, the queue closes.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { diag } from '@opentelemetry/api'
import { callWithTimeout } from '@opentelemetry/core'
import type { ReadWriteLogRecord } from '@opentelemetry/sdk-logs'
import { KansaError, messageOf } from '../../errors.ts'
import type { StoredRecord } from '../audit-api.ts'
import type { Delivery, RecordKeeper } from '../delivery.ts'
import { ExportAttempt } from './export-attempt.ts'
import { ExportBuffer } from './export-buffer.ts'
import type { ExportMetrics } from './export-metrics.ts'
import { RepeatedProblem, type Report } from '../failure-report.ts'
import { flushExporter, notDurable, type RecordSink, shutdownExporter } from './export-sink.ts'
import { takeSnapshot } from './export-snapshot.ts'
import { Watermark } from './export-watermark.ts'
import type { ProcessorSettings } from './processor-options.ts'

/** Pauses; other than the defaults in tests only. */
export interface ExportPauses {
  /** A failed batch waits a random time up to this, doubled with every further failure … */
  readonly firstRetryMillis: number
  /** … up to this. */
  readonly lastRetryMillis: number
  /** The same trouble is reported once in this time. */
  readonly reportMillis: number
}

export const DEFAULT_PAUSES: ExportPauses = { firstRetryMillis: 2000, lastRetryMillis: 30_000, reportMillis: 5000 }

// A collector refuses requests above 20 MiB by default, and JSON makes the estimate about two times larger.
const MAX_BATCH_BYTES = 4 * 1024 * 1024
// An exporter's shutdown gets this much even when delivery used up the time; healthy ones need less.
const LEAST_SHUTDOWN_MILLIS = 100

/** The one thing the queue waits for while no attempt runs. */
interface Wake {
  readonly kind: 'now' | 'delay' | 'retry'
  readonly cancel: () => void
}

export class ExportQueue implements RecordSink, RecordKeeper {
  private readonly settings: ProcessorSettings
  private readonly pauses: ExportPauses
  private readonly metrics: ExportMetrics
  private readonly report: Report
  private readonly buffer = new ExportBuffer()
  private readonly receipts = new Watermark()
  private readonly flushes = new Watermark()
  private readonly refusals: RepeatedProblem
  private readonly failing: RepeatedProblem
  /** Exports belong to no run and no request: without this they would carry the context of whoever logged last. */
  private readonly outsideOfRuns = AsyncLocalStorage.snapshot()
  private phase: 'open' | 'closing' | 'closed' = 'open'
  /** Records taken so far, and so the next one's index. */
  private accepted = 0
  /** How many of the oldest records were offered to the exporter at least once. */
  private offered = 0
  /** When the oldest record came that was never offered, or earlier. */
  private waitingSince: number | undefined
  private wake: Wake | undefined
  private attempt: ExportAttempt | undefined
  /** Failed attempts in a row. */
  private failures = 0
  /** Halved by every failure, doubled by every success: finds the size that a destination takes. */
  private batchSize: number
  private lastError: unknown
  /** False once shutdown has no time left to wait for asynchronous resource attributes. */
  private awaitsResources = true

  constructor(settings: ProcessorSettings, metrics: ExportMetrics, report: Report, pauses: ExportPauses) {
    this.settings = settings
    this.pauses = pauses
    this.metrics = metrics
    this.report = report
    this.batchSize = settings.maxExportBatchSize
    this.refusals = new RepeatedProblem(report, pauses.reportMillis, times => this.queueFull(times))
    this.failing = new RepeatedProblem(report, pauses.reportMillis, (times, cause) =>
      notDurable(`export failed ${times} time(s) in a row and is tried again: ${messageOf(cause)}`, cause),
    )
    metrics.observeQueue(settings.maxQueueSize, () => this.buffer.length)
  }

  accept(record: ReadWriteLogRecord, delivery: Delivery | undefined): void {
    const bytes = takeSnapshot(record, this.settings.maxQueueBytes - this.buffer.bytes)
    if (bytes === undefined) {
      this.refuse(delivery)
      return
    }
    delivery?.claim(this, this.accepted)
    this.accepted++
    this.waitingSince ??= performance.now()
    this.buffer.push(record, bytes)
    this.schedule()
  }

  async whenStored(index: number): Promise<StoredRecord> {
    await this.receipts.reach(index + 1)
    return {}
  }

  async flush(timeoutMillis: number): Promise<void> {
    const deadline = performance.now() + timeoutMillis
    const delivered = this.flushes.reach(this.accepted)
    this.hurry()
    try {
      await callWithTimeout(delivered, timeoutMillis)
    } catch (thrown) {
      throw notDurable(`not everything was exported within ${timeoutMillis} ms`, thrown)
    }
    if (this.phase === 'open') await flushExporter(this.settings.exporter, remaining(deadline))
  }

  async close(timeoutMillis: number): Promise<void> {
    const deadline = performance.now() + timeoutMillis
    this.phase = 'closing'
    const delivered = this.receipts.reach(this.accepted)
    const halfTime = setTimeout(() => this.stopAwaitingResources(), timeoutMillis / 2).unref()
    this.hurry()
    try {
      await callWithTimeout(delivered, timeoutMillis)
    } catch {
      this.giveUp()
    }
    clearTimeout(halfTime)
    this.phase = 'closed'
    this.endRefusals()
    this.metrics.close()
    await shutdownExporter(this.settings.exporter, remaining(deadline) + LEAST_SHUTDOWN_MILLIS, this.report)
  }

  private stopAwaitingResources(): void {
    this.awaitsResources = false
    this.attempt?.submit()
  }

  /** A record came, or an attempt ended: when is the next export? */
  private schedule(): void {
    if (this.attempt !== undefined || this.buffer.length === 0) return
    if (this.wake?.kind === 'now' || this.wake?.kind === 'retry') return
    const { maxExportBatchSize, scheduledDelayMillis } = this.settings
    if (
      this.offered > 0 ||
      this.buffer.length >= maxExportBatchSize ||
      this.buffer.bytes >= MAX_BATCH_BYTES ||
      this.flushes.awaited ||
      this.phase === 'closing'
    ) {
      this.exportNow()
    } else if (this.wake === undefined) {
      this.exportIn('delay', remaining((this.waitingSince ?? 0) + scheduledDelayMillis))
    }
  }

  /** Somebody waits for delivery: no delay, no pause after a failure. */
  private hurry(): void {
    if (this.attempt === undefined && this.buffer.length > 0) this.exportNow()
  }

  /** In the event loop's next round: never inside somebody's `emit`, and between two batches the agent has its turn. */
  private exportNow(): void {
    this.wake?.cancel()
    const immediate = setImmediate(() => this.outsideOfRuns(() => this.startAttempt()))
    this.wake = { kind: 'now', cancel: () => clearImmediate(immediate) }
  }

  private exportIn(kind: 'delay' | 'retry', millis: number): void {
    // Unref'd: waiting records do not keep a process alive that has nothing else to do.
    const timer = setTimeout(() => this.outsideOfRuns(() => this.startAttempt()), millis).unref()
    this.wake = { kind, cancel: () => clearTimeout(timer) }
  }

  private startAttempt(): void {
    this.wake = undefined
    const { exporter, exportTimeoutMillis } = this.settings
    const records = this.buffer.oldest(this.batchSize, MAX_BATCH_BYTES)
    // The array belongs to the exporter from here on.
    const count = records.length
    this.offered = Math.max(this.offered, count)
    if (this.offered === this.buffer.length) this.waitingSince = undefined
    const attempt = new ExportAttempt(exporter, records, exportTimeoutMillis, {
      failed: error => this.attemptFailed(count, error),
      ended: delivered => this.attemptEnded(count, delivered),
    })
    this.attempt = attempt
    attempt.start()
    if (!this.awaitsResources) attempt.submit()
  }

  private attemptFailed(count: number, error: unknown): void {
    this.failures++
    this.batchSize = Math.max(1, Math.floor(count / 2))
    this.lastError = error
    this.flushes.fail(notDurable(`export failed: ${messageOf(error)}; the records are kept and tried again`, error))
    this.failing.happened(error)
  }

  private attemptEnded(count: number, delivered: boolean): void {
    this.attempt = undefined
    if (!delivered) {
      this.exportIn('retry', this.retryMillis())
      return
    }
    this.failures = 0
    this.batchSize = Math.min(this.settings.maxExportBatchSize, this.batchSize * 2)
    this.buffer.drop(count)
    this.offered -= count
    this.metrics.delivered(count)
    const failed = this.failing.ended()
    if (failed > 0) diag.info(`kansa: export works again after ${failed} failed attempt(s)`)
    // Not at the first free byte: a queue that is refilled at once would report an end and a start with every batch.
    if (this.buffer.bytes <= this.settings.maxQueueBytes / 2) this.endRefusals()
    this.receipts.advance(count)
    this.flushes.advance(count)
    this.schedule()
  }

  /** Exponential, the later half of it random, so that many processes do not come back in step. */
  private retryMillis(): number {
    const { firstRetryMillis, lastRetryMillis } = this.pauses
    const longest = Math.min(lastRetryMillis, firstRetryMillis * 2 ** (this.failures - 1))
    return (longest * (1 + Math.random())) / 2
  }

  private refuse(delivery: Delivery | undefined): void {
    this.metrics.lost(1, 'queue_full')
    delivery?.refuse(this.queueFull(1))
    this.refusals.happened()
  }

  private queueFull(times: number): KansaError {
    return new KansaError(
      'KANSA_QUEUE_FULL',
      `${times} log record(s) refused: no room beside the ${this.buffer.length} that wait for export ` +
        `(maxQueueBytes: ${this.settings.maxQueueBytes})`,
      { cause: this.lastError },
    )
  }

  private endRefusals(): void {
    const refused = this.refusals.ended()
    if (refused === 0) return
    this.report(
      new KansaError('KANSA_QUEUE_FULL', `${refused} log record(s) were refused in all while the queue was full`),
    )
  }

  /** Time is up. What was handed to the exporter may still arrive, but nobody can say so any more. */
  private giveUp(): void {
    this.wake?.cancel()
    this.attempt?.abandon()
    const left = this.buffer.length
    const why = this.lastError === undefined ? 'time ran out' : messageOf(this.lastError)
    const message = `${left} log record(s) were not delivered before shutdown: ${why}`
    this.metrics.lost(left, 'shutdown')
    this.report(notDurable(message, this.lastError))
    this.receipts.close(new KansaError('KANSA_CLOSED', message))
    this.flushes.close(notDurable(message, this.lastError))
    this.buffer.drop(left)
  }
}

function remaining(deadline: number): number {
  return Math.max(0, deadline - performance.now())
}
