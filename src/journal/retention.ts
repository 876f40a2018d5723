/**
 * Deletes backups beyond `maxBackups`, never silently: the deletion is announced, and carried out only when whatever
 * was appended about it is durable. A crash in between leaves a backup too many, not a hole without a record.
 */
import { close, closeSync, constants, fstatSync, openSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { factsOfFirstLine, factsOfLastRecord } from './file-lines.ts'
import { listBackups } from './layout.ts'
import { type FileIdentity, isSameFile } from './log-file.ts'
import type { BackupDeleted, NoticeBoard } from './notices.ts'
import { openOwnFile } from './own-file.ts'

interface Announced extends FileIdentity {
  /** Told apart by this too: the number of a file that somebody else deleted may be in use again. */
  readonly lastSeq: number | undefined
  /** The last line that may be about this deletion; unknown until the announcement was delivered. */
  coveredBy: number
}

// Owned by the commit loop.
export class Retention {
  private readonly dir: string
  private readonly maxBackups: number
  private readonly notices: NoticeBoard
  private readonly lastSeq: () => number
  // By identity, not by name: another rotation may rename the file before it is deleted.
  private announced: Announced[] = []
  private isFailing = false

  /** `lastSeq` gives the last `seq` that was given to a line. */
  constructor(dir: string, maxBackups: number, notices: NoticeBoard, lastSeq: () => number) {
    this.dir = dir
    this.maxBackups = maxBackups
    this.notices = notices
    this.lastSeq = lastSeq
  }

  /** Another commit is needed to delete what was announced. */
  get isWaiting(): boolean {
    return this.announced.length > 0
  }

  /** Deletes what was announced and is covered by now, and announces what became superfluous. Never throws. */
  afterCommit(durableThrough: number): void {
    const superfluous = listBackups(this.dir).filter(backup => backup.suffix > this.maxBackups)
    if (superfluous.length === 0) this.announced = []
    for (const { name } of superfluous.toReversed()) {
      const path = join(this.dir, name)
      try {
        this.advance(path, durableThrough)
        this.isFailing = false
      } catch (error) {
        if (!this.isFailing) this.notices.post({ kind: 'retention-failed', file: path, error })
        this.isFailing = true
      }
    }
  }

  private advance(path: string, durableThrough: number): void {
    const fd = openOwnFile(path, constants.O_RDONLY, 0)
    try {
      const identity = fstatSync(fd, { bigint: true })
      const notice = describe(path, fd)
      const announced = this.announced.find(one => isSameFile(one, identity) && one.lastSeq === notice.lastSeq)
      if (announced === undefined) this.announce(notice, identity)
      else if (announced.coveredBy <= durableThrough) this.delete(path, announced)
    } finally {
      closeSync(fd)
    }
  }

  private announce(notice: BackupDeleted, { dev, ino }: FileIdentity): void {
    const announced: Announced = { dev, ino, lastSeq: notice.lastSeq, coveredBy: Number.POSITIVE_INFINITY }
    this.announced.push(announced)
    this.notices.post(notice, () => {
      announced.coveredBy = this.lastSeq()
    })
  }

  private delete(path: string, announced: Announced): void {
    // The blocks of a large file are freed at the last close; that one happens in the thread pool.
    const lastDescriptor = openSync(path, constants.O_RDONLY)
    unlinkSync(path)
    close(lastDescriptor, () => {})
    this.announced = this.announced.filter(one => one !== announced)
  }
}

function describe(path: string, fd: number): BackupDeleted {
  const { size } = fstatSync(fd)
  const firstSeq = factsOfFirstLine(fd, size)?.seq
  const lastSeq = factsOfLastRecord(fd, size)?.seq
  return { kind: 'backup-deleted', file: path, firstSeq, lastSeq }
}
