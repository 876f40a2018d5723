/** What a logger has of its deliveries: woken at each checkpoint, flushed and shut down with it. */
import { metrics, type MeterProvider } from '@opentelemetry/api'
import { KansaError } from '../errors.ts'
import { newestCheckpoint } from '../journal/forwarding/sealed-checkpoints.ts'
import { destinationsLacking } from '../journal/forwarding/undelivered.ts'
import { RepeatedProblem, type Report } from '../pipeline/failure-report.ts'
import { type DeliveryMetrics, observeDeliveries } from './delivery-metrics.ts'
import type { Destination } from './destination.ts'
import { ForwarderThread } from './forwarder-thread.ts'

const REPORT_MILLIS = 5000

export interface JournalDeliveryOptions {
  /** The folder that is really written to. */
  readonly dir: string
  readonly destinations: readonly Destination[]
  readonly report: Report
  /** Default: the process-wide one, when the first record is delivered. */
  readonly meterProvider: MeterProvider | undefined
}

// Owned by the logger's backend.
export class JournalDelivery {
  private readonly options: JournalDeliveryOptions
  private readonly thread: ForwarderThread
  private metrics: DeliveryMetrics | undefined

  constructor(options: JournalDeliveryOptions) {
    const { dir, destinations, report } = options
    this.options = options
    const problems = new Map(destinations.map(({ name }) => [name, problemOf(name, dir, report)] as const))
    this.thread = new ForwarderThread({
      dir,
      destinations,
      onTrouble: (name, message) => problems.get(name)?.happened(message),
      onStatus: (name, { state }) => {
        if (state === 'idle') problems.get(name)?.ended()
      },
      onExport: (name, operation) => this.metrics?.exported(name, operation),
    })
    if (this.hasBacklog()) setImmediate(() => this.wake()).unref()
  }

  /** A checkpoint became durable. */
  wake(): void {
    this.observe()
    this.thread.wake()
  }

  /** Resolves when all that is sealed is delivered, or the time is over: the journal has it anyway. */
  async forceFlush({ timeoutMillis }: { readonly timeoutMillis: number }): Promise<void> {
    await this.thread.drain(timeoutMillis)
  }

  /** Never rejects. What is not delivered by then is delivered by the next process, or by `kansa forward`. */
  async shutdown({ timeoutMillis }: { readonly timeoutMillis: number }): Promise<void> {
    await this.thread.shutdown(timeoutMillis)
    this.metrics?.stop()
  }

  /** Something waits from before: no commit is needed to begin with it. */
  private hasBacklog(): boolean {
    const { dir, destinations } = this.options
    const size = newestCheckpoint(dir)?.size ?? 0
    const names = destinations.map(({ name }) => name)
    return size > 0 && destinationsLacking(dir, names, size - 1).length > 0
  }

  private observe(): void {
    const { destinations, meterProvider = metrics.getMeterProvider() } = this.options
    this.metrics ??= observeDeliveries(meterProvider, destinations, name => this.thread.statusOf(name))
  }
}

function problemOf(name: string, dir: string, report: Report): RepeatedProblem {
  return new RepeatedProblem(
    report,
    REPORT_MILLIS,
    (_, why) =>
      new KansaError('KANSA_NOT_DELIVERED', `delivery to "${name}": ${String(why)}. The records are in ${dir}.`),
  )
}
