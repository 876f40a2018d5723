/** Compares one log with what is exported of it, record by record as they come, and says at the end what did not come. */
import { parseLine, parseRawEvent } from '../events/line.ts'
import type { RawEvent, StoredEvent } from '../events/line.ts'
import type { OpenLog } from '../journal/open-logs.ts'
import { BoundedList } from '../verify/bounded-list.ts'
import { differencesOf } from './differences.ts'
import type { IgnoredFields } from './differences.ts'
import { excuseFor, needsEvents } from './expectation.ts'
import type { Bound, Excuse, Expectation } from './expectation.ts'
import type { ExportedCheckpoint, ExportedRecord, Identity } from './exported-record.ts'
import { IdTable, idOf } from './id-table.ts'
import type {
  AlteredRecord,
  ExportFacts,
  FoundCheckpoint,
  FoundRecord,
  MissingRange,
  Reconciliation,
} from './reconciliation.ts'
import { sealedRecordOf } from './sealed-record.ts'
import { IndexedLines } from './indexed-lines.ts'
import { SeqSet } from './seq-set.ts'

/** A log and what its verification said. */
export interface SealedLog {
  readonly log: OpenLog
  readonly origin: string
  readonly treeSize: number
  /** Of this log, in place of what is expected of all. */
  readonly until?: Bound
  /** The root (base64) that the log was sealed with at a size; `undefined` where it never had a checkpoint of it. */
  readonly rootAt: (size: number) => Promise<string | undefined>
}

export interface Place {
  readonly file: string
  readonly place: number
}

// Owned by one reconciliation.
export class LogComparison {
  readonly origin: string
  private readonly log: SealedLog
  private readonly lines: IndexedLines
  private readonly expectation: Expectation
  private readonly ignored: IgnoredFields
  private readonly excused: Readonly<Record<Excuse, SeqSet>>
  private readonly seen = new SeqSet()
  private readonly seenElsewhere = new SeqSet()
  private newest = -1
  private checkpoint: (ExportedCheckpoint & Place) | undefined
  private ids: Promise<IdTable> | undefined
  private readonly counts = { altered: 0, duplicated: 0, unknown: 0, unverifiable: 0 }
  private readonly altered = new BoundedList<AlteredRecord>()
  private readonly duplicated = new BoundedList<FoundRecord>()
  private readonly unknown = new BoundedList<FoundRecord>()

  static async of(
    sealed: SealedLog,
    expectationOfAll: Expectation,
    ignored: IgnoredFields,
    onBytes: (bytes: number) => void,
  ): Promise<LogComparison> {
    const excused = { earlier: new SeqSet(), pending: new SeqSet(), filtered: new SeqSet() }
    const { log, treeSize, until } = sealed
    const expectation = until === undefined ? expectationOfAll : { ...expectationOfAll, until }
    const parses = needsEvents(expectation)
    const judge = (seq: number, line: Buffer): void => {
      const excuse = excuseFor(expectation, seq, parses ? rawEventOf(line) : undefined)
      if (excuse !== undefined) excused[excuse].add(seq)
    }
    const lines = await IndexedLines.of(log, treeSize, judge, onBytes)
    return new LogComparison(sealed, lines, expectation, ignored, excused)
  }

  private constructor(
    log: SealedLog,
    lines: IndexedLines,
    expectation: Expectation,
    ignored: IgnoredFields,
    excused: Readonly<Record<Excuse, SeqSet>>,
  ) {
    this.origin = log.origin
    this.log = log
    this.lines = lines
    this.expectation = expectation
    this.ignored = ignored
    this.excused = excused
  }

  /** Whether a line of the log has this id. */
  async hasId(id: string): Promise<boolean> {
    return (await this.seqOfId(id)) !== undefined
  }

  /** Takes a record that bears the name of this log, or an id of it. */
  async add(record: ExportedRecord, identity: Identity, at: Place): Promise<void> {
    const seq = await this.seqFor(identity)
    if (seq === undefined) {
      // An id alone does not tell a record that was pruned from one that never was.
      if (identity.seq === undefined && this.lines.size < this.log.treeSize) this.counts.unverifiable++
      else this.addUnknown(identity, at)
      return
    }
    const line = await this.lines.lineOf(seq)
    const event = line && eventOf(line)
    if (event === undefined) {
      this.addUnverifiable(seq, identity, at)
      return
    }
    const found = { seq, id: event.id, ...at }
    this.newest = Math.max(this.newest, seq)
    if (!this.seen.add(seq)) this.addDuplicate(found)
    const fields = differencesOf(sealedRecordOf(event, this.origin), record, this.ignored)
    if (fields.length === 0) return
    this.counts.altered++
    this.altered.add({ ...found, fields })
  }

