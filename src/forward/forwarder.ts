/**
 * Delivers one log to one destination, at least once and in order, for as long as it takes. Nothing here throws into its
 * caller: what goes wrong is told, and tried again.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { KansaError, messageOf } from '../errors.ts'
import { readOrigin } from '../journal/format-file.ts'
import { readCursor } from '../journal/forwarding/cursor-file.ts'
import { lockDestination } from '../journal/forwarding/destination-lock.ts'
import { oldestSeq } from '../journal/forwarding/sealed-lines.ts'
import { newestCheckpoint } from '../journal/forwarding/sealed-checkpoints.ts'
import { ACTIVE_FILE } from '../journal/layout.ts'
import type { FolderLock } from '../journal/lock.ts'
import type { Position } from './delivery-item.ts'
import { type DeliveryState, type DeliveryStatus, NOTHING_COUNTED } from './delivery-status.ts'
import type { Destination } from './destination.ts'
import type { ExportOperation } from './export-operation.ts'
import { LogDelivery } from './log-delivery.ts'
import { LogSource } from './log-source.ts'
import { OtlpConnection } from './otlp-connection.ts'
import { DeliveryEnded, PatientSender } from './patient-sender.ts'
import { DEFAULT_PAUSES, type RetryPauses } from './retry-delay.ts'
import { Sleeper } from './sleeper.ts'

export interface ForwarderPauses extends RetryPauses {
  /** Between looks for sealed records that are not there, and for a lock that somebody has. */
  readonly lookMillis: number
}

export const FORWARDER_PAUSES: ForwarderPauses = { ...DEFAULT_PAUSES, lookMillis: 2000 }

export interface ForwarderOptions {
  /** The folder of the log. */
  readonly dir: string
  readonly destination: Destination
  /** Begin with this record instead of where the cursor is. */
  readonly from?: number | undefined
  /** Names the holder of the lock: a UUID. */
  readonly instance?: string
  readonly pauses?: ForwarderPauses
  /** Told about everything that a person may have to act on. */
  readonly onTrouble?: (message: string) => void
  /** Told whenever the numbers have changed. */
  readonly onStatus?: (status: DeliveryStatus) => void
  /** Told about each request when it is over. */
  readonly onExport?: (operation: ExportOperation) => void
}

// Owned by whoever made it: one loop, which alone reads the log and moves the cursor.
export class Forwarder {
  private readonly options: ForwarderOptions
  private readonly instance: string
  private readonly pauses: ForwarderPauses
  private readonly sender: PatientSender
  private readonly sleeper = new Sleeper()
  private readonly drainWaiters = new Set<() => void>()
  private lock: FolderLock | undefined
  private delivery: LogDelivery | undefined
  private state: DeliveryState = 'delivering'
  private behindSince: number | undefined = Date.now()
  private from: number | undefined
  private running: Promise<void> | undefined
  private isClosed = false

  constructor(options: ForwarderOptions) {
    this.options = options
    this.instance = options.instance ?? randomUUID()
    this.pauses = options.pauses ?? FORWARDER_PAUSES
    this.from = options.from
    this.sender = new PatientSender(new OtlpConnection(options.destination), this.sleeper, this.pauses, {
      failing: reason => {
        this.setState('failing')
        this.tell(reason)
      },
      working: () => this.setState('delivering'),
      exported: operation => options.onExport?.(operation),
    })
  }

  start(): void {
    this.running ??= this.run()
  }

  /** There may be more to deliver. */
  wake(): void {
    this.sleeper.wake('news')
  }

  get status(): DeliveryStatus {
    const { state, behindSince, delivery } = this
    const { pending = 0, inflight = 0 } = delivery ?? {}
    const next = delivery?.ledger.position.next ?? 0
    return { ...(delivery?.ledger.counts ?? NOTHING_COUNTED), state, inflight, pending, next, behindSince }
  }

