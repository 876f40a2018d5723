/**
 * Finds for each line which record it is. A line whose hash is that of the leaf with its `seq` is that record, wherever
 * it stands; so one missing line is one gap, not a thousand wrong lines behind it, and a moved one is told from a forged
 * one. Where no tile tells the hash, a line's `seq` is believed as long as it goes on with the log: the root will tell.
 */
import { HASH_BYTES } from '../seal/merkle-hash.ts'
import { FileTallies } from './file-tally.ts'
import type { JournalBlock } from './journal-blocks.ts'
import { LineRuns, isBefore } from './line-runs.ts'
import type { LinePlace } from './line-runs.ts'
import type { OwnRecord } from './own-records.ts'
import { SeqRanges } from './seq-ranges.ts'
import type { StoredLeaves } from './stored-leaves.ts'
import type { TreeCheck } from './tree-check.ts'
import { UnsealedTail } from './unsealed-tail.ts'

/** A line that is not decided on yet. */
interface HeldLine extends LinePlace {
  readonly seq: number
  readonly hash: Buffer
  readonly end: number
  readonly own: OwnRecord | undefined
}

/** Told of each record of the log about itself that stands in its place, unaltered. */
export type OnOwnRecord = (record: OwnRecord, seq: number) => void

/** Lines in a row that are no record; more of them stand for none either. */
const MAX_HELD = 1000
const NO_TILES = { starts: [], roots: Buffer.alloc(0) }

// Owned by the verification of one log.
export class LineAlignment {
  readonly moved: LineRuns = new LineRuns()
  readonly duplicated: LineRuns = new LineRuns()
  readonly inserted: LineRuns = new LineRuns()
  readonly missing: SeqRanges = new SeqRanges()
  readonly files: FileTallies = new FileTallies()
  readonly tail: UnsealedTail
  /** The line behind a gap, by the first `seq` that is missing. */
  readonly followers: Map<number, LinePlace> = new Map()
  /** A sealed line without line break. */
  unbroken: (LinePlace & { readonly seq: number }) | undefined
  private readonly leaves: StoredLeaves
  private readonly tree: TreeCheck
  private readonly onOwnRecord: OnOwnRecord
  private fileIndex = -1
  private linesBefore = 0
  /** Lines that are no record, since the last line in its place. */
  private strange: HeldLine[] = []
  /** Records from further on, since the last line in its place, each with a larger `seq` than the one before. */
  private ahead: HeldLine[] = []
  /** Records from further on that turned out to stand in the wrong place. */
  private readonly early: HeldLine[] = []
  /** More of them, with a `seq` that no checkpoint covers: what they are shows at the end. */
  private readonly beyond = new LineRuns()

  constructor(leaves: StoredLeaves, tree: TreeCheck, onOwnRecord: OnOwnRecord) {
    this.leaves = leaves
    this.tree = tree
    this.onOwnRecord = onOwnRecord
    this.tail = new UnsealedTail(leaves.size)
  }

  add(block: JournalBlock): void {
    if (block.fileIndex !== this.fileIndex) this.linesBefore = 0
    this.fileIndex = block.fileIndex
    this.files.at(this.fileIndex).lines += block.count
    for (let at = 0; at < block.count; ) {
      const run = this.undecided ? 0 : this.runAt(block, at)
      if (run > 0) this.acceptNext(block, at, run)
      else this.addLine(block, at)
      at += Math.max(1, run)
    }
    this.linesBefore += block.count
  }

  /** To be called behind the last line. */
  end(): void {
    this.takeAhead()
    const { size } = this.leaves
    const held = this.strange.splice(0)
    if (this.next < size)
      this.settle(
        size,
        held.filter(({ seq }) => seq < size),
        undefined,
      )
    for (const line of held) if (line.seq >= size) this.tail.add(line, line.seq, true)
    for (const { fileIndex, line, seq, count } of this.beyond.items) {
      for (let at = 0; at < count; at++) this.tail.add({ fileIndex, line: line + at }, seq + at, true)
    }
    for (const line of this.early) this.addStray(line)
  }

  /** The record that comes next. */
  private get next(): number {
    return this.tree.size
  }

  private get undecided(): boolean {
    return this.strange.length > 0 || this.ahead.length > 0 || this.beyond.items.length > 0
  }

  /** How many lines from `at` on are the records that come next. */
  private runAt(block: JournalBlock, at: number): number {
    const { next } = this
    const { size } = this.leaves
    if (next >= size) return 0
    const equal = this.leaves.equalHashes(next, block.hashes, at * HASH_BYTES, block.count - at)
    if (equal > 0 || this.leaves.hash(next) !== undefined) return equal
    let run = 0
    while (block.seqs[at + run] === next + run && this.leaves.hash(next + run) === undefined && next + run < size) run++
    return run
  }

  private addLine(block: JournalBlock, at: number): void {
    const seq = block.seqs[at] ?? 0
    const isTerminated = block.isTerminated || at < block.count - 1
    // Behind a line that claims to be the next one, its successor settles that.
    const claim = this.strange.length === 1 && this.ahead.length === 0 ? this.strange[0] : undefined
    if (claim?.seq === this.next && seq === this.next + 1) this.settle(seq, this.strange.splice(0), claim)
    const { next } = this
    const { size } = this.leaves
    const line = this.hold(block, at, seq)
    const isRecord = seq >= 0 && seq < size && this.leaves.isHash(seq, block.hashes, at * HASH_BYTES) !== false
    const isNext = next < size && (this.leaves.isHash(next, block.hashes, at * HASH_BYTES) ?? seq === next)
    if (isNext) this.acceptNext(block, at, 1)
    else if (isRecord && seq > next) this.addAhead(line)
    else if (isRecord) this.addStray(line)
    else if (next < size) this.addStrange(line)
    else if (seq >= 0 && seq < size) this.inserted.add(line, seq)
    else this.tail.add(line, seq, isTerminated)
  }

