/** What comes next in a log: its sealed records, and each checkpoint behind the records that it covers. */
import { join } from 'node:path'
import type { LogCheckpoint } from '../events/checkpoint-log-record.ts'
import { ACTIVE_FILE } from '../journal/layout.ts'
import { type FoundCheckpoint, newestCheckpoint, SealedCheckpoints } from '../journal/forwarding/sealed-checkpoints.ts'
import { type SealedLine, SealedLines } from '../journal/forwarding/sealed-lines.ts'
import type { DeliveryFilter } from '../pipeline/otlp-options.ts'
import type { DeliveryItem, Position } from './delivery-item.ts'
import { RecordFactory } from './record-factory.ts'

const NOT_THERE = 'not in the journal'

export interface SourceOptions {
  readonly dir: string
  readonly origin: string
  readonly filter: DeliveryFilter
  /** Where delivery stands. */
  readonly start: Position
}

// Owned by one forwarder. `read` MUST NOT be called while a call is under way.
export class LogSource {
  private readonly options: SourceOptions
  private readonly lines: SealedLines
  private readonly checkpoints: SealedCheckpoints
  private factory: RecordFactory
  private position: Position
  private sealedSize = 0
  /** The checkpoint up to which is being read: looked at again when that is reached. */
  private target: LogCheckpoint | undefined

  constructor(options: SourceOptions) {
    this.options = options
    this.position = options.start
    this.factory = this.factoryFor(this.position)
    this.lines = new SealedLines(join(options.dir, ACTIVE_FILE), line => this.factory.pass(line))
    this.lines.seek(this.position.place)
    this.checkpoints = new SealedCheckpoints(options.dir, this.position.checkpointOffset)
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
    return this.position
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
    this.position = position
    this.factory = this.factoryFor(position)
    this.lines.seek(position.place)
    this.checkpoints.seek(position.checkpointOffset)
  }

  /** Some of what comes next; nothing where all that is sealed was read, or is not there. */
  async read(): Promise<DeliveryItem[]> {
    const newest = this.position.next < (this.target?.size ?? 0) ? this.target : this.newest()
    this.target = newest
    if (newest === undefined) return []
    const items: DeliveryItem[] = []
    const lines = this.position.next < newest.size ? await this.lines.read(this.position.next, newest.size - 1) : []
    const [first] = lines
    // The checkpoint of the empty log comes before the record that says whose log it is.
    if (first !== undefined && this.factory.source === undefined) this.factory.pass(first.bytes)
    for (const line of lines) {
      this.addCheckpoints(items, newest, line.seq)
      if (line.seq > this.position.next) this.addGap(items, line.seq)
      items.push(this.itemOf(line))
    }
    this.addCheckpoints(items, newest, this.position.next)
    return items
  }

  /**
   * For records that are sealed and cannot be found: they are passed over, up to the newest checkpoint. Nothing where
   * none are missing.
   */
  giveUp(): DeliveryItem[] {
    const newest = this.newest()
    const items: DeliveryItem[] = []
    if (newest === undefined || newest.size <= this.position.next) return items
    this.addGap(items, newest.size)
    this.addCheckpoints(items, newest, newest.size)
    return items
  }

  /** Looks for the next record anew, wherever it was thought to be. */
  lookAround(): void {
    this.lines.seek(undefined)
  }

  close(): void {
    this.lines.close()
  }

  private factoryFor({ source }: Position): RecordFactory {
    return new RecordFactory(this.options.origin, this.options.filter, source)
  }

  private itemOf({ seq, bytes, after }: SealedLine): DeliveryItem {
    const { origin } = this.options
    const rebuilt = this.factory.rebuild(bytes)
    this.position = { ...this.position, next: seq + 1, place: after, source: this.factory.source }
    const item = { letter: { seq, origin }, count: 1, bytes: bytes.length, after: this.position }
    switch (rebuilt.kind) {
      case 'record': {
        const letter = rebuilt.id === '' ? item.letter : { id: rebuilt.id, seq, origin }
        return { ...item, letter, record: rebuilt.record, outcome: 'delivered', reason: '' }
      }
      case 'skipped':
        return { ...item, record: undefined, outcome: 'skipped', reason: '' }
      case 'unusable':
        return { ...item, record: undefined, outcome: 'unusable', reason: rebuilt.reason }
    }
  }

  /** The checkpoints that cover no more than the first `through` records. */
  private addCheckpoints(items: DeliveryItem[], newest: LogCheckpoint, through: number): void {
    for (;;) {
      const found = this.checkpoints.after(this.position.checkpoint, newest)
      if (found === undefined || found.size > through) return
      items.push(this.checkpointItem(found))
    }
  }

  private checkpointItem({ end, ...checkpoint }: FoundCheckpoint): DeliveryItem {
    const { size, origin } = checkpoint
    const checkpointOffset = end ?? this.position.checkpointOffset
    this.position = { ...this.position, checkpoint: size, checkpointOffset }
    return {
      record: this.factory.checkpoint(checkpoint, new Date()),
      letter: { seq: size, origin },
      outcome: 'checkpoint',
      reason: '',
      count: 1,
      bytes: 2 * checkpoint.note.length,
      after: this.position,
    }
  }

  private addGap(items: DeliveryItem[], until: number): void {
    const { next } = this.position
    this.position = { ...this.position, next: until }
    const { origin } = this.options
    const letter = until - next === 1 ? { seq: next, origin } : { seq: next, last_seq: until - 1, origin }
    const count = until - next
    items.push({
      record: undefined,
      letter,
      outcome: 'missing',
      reason: NOT_THERE,
      count,
      bytes: 0,
      after: this.position,
    })
  }
}