  /** Resolves when everything that is sealed by now is delivered, or delivery is ended. */
  async drained(): Promise<void> {
    const size = this.sealedSize()
    if (size === undefined) return
    this.sleeper.wake('hurry')
    while (!this.isClosed && (this.delivery?.ledger.position.checkpoint ?? -1) < size) {
      this.wake()
      await new Promise<void>(resolve => this.drainWaiters.add(resolve))
    }
  }

  /** Ends what is under way, keeps the position, releases the lock. Never rejects. */
  async close(): Promise<void> {
    this.isClosed = true
    this.sender.close()
    this.sleeper.wake('end')
    await this.running
    this.lock?.release()
    this.tellWaiters()
  }

  private sealedSize(): number | undefined {
    try {
      return newestCheckpoint(this.options.dir)?.size
    } catch {
      // The loop meets the same, and tells.
      return undefined
    }
  }

  private async run(): Promise<void> {
    while (!this.isClosed) {
      try {
        const delivery = await this.begin()
        await delivery?.deliver()
        if (delivery !== undefined) this.behindSince = undefined
        this.setState('idle')
        this.tellWaiters()
        await this.sleeper.untilNews()
        this.behindSince ??= Date.now()
      } catch (error) {
        if (!(error instanceof DeliveryEnded)) await this.recover(error)
      }
    }
    await this.leave()
  }

  /** Everything is read anew: what went wrong may have been the files. */
  private async recover(error: unknown): Promise<void> {
    const isLocked = error instanceof KansaError && error.code === 'KANSA_DIR_LOCKED'
    this.setState(isLocked ? 'locked' : 'failing')
    this.tell(messageOf(error))
    await this.leave()
    await this.sleeper.sleep(this.pauses.lookMillis)
  }

  /** Undefined where there is no log yet. */
  private async begin(): Promise<LogDelivery | undefined> {
    const { dir, destination } = this.options
    const origin = readOrigin(dir)
    if (origin === undefined) return undefined
    if (this.lock?.reassert() === false) this.lock = undefined
    this.lock ??= lockDestination(dir, destination.name, this.instance)
    if (this.delivery?.origin !== origin) {
      await this.leave()
      this.delivery = this.deliveryOf(origin)
    }
    return this.delivery
  }

  private deliveryOf(origin: string): LogDelivery {
    const { dir, destination } = this.options
    const found = readCursor(dir, destination.name)
    const isOlder = found?.origin === origin && found.checkpoint > (newestCheckpoint(dir)?.size ?? 0)
    // What was written since may have the numbers of what was delivered.
    if (isOlder) this.tell('the log is older than what was delivered of it; it is delivered again from its beginning')
    const cursor = found?.origin === origin && !isOlder ? found : undefined
    const begin = (): Position => LogSource.beginning(origin, oldestSeq(join(dir, ACTIVE_FILE)) ?? 0)
    const start = this.from === undefined ? (cursor ?? begin()) : LogSource.from(origin, this.from)
    this.from = undefined
    return new LogDelivery({
      dir,
      origin,
      destination,
      cursor,
      start,
      sender: this.sender,
      sleeper: this.sleeper,
      lookMillis: this.pauses.lookMillis,
      tell: message => this.tell(message),
      onProgress: () => {
        this.options.onStatus?.(this.status)
        this.tellWaiters()
      },
    })
  }

  private async leave(): Promise<void> {
    const { delivery } = this
    // After the end its numbers can still be asked for.
    if (!this.isClosed) this.delivery = undefined
    await delivery?.close()
  }

  private setState(state: DeliveryState): void {
    if (this.state === state) return
    this.state = state
    this.options.onStatus?.(this.status)
  }

  private tell(message: string): void {
    if (!this.isClosed) this.options.onTrouble?.(message)
  }

  private tellWaiters(): void {
    for (const resolve of this.drainWaiters) resolve()
    this.drainWaiters.clear()
  }
}
