/** What comes next in a log: its sealed records, and each checkpoint behind the records that it covers. */
import { join } from 'node:path'
import type { LogCheckpoint } from '../events/checkpoint-log-record.ts'
import { ACTIVE_FILE } from '../journal/layout.ts'
import { type FoundCheckpoint, newestCheckpoint, SealedCheckpoints } from '../journal/forwarding/sealed-checkpoints.ts'
import { type SealedLine, SealedLines } from '../journal/forwarding/sealed-lines.ts'
import { type DeliveryItem, type Position, positionAfter, type Standing, standingOf } from './delivery-item.ts'
import type { Destination } from './destination.ts'
import { RecordFactory } from './record-factory.ts'
import type { Fragment } from './request-parts.ts'

const NOT_THERE = 'not in the journal'

export interface SourceOptions {
  readonly dir: string
  readonly origin: string
  /** What is sent there, and how it is encoded. */
  readonly destination: Pick<Destination, 'filter' | 'encoding'>
  /** Where delivery stands. */
  readonly start: Position
}

// Owned by one forwarder. `read` MUST NOT be called while a call is under way.
export class LogSource {
  private readonly options: SourceOptions
  private readonly lines: SealedLines
  private readonly checkpoints: SealedCheckpoints
  private factory: RecordFactory
  private standing: Standing
  /** The next record. */
  private next: number
  /** Where its line probably begins. */
  private offset: number
  private sealedSize = 0
  /** The checkpoint up to which is being read: looked at again when that is reached. */
  private target: LogCheckpoint | undefined

  constructor(options: SourceOptions) {
    const { dir, start } = options
    this.options = options
    this.lines = new SealedLines(join(dir, ACTIVE_FILE), line => this.factory.pass(line))
    this.checkpoints = new SealedCheckpoints(dir, start.checkpointOffset)
    this.standing = standingOf(start)
    this.next = start.next
    this.offset = start.place?.offset ?? 0
    this.factory = this.newFactory()
    this.lines.seek(start.place)
  }

  /** A position that begins with the record; the checkpoint that covers it goes with it. */
  static from(origin: string, seq: number): Position {
    return { ...LogSource.beginning(origin, seq), checkpoint: seq }
  }

  /** What is retained when a delivery begins is where the log begins for it; what was deleted before is nobody's loss. */
  static beginning(origin: string, oldest: number): Position {
    // The first checkpoint has size 0.
    return { origin, next: oldest, checkpoint: -1, place: undefined, checkpointOffset: 0, source: undefined }
  }

  /** Records that the newest checkpoint covered when it was looked at last. */
  get seenSize(): number {
    return this.sealedSize
  }

  /** Behind what was read. */
  get end(): Position {
    const { standing, next, offset } = this
    return positionAfter({ standing, next, offset })
  }

  /** The newest checkpoint: what is delivered at most. */
  newest(): LogCheckpoint | undefined {
    const newest = newestCheckpoint(this.options.dir)
    if (newest === undefined || newest.origin !== this.options.origin) return undefined
    this.sealedSize = newest.size
    return newest
  }

  /** Goes back: what was read behind it is read again. */
  seek(position: Position): void {
    this.standing = standingOf(position)
    this.next = position.next
    this.offset = position.place?.offset ?? 0
    this.factory = this.newFactory()
    this.lines.seek(position.place)
    this.checkpoints.seek(position.checkpointOffset)
  }

  /** Some of what comes next; nothing where all that is sealed was read, or is not there. */
  async read(): Promise<DeliveryItem[]> {
    const newest = this.next < (this.target?.size ?? 0) ? this.target : this.newest()
    this.target = newest
    if (newest === undefined) return []
    const items: DeliveryItem[] = []
    const lines = this.next < newest.size ? await this.lines.read(this.next, newest.size - 1) : []
    const [first] = lines
    // The checkpoint of the empty log comes before the record that says whose log it is.
    if (first !== undefined && this.factory.source === undefined) this.factory.pass(first.text)
    for (const line of lines) {
      this.addCheckpoints(items, newest, line.seq)
      if (line.seq > this.next) this.addGap(items, line.seq)
      items.push(this.itemOf(line))
    }
    this.addCheckpoints(items, newest, this.next)
    return items
  }

  /**
   * For records that are sealed and cannot be found: they are passed over, up to the newest checkpoint. Nothing where
   * none are missing.
   */
  giveUp(): DeliveryItem[] {
    const newest = this.newest()
    const items: DeliveryItem[] = []
    if (newest === undefined || newest.size <= this.next) return items
    this.addGap(items, newest.size)
    this.addCheckpoints(items, newest, newest.size)
    return items
  }

  /** The same as the factory's. */
  release(fragment: Fragment): void {
    this.factory.release(fragment)
  }

  /** Looks for the next record anew, wherever it was thought to be. */
  lookAround(): void {
    this.lines.seek(undefined)
  }

  close(): void {
    this.lines.close()
  }

  private newFactory(): RecordFactory {
    const { origin, destination } = this.options
    return new RecordFactory(origin, destination, this.standing.source)
  }

  private itemOf(line: SealedLine): DeliveryItem {
    const { seq, file, end } = line
    const { id, fragment, outcome, reason } = this.factory.rebuild(line.text)
    const { source } = this.factory
    if (file !== this.standing.file || source !== this.standing.source)
      this.standing = { ...this.standing, file, source }
    const { standing } = this
    this.next = seq + 1
    this.offset = end
    return { fragment, id, seq, count: 1, outcome, reason, standing, next: seq + 1, offset: end }
  }

  /** The checkpoints that cover no more than the first `through` records. */
  private addCheckpoints(items: DeliveryItem[], newest: LogCheckpoint, through: number): void {
    for (;;) {
      const found = this.checkpoints.after(this.standing.checkpoint, newest)
      if (found === undefined || found.size > through) return
      items.push(this.checkpointItem(found))
    }
  }

  private checkpointItem({ end, ...checkpoint }: FoundCheckpoint): DeliveryItem {
    const { size } = checkpoint
    this.standing = { ...this.standing, checkpoint: size, checkpointOffset: end ?? this.standing.checkpointOffset }
    const fragment = this.factory.checkpoint(checkpoint, new Date())
    return this.item({ fragment, seq: size, count: 1, outcome: 'checkpoint', reason: '' })
  }

  private addGap(items: DeliveryItem[], until: number): void {
    const { next } = this
    this.next = until
    items.push(
      this.item({ fragment: undefined, seq: next, count: until - next, outcome: 'missing', reason: NOT_THERE }),
    )
  }

  private item(what: Pick<DeliveryItem, 'fragment' | 'seq' | 'count' | 'outcome' | 'reason'>): DeliveryItem {
    const { standing, next, offset } = this
    return { ...what, id: '', standing, next, offset }
  }
}
