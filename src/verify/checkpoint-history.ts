/**
 * All checkpoints of a log, one after the other: each is signed, each is larger than the one before, and keys change only
 * where the old key signs the new one's first checkpoint. Whether they fit the records is for the rebuilt tree to say.
 */
import { setImmediate } from 'node:timers/promises'
import type { Checkpoint } from '../seal/checkpoint.ts'
import { parseCheckpoint } from '../seal/checkpoint.ts'
import { parseNote } from '../seal/signed-note.ts'
import type { KeyLedger } from './key-ledger.ts'
import type { LogKeys } from './log-keys.ts'
import { CHECKPOINTS_FILE } from './log-layout.ts'
import { checkNote } from './note-check.ts'
import type { CheckedNote } from './note-check.ts'
import { readNotes } from './note-reader.ts'
import type { ReadNote, TornNote } from './note-reader.ts'
import type { PlainFile } from './plain-file.ts'
import type { ProblemLog } from './problem-log.ts'
import type { ProblemKind } from './report.ts'

/** So many signatures are checked before others get their turn. */
const NOTES_AT_A_TIME = 64
/** Of more refused checkpoints than these it is not remembered which they were. */
const MAX_REFUSED = 100_000

export interface CheckpointHistory {
  /** Whole notes in the file. */
  readonly notes: number
  /** Those that count. */
  readonly signed: number
  /** What the first one says; undefined where that cannot be read. */
  readonly first: Checkpoint | undefined
  /** The newest that counts, or where none does, the newest that is readable. */
  readonly newest: Checkpoint | undefined
  readonly newestSigners: readonly string[]
  /** The last two whole notes, byte for byte, and what the last one was found to be. */
  readonly last: Buffer | undefined
  readonly lastChecked: CheckedNote | undefined
  readonly beforeLast: Buffer | undefined
  readonly torn: TornNote | undefined
  /** Those to compare the tree with, once more from the file, with their lines. */
  expected(): Generator<ExpectedRoot, void, undefined>
}

export const NO_HISTORY: CheckpointHistory = {
  notes: 0,
  signed: 0,
  first: undefined,
  newest: undefined,
  newestSigners: [],
  last: undefined,
  lastChecked: undefined,
  beforeLast: undefined,
  torn: undefined,
  *expected() {},
}

export interface ExpectedRoot {
  readonly size: number
  readonly root: Uint8Array
  readonly line: number
}

interface Fault {
  readonly kind: ProblemKind
  readonly message: string
  readonly line: number
  readonly size: number | undefined
  count: number
}

export async function checkHistory(
  file: PlainFile,
  keys: LogKeys,
  origin: string | undefined,
  ledger: KeyLedger,
  problems: ProblemLog,
): Promise<CheckpointHistory> {
  const checker = new HistoryChecker(keys, origin, ledger, problems)
  const notes = readNotes(file, file.size)
  let next = notes.next()
  for (let count = 1; next.done !== true; count++) {
    checker.add(next.value)
    if (count % NOTES_AT_A_TIME === 0) await setImmediate()
    next = notes.next()
  }
  return checker.end(file, next.value)
}

// Owned by `checkHistory`.
class HistoryChecker {
  private readonly keys: LogKeys
  private readonly origin: string | undefined
  private readonly ledger: KeyLedger
  private readonly problems: ProblemLog
  private readonly refused = new Set<number>()
  private notes = 0
  private signed = 0
  private first: Checkpoint | undefined
  private newest: { checkpoint: Checkpoint; signers: readonly string[] } | undefined
  private claimed: Checkpoint | undefined
  private last: Buffer | undefined
  private lastChecked: CheckedNote | undefined
  private beforeLast: Buffer | undefined
  /** Several checkpoints with the same fault are one problem. */
  private fault: Fault | undefined

  constructor(keys: LogKeys, origin: string | undefined, ledger: KeyLedger, problems: ProblemLog) {
    this.keys = keys
    this.origin = origin
    this.ledger = ledger
    this.problems = problems
  }

  add({ line, bytes }: ReadNote): void {
    const note = checkNote(bytes, this.keys.verifiers, this.origin)
    if (note.claimed !== undefined && note.claimed.size >= (this.claimed?.size ?? 0)) this.claimed = note.claimed
    if (this.notes === 0) this.first = note.claimed
    const fault = note.fault ?? this.faultInOrder(note)
    if (fault !== undefined) this.report({ ...fault, line, size: note.claimed?.size, count: 1 })
    if (note.signed === undefined) this.refused.add(this.notes)
    else this.accept(note.signed, note.signers)
    this.notes++
    this.beforeLast = this.last
    // Not undefined: that would be no note at all.
    this.last = bytes ?? Buffer.alloc(0)
    this.lastChecked = note
  }

  end(file: PlainFile, torn: TornNote | undefined): CheckpointHistory {
    this.flush()
    const { notes, signed, first, newest, claimed, refused, last, lastChecked, beforeLast } = this
    return {
      notes,
      signed,
      first,
      newest: newest?.checkpoint ?? claimed,
      newestSigners: newest?.signers ?? [],
      last,
      lastChecked,
      beforeLast,
      torn,
      // Where nothing counts, the roots still tell what was changed.
      expected: () => expectedRoots(file, signed === 0 || refused.size > MAX_REFUSED ? new Set() : refused),
    }
  }

  private accept(checkpoint: Checkpoint, signers: readonly string[]): void {
    this.signed++
    this.ledger.signed(checkpoint.size, signers)
    if (this.newest === undefined || checkpoint.size >= this.newest.checkpoint.size) {
      this.newest = { checkpoint, signers }
    }
  }

  private faultInOrder({ signed, signers }: CheckedNote): { kind: ProblemKind; message: string } | undefined {
    if (signed === undefined || this.newest === undefined) return undefined
    const { checkpoint, signers: before } = this.newest
    if (signed.size <= checkpoint.size) {
      return { kind: 'inconsistent-checkpoint', message: 'it covers no more records than one before it' }
    }
    if (signers.some(name => before.includes(name))) return undefined
    return { kind: 'changed-checkpoint', message: 'none of the keys that signed the one before it signed this one' }
  }

  private report(fault: Fault): void {
    if (this.fault?.kind === fault.kind && this.fault.message === fault.message) {
      this.fault.count++
    } else {
      this.flush()
      this.fault = fault
    }
  }

  private flush(): void {
    if (this.fault === undefined) return
    const { kind, message, line, size, count } = this.fault
    const which = size === undefined ? 'a checkpoint' : `the checkpoint of size ${size}`
    const more = count === 1 ? '' : `, and the same holds for ${count - 1} after it`
    this.problems.add(kind, { file: CHECKPOINTS_FILE, line }, `${which}: ${message}${more}`)
    this.fault = undefined
  }
}

function* expectedRoots(file: PlainFile, refused: ReadonlySet<number>): Generator<ExpectedRoot, void, undefined> {
  let index = -1
  let largest = -1
  for (const { line, bytes } of readNotes(file, file.size)) {
    index++
    if (bytes === undefined || refused.has(index)) continue
    try {
      const { size, root } = parseCheckpoint(parseNote(bytes).text)
      if (size > largest) yield { size, root, line }
      largest = Math.max(largest, size)
    } catch {
      // It was objected to before.
    }
  }
}
