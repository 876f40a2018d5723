/** Sends a request until there is an answer that is about its records, with pauses that get longer, for as long as it takes. */
import type { AttemptEnd, ExportOperation } from './export-operation.ts'
import type { Attempt, OtlpConnection } from './otlp-connection.ts'
import type { RequestBody } from './request-parts.ts'
import { type RetryPauses, retryDelay } from './retry-delay.ts'
import type { Sleeper } from './sleeper.ts'
import type { Verdict } from './verdict.ts'

/** Ends what is under way when delivery is ended. */
export class DeliveryEnded extends Error {}

export type Settled = Verdict & { readonly kind: 'delivered' | 'partial' | 'refused' }

export interface SenderListener {
  /** Before each pause. */
  failing(reason: string): void
  /** Something was taken. */
  working(): void
  /** A request is over, whatever became of it. */
  exported(operation: ExportOperation): void
}

// Owned by one forwarder: one request at a time.
export class PatientSender {
  private readonly connection: OtlpConnection
  private readonly sleeper: Sleeper
  private readonly pauses: RetryPauses
  private readonly listener: SenderListener
  /** In a row. */
  private failures = 0
  private isClosed = false

  constructor(connection: OtlpConnection, sleeper: Sleeper, pauses: RetryPauses, listener: SenderListener) {
    this.connection = connection
    this.sleeper = sleeper
    this.pauses = pauses
    this.listener = listener
  }

  /** @throws DeliveryEnded */
  async send(body: RequestBody): Promise<Settled> {
    return this.measured(async attempt => {
      for (;;) {
        const verdict = await attempt(body)
        if (verdict.kind === 'delivered' || verdict.kind === 'partial') {
          this.failures = 0
          this.listener.working()
          return verdict
        }
        if (verdict.kind === 'refused') return verdict
        const asked = verdict.kind === 'retry' ? (verdict.afterMillis ?? 0) : 0
        await this.pause(verdict.reason, verdict.kind === 'misdirected', asked)
      }
    })
  }

  /** Whether it is taken now; asked once. */
  async isTaken(body: RequestBody): Promise<boolean> {
    const verdict = await this.measured(attempt => attempt(body))
    return verdict.kind === 'delivered'
  }

  /** Nothing helps but trying again later. @throws DeliveryEnded */
  async pause(reason: string, isSlow: boolean, leastMillis = 0): Promise<void> {
    this.failures++
    this.listener.failing(reason)
    const delay = retryDelay(this.failures, isSlow, this.pauses, Math.random())
    await this.sleeper.sleep(Math.max(delay, leastMillis), leastMillis > 0)
    this.endIfClosed()
  }

  endIfClosed(): void {
    if (this.isClosed) throw new DeliveryEnded('delivery was ended')
  }

  close(): void {
    this.isClosed = true
    this.connection.close()
  }

  /** One observation for all attempts and the pauses between them, as the metric wants it. */
  private async measured<T>(run: (attempt: (body: RequestBody) => Promise<Attempt>) => Promise<T>): Promise<T> {
    const start = performance.now()
    let end: AttemptEnd | undefined
    try {
      return await run(async body => {
        const made = await this.connection.send(body)
        // One that was cut off from here says nothing about the destination.
        if (!this.isClosed || end === undefined) end = made.end
        this.endIfClosed()
        return made
      })
    } finally {
      if (end !== undefined) this.listener.exported({ seconds: (performance.now() - start) / 1000, end })
    }
  }
}
