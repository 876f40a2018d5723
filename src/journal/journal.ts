/** The journal: the only writer of the log's files. It knows lines, bytes and files, not what events mean. */
import { KansaError } from '../errors.ts'
import { CommitLoop } from './commit-loop.ts'
import type { DiskLimits } from './disk-space.ts'
import { DiskWatch } from './disk-watch.ts'
import { FileGuard } from './file-guard.ts'
import { LineBuffer } from './line-buffer.ts'
import { LineWriter } from './line-writer.ts'
import { type JournalNotice, NoticeBoard } from './notices.ts'
import { type OpenedLog, openLog } from './opening.ts'
import type { Signer } from '../seal/signer.ts'
import type { Repair } from './repair.ts'
import { Retention } from './retention.ts'
import { RetentionFloor } from './retention-floor.ts'
import { RotationGate } from './rotation-gate.ts'

export type { JournalNotice } from './notices.ts'
export type { Repair } from './repair.ts'

export interface JournalOptions extends DiskLimits {
  readonly dir: string
  /** A line that would make the active file longer begins a new one; a file holds at least one line. */
  readonly maxFileBytes: number
  readonly maxBackups: number
  /** Destinations whose cursors backups wait for, default none … */
  readonly destinations?: readonly string[]
  /** … up to so many beyond `maxBackups`. */
  readonly maxUndeliveredBackups?: number
  /** Younger backups are not deleted; 0 for no such limit. May be a fraction. */
  readonly minRetentionDays: number
  /** When `maxBackups` asks for deleting what must be kept: more files, or no new file, so that lines wait as in an outage. */
  readonly onRetentionConflict: 'grow' | 'block'
  /** Bytes that wait in memory while the disk fails. */
  readonly maxQueueBytes: number
  /** Longest time from writing to durability. */
  readonly flushIntervalMillis: number
  readonly fileMode: number
  readonly dirMode: number
  readonly onLocked: 'refuse' | 'own-folder'
  /** UUID of this process start. */
  readonly instanceId: string
  /** Given by the user; otherwise kept from before, or generated. */
  readonly origin: string | undefined
  /** The keys of the log, oldest first: the last one signs. Undefined: the key in the folder, made on the first start. */
  readonly signers: readonly Signer[] | undefined
  /** Heads of the first lines of every new file after a rotation. Called while appending; MUST NOT append itself. */
  readonly firstLines: () => readonly string[]
  /** Told about everything that happens to the files. May append. What it throws is ignored. */
  readonly onNotice: (notice: JournalNotice) => void
}

export interface Journal {
  /** The folder really used. */
  readonly dir: string
  readonly origin: string
  /** The key that signs checkpoints: as a verifier key, or as name and id where there is none to publish. */
  readonly sealKey: string
  readonly opening: {
    /** `clean`: the log ended with `AuditStopped`. */
    readonly previousEnd: 'none' | 'clean' | 'unclean'
    readonly nextSeq: number
    readonly repairs: readonly Repair[]
  }
  /**
   * Appends a line. `head` is the text of a JSON object without its closing brace and without line breaks; `seq` is
   * added. Returns `seq`, or -1 when refused: `maxQueueBytes` is reached, or the journal is closed. Never throws
   * because of I/O.
   */
  append(head: string): number
  /** Hands everything that waits to the kernel now. False when the disk did not take all of it. */
  writeNow(): boolean
  /** What keeps lines from being written, while something does. */
  readonly failure: unknown
  /** Resolves when the kernel has the line. Rejects with `KANSA_CLOSED` when the journal closed without writing it. */
  whenWritten(seq: number): Promise<void>
  /** The last `seq` that the kernel has; that of an earlier process at first, -1 in an empty log. */
  readonly writtenThrough: number
  /**
   * Resolves when everything appended before is durable and a signed checkpoint covers it; rejects with
   * `KANSA_NOT_DURABLE` or `KANSA_NOT_SEALED`.
   */
  commit(): Promise<void>
  /**
   * The same on this thread, for exits. Never throws; returns whether everything is durable. A signer that takes its time
   * leaves the end unsealed.
   */
  commitSync(): boolean
  /**
   * Commits, releases the lock. Never rejects, may be called again. What notices report from here on can no longer be
   * appended: `commit()` before the last line.
   */
  close(): Promise<void>
  closeSync(): void
  /** Lines refused since the journal was opened. */
  readonly refused: number
}

/**
 * Opens the log in `dir` for writing, and makes it where there is none.
 * @throws KansaError `KANSA_DIR_LOCKED`, `KANSA_DIR_UNUSABLE`, `KANSA_FORMAT_NEWER` or `KANSA_INVALID_KEY`
 */
export function openJournal(options: JournalOptions): Journal {
  const notices = new NoticeBoard(options.onNotice)
  return new FileJournal(options, notices, openLog(options, notices))
}

