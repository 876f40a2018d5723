/** The delivery of one log from where it stands: reads, sends, counts, and moves the cursor. */
import { setImmediate } from 'node:timers/promises'
import { messageOf } from '../errors.ts'
import type { Cursor } from '../journal/forwarding/cursor-file.ts'
import { BatchMaker, fragmentsOf } from './batch-maker.ts'
import { copyOf, type DeliveryItem, type Position } from './delivery-item.ts'
import type { Destination } from './destination.ts'
import { Ledger } from './ledger.ts'
import { LogSource } from './log-source.ts'
import { narrow } from './narrowing.ts'
import type { PatientSender, Settled } from './patient-sender.ts'
import type { Sleeper } from './sleeper.ts'

/** Sealed records that are not found so often are missing. */
const MAX_LOOKS = 3
/** Of what a destination says, in reports. */
const MAX_REASON_CHARACTERS = 200

export interface LogDeliveryOptions {
  readonly dir: string
  readonly origin: string
  readonly destination: Destination
  /** What was counted so far. */
  readonly cursor: Cursor | undefined
  /** Where to begin. */
  readonly start: Position
  readonly sender: PatientSender
  readonly sleeper: Sleeper
  /** Between looks for sealed records that are not there. */
  readonly lookMillis: number
  readonly tell: (message: string) => void
  /** A batch is over. */
  readonly onProgress: () => void
}

// Owned by one forwarder. `deliver` MUST NOT be called while a call is under way.
export class LogDelivery {
  readonly origin: string
  readonly ledger: Ledger
  private readonly options: LogDeliveryOptions
  private readonly source: LogSource
  private readonly maker: BatchMaker
  /** The batch after the one that is under way. */
  private ahead: Promise<readonly DeliveryItem[]> | undefined
  private looks = 0
  /** A record that the destination took, to be sent again where it is in doubt whether it takes any. */
  private witness: DeliveryItem | undefined
  /** More than one after a batch was refused as a whole: the next one has another record in it. */
  private leastRecords = 1
  private sending = 0

  constructor(options: LogDeliveryOptions) {
    const { dir, origin, destination, cursor, start } = options
    this.options = options
    this.origin = origin
    this.source = new LogSource({ dir, origin, destination, start })
    this.ledger = new Ledger(dir, destination.name, cursor, this.source.end)
    this.maker = new BatchMaker(this.source, destination)
    // From now on every record is delivered or named, also those that are deleted before the first one is taken.
    if (cursor === undefined) this.ledger.save()
  }

  /** Sealed records that are not delivered. */
  get pending(): number {
    return Math.max(0, this.source.seenSize - this.ledger.position.next)
  }

  /** Records in the request that is under way. */
  get inflight(): number {
    return this.sending
  }

  /** Resolves when everything that is sealed is delivered, and noted down. @throws DeliveryEnded */
  async deliver(): Promise<void> {
    for (;;) {
      this.options.sender.endIfClosed()
      this.ahead ??= this.maker.make(this.leastRecords)
      const items = await this.ahead
      this.ahead = undefined
      if (items.length > 0) {
        this.looks = 0
        await this.deliverBatch(items)
      } else if (!(await this.lookForMissing())) {
        break
      }
    }
    this.ledger.save()
  }

  /** Keeps the position. Never rejects. */
  async close(): Promise<void> {
    // It reads from files that are about to be closed.
    await this.ahead?.catch(() => {})
    this.source.close()
    try {
      this.ledger.save()
    } catch {
      // What cannot be noted down is delivered once more the next time.
    }
  }

  private async deliverBatch(items: readonly DeliveryItem[]): Promise<void> {
    const body = this.maker.requestOf(items)
    if (body === undefined) {
      await this.settle(items)
      return
    }
    const { sender } = this.options
    this.sending = fragmentsOf(items).length
    const sending = sender.send(body)
    // Awaited below; until then a failure is nobody's unhandled rejection.
    sending.catch(() => {})
    // While the request is under way; not before it is.
    await setImmediate()
    this.ahead ??= this.maker.make(1)
    this.ahead.catch(() => {})
    const answer = await sending
    this.sending = 0
    if (answer.kind !== 'refused') {
      this.taken(items, answer)
      this.leastRecords = 1
      await this.settle(items)
    } else {
      await this.ahead.catch(() => {})
      this.ahead = undefined
      await this.deliverRefused(items, answer.reason)
    }
  }

  private async deliverRefused(items: readonly DeliveryItem[], reason: string): Promise<void> {
    const { ledger, maker } = this
    const { sender } = this.options
    const over = await narrow(items, {
      send: async part => {
        const body = maker.requestOf(part)
        if (body === undefined) return undefined
        const answer = await sender.send(body)
        if (answer.kind === 'refused') return answer.reason
        this.taken(part, answer)
        return undefined
      },
      setAside: (item, why) => ledger.reject(item, why),
      vouch: async () => {
        const body = this.witness && maker.requestOf([this.witness])
        return body !== undefined && (await sender.isTaken(body))
      },
    })
    await this.settle(items.slice(0, over))
    maker.seek(ledger.position)
    this.leastRecords = over === items.length ? 1 : 2
    if (over < items.length) await sender.pause(`${reason} for whatever is sent`, true)
  }

  /** Nothing is there to be read. True where something should be. */
  private async lookForMissing(): Promise<boolean> {
    const { source, options } = this
    if ((source.newest()?.size ?? 0) <= this.ledger.position.next) return false
    if (this.looks++ < MAX_LOOKS) {
      source.lookAround()
      await options.sleeper.sleep(options.lookMillis)
      return true
    }
    this.looks = 0
    await this.deliverBatch(source.giveUp())
    return true
  }

  private taken(items: readonly DeliveryItem[], answer: Settled): void {
    const sent = items.filter(({ fragment }) => fragment !== undefined)
    if (answer.kind === 'partial') {
      this.ledger.rejectSome(sent, Math.min(answer.rejected, sent.length))
      const why = answer.reason.slice(0, MAX_REASON_CHARACTERS)
      this.options.tell(`${answer.rejected} of ${sent.length} records were rejected: ${why}`)
    } else if (sent[0] !== undefined) this.witness = copyOf(sent[0])
  }

  /** They are over: dead letters first, then the cursor. Tried until the disk takes it. */
  private async settle(items: readonly DeliveryItem[]): Promise<void> {
    const { ledger } = this
    const { sender, sleeper, lookMillis, tell, onProgress } = this.options
    const aside = ledger.settle(items)
    this.maker.release(items)
    if (aside > 0) tell(`${aside} record(s) were not delivered and are named in the dead letters`)
    for (;;) {
      sender.endIfClosed()
      try {
        ledger.keep()
        break
      } catch (error) {
        tell(`what was delivered cannot be noted down: ${messageOf(error)}`)
        await sleeper.sleep(lookMillis)
      }
    }
    onProgress()
  }
}
