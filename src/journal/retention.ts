/**
 * Deletes backups beyond `maxBackups`, oldest first and never silently: a deletion is announced, and carried out only when
 * a durable checkpoint covers both what was appended about it and all records of the file. Until then, and while
 * `minRetentionDays` keeps a file, there are more. A crash in between leaves a backup too many, not a hole without a
 * record; so does the end of the log, after which nothing can be announced: the next start goes on from there.
 */
import { close, closeSync, constants, fstatSync, lstatSync, openSync, unlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { factsOfFirstLine, factsOfLastRecord } from './file-lines.ts'
import { destinationsLacking } from './forwarding/undelivered.ts'
import { listBackups, listLogFiles } from './layout.ts'
import type { LineFacts } from './line-facts.ts'
import { type FileIdentity, isSameFile } from './log-file.ts'
import type { BackupDeleted, NoticeBoard } from './notices.ts'
import { openOwnFile, withOwnFile } from './own-file.ts'
import type { RetentionFloor } from './retention-floor.ts'

export interface RetentionOptions {
  readonly dir: string
  readonly maxBackups: number
  /** Destinations whose cursors are waited for, default none … */
  readonly destinations?: readonly string[] | undefined
  /** … up to so many files beyond `maxBackups`. */
  readonly maxUndeliveredBackups?: number | undefined
  readonly floor: RetentionFloor
  readonly notices: NoticeBoard
  /** The last `seq` that was given to a line. */
  readonly lastSeq: () => number
  /** Whether lines are still taken. */
  readonly isOpen: () => boolean
  /** Root of the tree of the first `size` records, base64; undefined where it cannot be computed. */
  readonly rootAt: (size: number) => string | undefined
}

interface Announced extends FileIdentity {
  /** Told apart by this too: the number of a file that somebody else deleted may be in use again. */
  readonly lastSeq: number | undefined
  /** The last line that may be about this deletion; unknown until the announcement was delivered. */
  coveredBy: number
}

/** A backup that is superfluous, opened. */
interface Candidate {
  readonly path: string
  readonly fd: number
  readonly identity: FileIdentity
  readonly first: LineFacts | undefined
  readonly last: LineFacts | undefined
}

/**
 * What became of a superfluous backup. After one that is kept for now, held or failed, younger ones stay too: a log loses
 * its head only.
 */
type Outcome = 'deleted' | 'announced' | 'kept' | 'held' | 'failed'

/** What may become of a file in this turn. */
interface Turn {
  /** All older ones are deleted. */
  readonly mayDelete: boolean
  /** There are few enough to wait for destinations. */
  readonly mayWait: boolean
}

// Owned by the commit loop.
export class Retention {
  private readonly options: RetentionOptions
  // By identity, not by name: another rotation may rename the file before it is deleted.
  private announced: Announced[] = []
  private isFailing = false
  /** So many files were held when that was told last; 0 while none is. */
  private heldCountTold = 0

  constructor(options: RetentionOptions) {
    this.options = options
  }

  /** Another commit is needed to delete what was announced. */
  get isWaiting(): boolean {
    return this.announced.length > 0
  }

  /**
   * Deletes what was announced and is covered by now, and announces what became superfluous. `sealedThrough` is the last
   * `seq` that a durable checkpoint covers, whose tiles are durable too. Never throws.
   */
  afterCommit(sealedThrough: number): void {
    const { maxUndeliveredBackups = 0 } = this.options
    const listing = this.list()
    if (listing === undefined) return
    const { files, count } = listing
    if (count === 0) this.announced = []
    const superfluous = files.slice(0, count)
    let held = 0
    let mayDelete = true
    for (const [index, path] of superfluous.entries()) {
      const mayWait = superfluous.length - index <= maxUndeliveredBackups
      const outcome = this.advance(path, files.slice(index + 1), sealedThrough, { mayDelete, mayWait })
      if (outcome === 'held') held = superfluous.length - index
      if (outcome === 'announced') mayDelete = false
      else if (outcome !== 'deleted') break
    }
    this.tellHeld(superfluous.slice(superfluous.length - held))
  }

  /**
   * The files, oldest first, where `count` of them are too many. Undefined while the folder cannot be listed: nothing is
   * deleted then, and nothing rotated, which is told.
   */
  private list(): { readonly files: readonly string[]; readonly count: number } | undefined {
    const { dir, maxBackups } = this.options
    try {
      // By their number, not by their suffixes: nobody gets records deleted by renaming files.
      const count = Math.max(0, listBackups(dir).length - maxBackups)
      return { files: count === 0 ? [] : listLogFiles(dir), count }
    } catch {
      return undefined
    }
  }

  private advance(path: string, newer: readonly string[], sealedThrough: number, turn: Turn): Outcome {
    try {
      const fd = openOwnFile(path, constants.O_RDONLY, 0)
      try {
        const outcome = this.judge(examine(path, fd), newer, sealedThrough, turn)
        this.isFailing = false
        return outcome
      } finally {
        closeSync(fd)
      }
    } catch (error) {
      if (!this.isFailing) this.options.notices.post({ kind: 'retention-failed', file: path, error })
      this.isFailing = true
      return 'failed'
    }
  }

  private judge(backup: Candidate, newer: readonly string[], sealedThrough: number, turn: Turn): Outcome {
    const lastSeq = backup.last?.seq
    if (this.options.floor.heldUntil(backup.fd, backup.last) !== undefined) return 'held'
    const lacking =
      lastSeq === undefined ? [] : destinationsLacking(this.options.dir, this.options.destinations ?? [], lastSeq)
    if (lacking.length > 0 && turn.mayWait) return 'kept'
    this.refuseForgery(backup, newer)
    if (lastSeq !== undefined && lastSeq > sealedThrough) return 'kept'
    const announced = this.announced.find(one => isSameFile(one, backup.identity) && one.lastSeq === lastSeq)
    if (announced === undefined) {
      if (!this.options.isOpen()) return 'kept'
      this.announce(backup, lacking)
      return 'announced'
    }
    if (!turn.mayDelete || announced.coveredBy > sealedThrough) return 'announced'
    this.delete(backup.path, announced)
    return 'deleted'
  }

  /**
   * A sealed `RetentionDeleted` excuses that the log begins later. Somebody who wants records gone must not get one by
   * putting a file there that only claims to hold them: what newer files hold too, or nobody wrote, is not announced.
   */
  private refuseForgery({ last }: Candidate, newer: readonly string[]): void {
    const lastSeq = last?.seq
    if (lastSeq === undefined) return
    if (lastSeq > this.options.lastSeq()) throw new Error(`its record ${lastSeq} was never written; move it away`)
    for (const path of newer) {
      const firstSeq = firstSeqOf(path)
      if (firstSeq === undefined) continue
      if (firstSeq > lastSeq) return
      throw new Error(
        `${basename(path)} is newer and begins with record ${firstSeq}, it ends with ${lastSeq}; move it away`,
      )
    }
  }

  private announce({ path, identity: { dev, ino }, first, last }: Candidate, lacking: readonly string[]): void {
    const { notices, lastSeq, rootAt } = this.options
    const root = last?.seq === undefined ? undefined : rootAt(last.seq + 1)
    if (last?.seq !== undefined && root === undefined) {
      throw new Error(`the tiles of the seal do not give the root of its ${last.seq + 1} records`)
    }
    const notice: BackupDeleted = {
      kind: 'backup-deleted',
      file: path,
      firstSeq: first?.seq,
      lastSeq: last?.seq,
      root,
      ...(lacking.length > 0 && { undeliveredTo: lacking }),
    }
    const announced: Announced = { dev, ino, lastSeq: last?.seq, coveredBy: Number.POSITIVE_INFINITY }
    this.announced.push(announced)
    notices.post(notice, () => {
      const before = lastSeq()
      return () => {
        // Refused, because memory is used up: nothing in the log would excuse the deletion. It is announced again.
        if (lastSeq() === before) this.forget(announced)
        else announced.coveredBy = lastSeq()
      }
    })
  }

  private delete(path: string, announced: Announced): void {
    // The blocks of a large file are freed at the last close; that one happens in the thread pool.
    const lastDescriptor = openSync(path, constants.O_RDONLY)
    unlinkSync(path)
    close(lastDescriptor, () => {})
    this.forget(announced)
  }

  private forget(announced: Announced): void {
    this.announced = this.announced.filter(one => one !== announced)
  }

  /** When the first file is held, and each time that there are twice as many. */
  private tellHeld(held: readonly string[]): void {
    const count = held.length
    if (count > 0 && count < 2 * this.heldCountTold) return
    this.heldCountTold = count
    if (count === 0) return
    const { dir, maxBackups, notices } = this.options
    notices.post({ kind: 'retention-held', dir, maxBackups, count, bytes: bytesOf(held) })
  }
}

function examine(path: string, fd: number): Candidate {
  const { size } = fstatSync(fd)
  const identity = fstatSync(fd, { bigint: true })
  return { path, fd, identity, first: factsOfFirstLine(fd, size), last: factsOfLastRecord(fd, size) }
}

function firstSeqOf(path: string): number | undefined {
  return withOwnFile(path, fd => factsOfFirstLine(fd, fstatSync(fd).size)?.seq)
}

function bytesOf(paths: readonly string[]): number {
  let bytes = 0
  for (const path of paths) bytes += lstatSync(path, { throwIfNoEntry: false })?.size ?? 0
  return bytes
}
