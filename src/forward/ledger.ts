/** Where a delivery stands and what was counted, in memory and on disk. */
import { type Cursor, type DeliveryCounts, writeCursor } from '../journal/forwarding/cursor-file.ts'
import { appendDeadLetters, type DeadLetter } from '../journal/forwarding/dead-letter-file.ts'
import { type DeliveryItem, letterOf, type Position, positionAfter } from './delivery-item.ts'

/** A cursor that is older than this costs some repeated records after a crash; writing it costs a sync. */
const SAVE_INTERVAL_MILLIS = 1000

// Owned by one forwarder.
export class Ledger {
  private readonly dir: string
  private readonly name: string
  private numbers: DeliveryCounts
  private current: Position
  private letters: DeadLetter[] = []
  /** Items that were not taken although they were sent. */
  private readonly rejected = new Set<DeliveryItem>()
  private rejectedOfSome = 0
  private savedAt = Number.NEGATIVE_INFINITY
  private isChanged = false

  constructor(dir: string, name: string, cursor: Cursor | undefined, position: Position) {
    this.dir = dir
    this.name = name
    const { delivered = 0, rejected = 0, skipped = 0, missing = 0 } = cursor ?? {}
    this.numbers = { delivered, rejected, skipped, missing }
    this.current = position
    this.isChanged = cursor === undefined
  }

  get counts(): DeliveryCounts {
    return this.numbers
  }

  /** Behind everything that is over. */
  get position(): Position {
    return this.current
  }

  /** The destination does not want this one. */
  reject(item: DeliveryItem, reason: string): void {
    this.rejected.add(item)
    this.letters.push(letterOf(item, reason))
  }

  /** The destination took these, but for some; it does not say which. */
  rejectSome(sent: readonly DeliveryItem[], rejected: number): void {
    const [first, last] = [sent[0], sent.at(-1)]
    if (first === undefined || last === undefined) return
    const range = { seq: first.seq, last_seq: Math.max(last.seq, first.seq) }
    this.letters.push({ ...range, origin: first.standing.origin, reason: `${rejected} of ${sent.length} rejected` })
    this.rejectedOfSome += rejected
  }

  /** These are over, in whatever way. Returns for how many of them the dead letters have to stand. */
  settle(items: readonly DeliveryItem[]): number {
    const before = this.numbers
    let { delivered, rejected, skipped, missing } = this.numbers
    for (const item of items) {
      const { outcome, count, reason } = item
      if (outcome === 'missing' || outcome === 'unusable') this.letters.push(letterOf(item, reason))
      if (outcome === 'missing') missing += count
      else if (outcome === 'skipped') skipped += count
      else if (outcome === 'unusable' || this.rejected.delete(item)) rejected += count
      else if (outcome === 'delivered') delivered += count
    }
    const some = Math.min(this.rejectedOfSome, delivered)
    this.rejectedOfSome = 0
    this.numbers = { delivered: delivered - some, rejected: rejected + some, skipped, missing }
    const last = items.at(-1)
    if (last !== undefined) this.current = positionAfter(last)
    this.isChanged = true
    return this.numbers.rejected - before.rejected + this.numbers.missing - before.missing
  }

  /** Writes down what must not be forgotten, and the position every now and then. @throws the system's error */
  keep(): void {
    if (this.letters.length > 0) {
      appendDeadLetters(this.dir, this.name, this.letters)
      this.letters = []
      this.save()
    } else if (performance.now() - this.savedAt >= SAVE_INTERVAL_MILLIS) this.save()
  }

  /** @throws the system's error */
  save(): void {
    if (!this.isChanged || this.letters.length > 0) return
    writeCursor(this.dir, this.name, { ...this.current, ...this.numbers })
    this.savedAt = performance.now()
    this.isChanged = false
  }
}
