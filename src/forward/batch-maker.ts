/** Makes requests out of what comes next in a log: bounded by the bytes that are really sent, and by records. */
import type { Destination } from './destination.ts'
import type { DeliveryItem, Position } from './delivery-item.ts'
import { ENCODINGS } from './encoding.ts'
import type { LogSource } from './log-source.ts'
import type { Fragment, Frame, RequestBody, RequestParts } from './request-parts.ts'

/** What is skipped takes no room in a request, but in memory. */
const MAX_ITEMS = 50_000

// Owned by one forwarder. `make` MUST NOT be called while a call is under way.
export class BatchMaker {
  private readonly source: LogSource
  private readonly destination: Destination
  private readonly parts: RequestParts
  private waiting: readonly DeliveryItem[] = []
  /** How many of them are in batches. */
  private taken = 0

  constructor(source: LogSource, destination: Destination) {
    this.source = source
    this.destination = destination
    this.parts = ENCODINGS[destination.encoding].parts
  }

  /**
   * The next batch, in the order of the log, with `leastRecords` records where there are so many; empty where nothing is
   * there (yet).
   */
  async make(leastRecords: number): Promise<readonly DeliveryItem[]> {
    const room = new Room(this.parts, this.destination, leastRecords)
    const items: DeliveryItem[] = []
    for (;;) {
      for (; this.taken < this.waiting.length; this.taken++) {
        const item = this.waiting[this.taken]
        if (item === undefined || items.length >= MAX_ITEMS || !room.take(item)) return items
        items.push(item)
      }
      this.waiting = await this.source.read()
      this.taken = 0
      if (this.waiting.length === 0) return items
    }
  }

  /** The request; undefined where nothing of it is to be sent. */
  requestOf(items: readonly DeliveryItem[]): RequestBody | undefined {
    const fragments = fragmentsOf(items)
    return fragments.length === 0 ? undefined : this.parts.join(fragments)
  }

  /** These are over, and so is all before them: none of it is sent again. */
  release(items: readonly DeliveryItem[]): void {
    const last = items.findLast(({ fragment }) => fragment !== undefined)
    if (last?.fragment !== undefined) this.source.release(last.fragment)
  }

  /** Goes back: what was read behind it is made into batches again. */
  seek(position: Position): void {
    this.waiting = []
    this.taken = 0
    this.source.seek(position)
  }
}

// Owned by the batch that is being made.
class Room {
  private readonly parts: RequestParts
  private readonly destination: Destination
  private readonly leastRecords: number
  private bytes: number
  private records = 0
  private frame: Frame | undefined

  constructor(parts: RequestParts, destination: Destination, leastRecords: number) {
    this.parts = parts
    this.destination = destination
    this.leastRecords = leastRecords
    this.bytes = parts.requestBytes
  }

  /** False where the item does not fit any more. */
  take({ fragment }: DeliveryItem): boolean {
    if (fragment === undefined) return true
    const { maxBatchBytes, maxBatchRecords } = this.destination
    const bytes = this.bytes + this.bytesOf(fragment)
    if (this.records >= this.leastRecords && (bytes > maxBatchBytes || this.records >= maxBatchRecords)) return false
    this.bytes = bytes
    this.records++
    this.frame = fragment.frame
    return true
  }

  private bytesOf({ bytes, frame }: Fragment): number {
    const length = bytes.to - bytes.from
    return frame === this.frame ? length : length + frame.before.length + frame.after.length + this.parts.frameBytes
  }
}

export function fragmentsOf(items: readonly DeliveryItem[]): Fragment[] {
  const fragments: Fragment[] = []
  for (const { fragment } of items) if (fragment !== undefined) fragments.push(fragment)
  return fragments
}
