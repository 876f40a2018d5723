/** Makes requests out of what comes next in a log: bounded by the bytes that are really sent, and by records. */
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { Destination } from './destination.ts'
import type { DeliveryItem, Position } from './delivery-item.ts'
import { ENCODINGS } from './encoding.ts'
import type { LogSource } from './log-source.ts'

export interface Batch {
  /** In the order of the log. */
  readonly items: readonly DeliveryItem[]
  /** The request; undefined where nothing of it is to be sent. */
  readonly body: Uint8Array | undefined
}

/** A request is about so much longer than its lines, before the first one tells. */
const FIRST_GUESS = 2.5
/** What is skipped takes no room in a request, but in memory. */
const MAX_ITEMS = 50_000

// Owned by one forwarder. `make` MUST NOT be called while a call is under way.
export class BatchMaker {
  private readonly source: LogSource
  private readonly destination: Destination
  private waiting: DeliveryItem[] = []
  /** Bytes of requests per byte of their lines. */
  private growth = FIRST_GUESS

  constructor(source: LogSource, destination: Destination) {
    this.source = source
    this.destination = destination
  }

  /** The next batch, with `leastRecords` records where there are so many; undefined where nothing is there (yet). */
  async make(leastRecords: number): Promise<Batch | undefined> {
    let items = await this.gather(leastRecords)
    if (items.length === 0) return undefined
    let body = this.encode(items)
    while (body !== undefined && body.length > this.destination.maxBatchBytes) {
      const half = frontHalf(items, leastRecords)
      if (half === undefined) break
      this.waiting.unshift(...items.slice(half))
      items = items.slice(0, half)
      body = this.encode(items)
    }
    return { items, body }
  }

  encode(items: readonly DeliveryItem[]): Uint8Array | undefined {
    const records = recordsOf(items)
    if (records.length === 0) return undefined
    const body = ENCODINGS[this.destination.encoding].encode(records)
    const lines = items.reduce((sum, { record, bytes }) => (record === undefined ? sum : sum + bytes), 0)
    if (lines > 0) this.growth = body.length / lines
    return body
  }

  /** Goes back: what was read behind it is made into batches again. */
  seek(position: Position): void {
    this.waiting = []
    this.source.seek(position)
  }

  private async gather(leastRecords: number): Promise<DeliveryItem[]> {
    const { maxBatchBytes, maxBatchRecords } = this.destination
    const roomBytes = maxBatchBytes / this.growth
    const items: DeliveryItem[] = []
    let bytes = 0
    let records = 0
    for (;;) {
      let taken = 0
      for (const item of this.waiting) {
        const isFull = records >= leastRecords && (bytes + item.bytes > roomBytes || records >= maxBatchRecords)
        if (items.length >= MAX_ITEMS || (item.record !== undefined && records > 0 && isFull)) break
        items.push(item)
        taken++
        if (item.record === undefined) continue
        records++
        bytes += item.bytes
      }
      const isFull = taken < this.waiting.length
      this.waiting = this.waiting.slice(taken)
      if (isFull) return items
      this.waiting = await this.source.read()
      if (this.waiting.length === 0) return items
    }
  }
}

export function recordsOf(items: readonly DeliveryItem[]): ReadableLogRecord[] {
  return items.flatMap(({ record }) => record ?? [])
}

/** How many items make about the first half of the records; undefined where they cannot be fewer. */
function frontHalf(items: readonly DeliveryItem[], leastRecords: number): number | undefined {
  const total = recordsOf(items).length
  if (total <= Math.max(1, leastRecords)) return undefined
  let left = Math.max(leastRecords, Math.floor(total / 2))
  return items.findIndex(({ record }) => record !== undefined && left-- === 0)
}