class FileJournal implements Journal {
  readonly dir: string
  readonly origin: string
  readonly sealKey: string
  readonly opening: Journal['opening']
  private readonly log: OpenedLog
  private readonly lines: LineBuffer
  private readonly writer: LineWriter
  private readonly commits: CommitLoop
  private readonly notices: NoticeBoard
  private readonly disk: DiskWatch
  private closing: Promise<void> | undefined
  /** Set once everything is over: whether the last commit made everything durable. */
  private isDurable: boolean | undefined

  constructor(options: JournalOptions, notices: NoticeBoard, log: OpenedLog) {
    const { files, lock, seal, nextSeq, previousEnd, repairs, rebuildFolder } = log
    this.dir = files.dir
    this.origin = log.origin
    this.sealKey = seal.key
    this.opening = { previousEnd, nextSeq, repairs }
    this.log = log
    this.notices = notices
    this.lines = new LineBuffer(nextSeq, (bytes, start, end) => seal.append(bytes, start, end))
    const lines = this.lines
    const { maxFileBytes, maxBackups, maxQueueBytes, onRetentionConflict, firstLines } = options
    const floor = new RetentionFloor(options.minRetentionDays)
    const gate = new RotationGate({ dir: this.dir, maxBackups, floor, onRetentionConflict })
    const onTurnEnd = (): void => this.endTurn()
    const onCommitDue = (): void => this.commits.commitSoon()
    const writer = new LineWriter({
      files,
      lines,
      notices,
      maxFileBytes,
      maxQueueBytes,
      firstLines,
      rotationHold: () => gate.hold(),
      onTurnEnd,
      onCommitDue,
    })
    this.writer = writer
    const reassertLock = (): boolean => lock.reassert()
    const onNewFile = (): void => writer.beginFile()
    writer.watch(new FileGuard({ files, lines, notices, rebuildFolder, reassertLock, onNewFile }))
    const retention = new Retention({
      dir: this.dir,
      maxBackups,
      destinations: options.destinations,
      maxUndeliveredBackups: options.maxUndeliveredBackups,
      floor,
      notices,
      lastSeq: () => lines.nextSeq - 1,
      isOpen: () => writer.isOpen,
      rootAt: size => seal.rootAt(size),
    })
    const { minFreeBytes, minFreePercent } = options
    this.disk = new DiskWatch({ dir: this.dir, minFreeBytes, minFreePercent, notices })
    const intervalMillis = options.flushIntervalMillis
    this.commits = new CommitLoop({ files, writer, seal, retention, notices, intervalMillis })
    // What opening had to say: not before the caller has the journal.
    if (!notices.isEmpty) process.nextTick(() => notices.deliver())
  }

  get writtenThrough(): number {
    return this.lines.writtenThrough
  }

  get refused(): number {
    return this.writer.refused
  }

  append(head: string): number {
    return this.writer.append(head)
  }

  writeNow(): boolean {
    return this.writer.write()
  }

  get failure(): unknown {
    return this.writer.failure
  }

  whenWritten(seq: number): Promise<void> {
    const promise = this.writer.waiters.add(seq, this.lines.writtenThrough)
    if (this.isDurable !== undefined) this.writer.waiters.reject(this.writer.failure)
    return promise
  }

  commit(): Promise<void> {
    if (this.isDurable === undefined) return this.commits.commit()
    if (this.isDurable) return Promise.resolve()
    return Promise.reject(new KansaError('KANSA_NOT_DURABLE', `the journal in ${this.dir} was closed while it failed`))
  }

  commitSync(): boolean {
    return this.isDurable ?? this.commits.commitSync()
  }

  close(): Promise<void> {
    this.closing ??= this.closeInTurn()
    return this.closing
  }

  closeSync(): void {
    if (this.isDurable !== undefined) return
    this.writer.close()
    this.finish(this.commits.commitSync())
  }

  private async closeInTurn(): Promise<void> {
    this.writer.close()
    const isDurable = await this.commits.commit().then(
      () => true,
      (error: unknown) => error instanceof KansaError && error.code === 'KANSA_NOT_SEALED',
    )
    // An exit may have closed everything meanwhile.
    if (this.isDurable === undefined) this.finish(isDurable)
  }

  private finish(isDurable: boolean): void {
    this.isDurable = isDurable
    const error = this.writer.failure
    const count = this.writer.abandon()
    if (count > 0) this.notices.post({ kind: 'lost', count, error })
    this.notices.deliver()
    this.disk.close()
    this.commits.close()
    this.log.seal.close()
    this.log.lock.release()
  }

  private endTurn(): void {
    this.notices.deliver()
    this.commits.arm()
    this.disk.lookIfDue()
  }
}