  private hold(block: JournalBlock, at: number, seq: number): HeldLine {
    return {
      ...this.placeOf(at),
      seq,
      hash: Buffer.from(block.hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES)),
      end: block.ends[at] ?? 0,
      own: block.own.find(({ index }) => index === at),
    }
  }

  private placeOf(at: number): LinePlace {
    return { fileIndex: this.fileIndex, line: this.linesBefore + at + 1 }
  }

  /** The next records stand where they belong; whatever was held does not. */
  private acceptNext(block: JournalBlock, at: number, count: number): void {
    if (this.undecided) this.dropHeld()
    const { next } = this
    for (const record of block.own) {
      if (record.index >= at && record.index < at + count) this.onOwnRecord(record, next + record.index - at)
    }
    const place = this.placeOf(at)
    this.files.at(this.fileIndex).add(place.line, next, count, block.ends[at + count - 1] ?? 0)
    if (!block.isTerminated && at + count === block.count) {
      this.unbroken ??= { ...this.placeOf(block.count - 1), seq: next + count - 1 }
    }
    this.tree.appendLines({ hashes: block.hashes, first: at, count, tiles: block.tiles })
  }

  private dropHeld(): void {
    for (const line of this.strange.splice(0)) this.inserted.add(line, line.seq)
    for (const line of this.ahead.splice(0)) this.keepEarly(line)
    this.inserted.addAll(this.beyond.take())
  }

  private keepEarly(line: HeldLine): void {
    if (this.early.length < MAX_HELD) this.early.push(line)
    else this.moved.add(line, line.seq)
  }

  /** A record from further on: a gap before it, if another follows, or this one strayed. */
  private addAhead(line: HeldLine): void {
    const last = this.ahead.at(-1)
    if (last !== undefined && line.seq <= last.seq) for (const stray of this.ahead.splice(0)) this.keepEarly(stray)
    this.ahead.push(line)
    const isFilled = this.strange.length === line.seq - this.next
    if (this.ahead.length > 1 || isFilled) this.takeAhead()
  }

  /** The records that were held stand where they belong: what is not between them is missing. */
  private takeAhead(): void {
    for (const line of this.ahead.splice(0)) {
      const before = this.strange.filter(other => isBefore(other, line))
      this.strange = this.strange.filter(other => !isBefore(other, line))
      this.settle(line.seq, before, line)
      this.inserted.addAll(this.beyond.takeBefore(line))
      if (line.own !== undefined) this.onOwnRecord(line.own, line.seq)
      this.files.at(line.fileIndex).add(line.line, line.seq, 1, line.end)
      this.tree.appendLines({ hashes: line.hash, first: 0, count: 1, tiles: NO_TILES })
    }
  }

  /** A record that stands in the wrong place, or is there twice. */
  private addStray(line: HeldLine): void {
    const runs = this.missing.remove(line.seq) ? this.moved : this.duplicated
    runs.add(line, line.seq)
  }

  private addStrange(line: HeldLine): void {
    if (this.strange.length < MAX_HELD) this.strange.push(line)
    else if (line.seq >= this.leaves.size) this.beyond.add(line, line.seq)
    else this.inserted.add(line, line.seq)
  }

  /** The lines `strange` are all there is of the records `[next, to)`. `follower` is the line behind them. */
  private settle(to: number, strange: readonly HeldLine[], follower: LinePlace | undefined): void {
    const edits = editsIn(this.next, to, strange)
    const edited = new Set(edits.values())
    for (const line of strange) if (!edited.has(line)) this.inserted.add(line, line.seq)
    for (const [seq, line] of edits) {
      this.miss(seq, line)
      this.files.at(line.fileIndex).add(line.line, seq, 1, line.end)
      this.tree.appendChanged(line.hash, line)
    }
    this.miss(to, follower)
  }

  /** Nothing stands for the records up to `to`. */
  private miss(to: number, follower: LinePlace | undefined): void {
    const { next } = this
    if (to <= next) return
    this.missing.add(next, to - 1)
    if (follower !== undefined && this.followers.size < MAX_HELD) this.followers.set(next, follower)
    this.tree.appendStored(to - next)
  }
}

/** Which of the lines are edited records of `[from, to)`, by the `seq` of these, in order. */
function editsIn(from: number, to: number, strange: readonly HeldLine[]): Map<number, HeldLine> {
  const claims = new Map<number, HeldLine>()
  for (const line of strange) {
    if (line.seq >= from && line.seq < to && !claims.has(line.seq)) claims.set(line.seq, line)
  }
  const others = strange.filter(line => claims.get(line.seq) !== line)
  // As many as are missing: each stands for one, though it does not say so any more.
  if (others.length > 0 && others.length === to - from - claims.size) {
    for (let seq = from; seq < to; seq++) {
      const line = claims.has(seq) ? undefined : others.shift()
      if (line !== undefined) claims.set(seq, line)
    }
  }
  return new Map([...claims].toSorted(([a], [b]) => a - b))
}