  /** The newest says everything that older ones say. */
  addCheckpoint(checkpoint: ExportedCheckpoint, at: Place): void {
    if (checkpoint.size > (this.checkpoint?.size ?? -1)) this.checkpoint = { ...checkpoint, ...at }
  }

  async end(facts: ExportFacts): Promise<Reconciliation> {
    const left = { missing: 0, filtered: 0, earlier: 0, pending: 0 }
    const missing = new BoundedList<{ firstSeq: number; lastSeq: number }>()
    let range: { firstSeq: number; lastSeq: number } | undefined
    for (const seq of this.lines.seqs()) {
      if (this.seen.has(seq)) continue
      const excuse = this.excuseOf(seq)
      left[excuse ?? 'missing']++
      if (excuse !== undefined) continue
      if (range?.lastSeq === seq - 1) range.lastSeq = seq
      else {
        range = { firstSeq: seq, lastSeq: seq }
        missing.add(range)
      }
    }
    const { altered, duplicated, unknown } = this
    return {
      expected: this.lines.size - left.filtered - left.earlier - left.pending,
      found: this.seen.size,
      ...left,
      ...this.counts,
      missingRecords: await this.withIds(missing.items),
      alteredRecords: altered.items,
      duplicatedRecords: duplicated.items,
      unknownRecords: unknown.items,
      checkpoint: await this.foundCheckpoint(),
      export: facts,
      omitted: {
        missing: missing.omitted,
        altered: altered.omitted,
        duplicated: duplicated.omitted,
        unknown: unknown.omitted,
      },
    }
  }

  private async foundCheckpoint(): Promise<FoundCheckpoint | null> {
    if (this.checkpoint === undefined) return null
    const { size, root, file, place } = this.checkpoint
    return { size, root, file, place, isOfLog: (await this.log.rootAt(size)) === root }
  }

  private excuseOf(seq: number): Excuse | undefined {
    if (this.excused.earlier.has(seq)) return 'earlier'
    if (this.excused.pending.has(seq) || (this.expectation.until === 'newest' && seq > this.newest)) return 'pending'
    return this.excused.filtered.has(seq) ? 'filtered' : undefined
  }

  /**
   * Which record it stands for. Where `seq` and id contradict each other, the id is asked: somebody may have changed the
   * one or the other, and it is altered, not missing, whichever it was.
   */
  private async seqFor({ id, seq }: Identity): Promise<number | undefined> {
    if (seq === undefined) return id === undefined ? undefined : await this.seqOfId(id)
    const line = await this.lines.lineOf(seq)
    if (id === undefined || (line !== undefined && idOf(line) === id)) return seq < this.log.treeSize ? seq : undefined
    return (await this.seqOfId(id)) ?? (seq < this.log.treeSize ? seq : undefined)
  }

  private async seqOfId(id: string): Promise<number | undefined> {
    this.ids ??= IdTable.of(this.lines)
    return await (await this.ids).seqOf(id)
  }

  private addUnverifiable(seq: number, { id }: Identity, at: Place): void {
    if (this.seenElsewhere.add(seq)) this.counts.unverifiable++
    else this.addDuplicate({ seq, id: id ?? null, ...at })
  }

  private addDuplicate(found: FoundRecord): void {
    this.counts.duplicated++
    this.duplicated.add(found)
  }

  private addUnknown(
    { seq = null, id = null }: { seq?: number | null | undefined; id?: string | null | undefined },
    at: Place,
  ): void {
    this.counts.unknown++
    this.unknown.add({ seq, id, ...at })
  }

  private async withIds(ranges: readonly { firstSeq: number; lastSeq: number }[]): Promise<MissingRange[]> {
    const named: MissingRange[] = []
    for (const range of ranges) {
      const [first, last] = [await this.lines.lineOf(range.firstSeq), await this.lines.lineOf(range.lastSeq)]
      named.push({
        ...range,
        firstId: first === undefined ? '' : idOf(first),
        lastId: last === undefined ? '' : idOf(last),
      })
    }
    return named
  }
}

function rawEventOf(line: Buffer): RawEvent | undefined {
  const raw = parseRawEvent(line.toString('utf8'))
  return 'problem' in raw ? undefined : raw
}

function eventOf(line: Buffer): StoredEvent | undefined {
  const parsed = parseLine(line.toString('utf8'))
  return 'event' in parsed ? parsed.event : undefined
}
