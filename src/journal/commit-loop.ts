/** Makes written lines durable: one sync in flight at a time, and everybody who asks meanwhile shares the next one. */
import { KansaError, messageOf } from '../errors.ts'
import { ClockWatch } from './clock-watch.ts'
import { Deferred } from './deferred.ts'
import { syncFolder, syncFolderSync } from './durable-file.ts'
import { syncFile, syncFileSync } from './file-sync.ts'
import type { LineWriter } from './line-writer.ts'
import type { LogFile } from './log-file.ts'
import type { LogFiles } from './log-files.ts'
import type { NoticeBoard } from './notices.ts'
import type { Retention } from './retention.ts'
import type { Growth } from '../seal/growing-tree.ts'
import { findLostRecords } from './sealing/read-back.ts'
import type { Seal } from './sealing/seal.ts'

export interface CommitOptions {
  readonly files: LogFiles
  readonly writer: LineWriter
  readonly seal: Seal
  readonly retention: Retention
  readonly notices: NoticeBoard
  readonly intervalMillis: number
}

/** A disk that fails for good is not copied to again and again. */
const MOVE_INTERVAL_MILLIS = 60_000

export class CommitLoop {
  private readonly options: CommitOptions
  private readonly clock = new ClockWatch()
  private waiting: Deferred | undefined
  /** Of the last commit; settled once it is signed. */
  private outcome: Promise<void> = Promise.resolve()
  private isRunning = false
  private isFailing = false
  private noMoveBefore = 0
  /** A sync failed: what was written is compared with what is there. */
  private isReadBackDue = false
  private isFailureTold = false
  private isClosed = false
  private timer: NodeJS.Timeout | undefined

  constructor(options: CommitOptions) {
    this.options = options
  }

  /** Resolves when everything appended before the call is durable and a checkpoint covers it. */
  commit(): Promise<void> {
    this.waiting ??= new Deferred()
    const { promise } = this.waiting
    if (!this.isRunning) void this.run()
    return promise
  }

  /** Commits without anybody waiting. Not while commits fail: those are tried again at the normal interval only. */
  commitSoon(): void {
    if (!this.isRunning && !this.isFailing && !this.isClosed) void this.run()
  }

  /** Sees to it that what was written becomes durable within the interval. */
  arm(): void {
    const { files, seal, retention } = this.options
    if (this.timer !== undefined || this.isRunning || this.isClosed) return
    if (!files.hasUnsynced && !seal.needsCommit && !retention.isWaiting) return
    this.timer = setTimeout(() => {
      this.timer = undefined
      if (!this.isRunning) void this.run()
    }, this.options.intervalMillis).unref()
  }

  /** Commits on this thread; false when that did not work. Safe beside a commit in the thread pool. */
  commitSync(): boolean {
    const { seal } = this.options
    this.begin()
    const growth = seal.grow()
    try {
      return this.coverSync(growth)
    } finally {
      seal.release()
    }
  }

  /** No commit starts by itself any more, and the files are closed as soon as none runs. */
  close(): void {
    this.isClosed = true
    clearTimeout(this.timer)
    if (!this.isRunning) this.options.files.close()
  }

  private async run(): Promise<void> {
    this.isRunning = true
    do {
      const batch = this.waiting
      this.waiting = undefined
      // After closing the files are another process's: who still waits gets the outcome of the last commit.
      if (!this.isClosed) await this.cycle()
      void this.outcome.then(
        () => batch?.resolve(),
        (error: unknown) => batch?.reject(error),
      )
    } while (this.waiting !== undefined)
    this.isRunning = false
    if (this.isClosed) this.options.files.close()
    else this.arm()
  }

  /** Over when the disk has done what it can. The outcome may take longer: a signer on another machine holds up nobody. */
  private async cycle(): Promise<void> {
    const { seal } = this.options
    this.begin()
    const growth = seal.grow()
    try {
      await this.cover(growth)
    } finally {
      seal.release()
    }
  }

  private async cover(growth: Growth): Promise<void> {
    const { files, writer, notices } = this.options
    const targets = [...files.rotated, files.active]
    const folderChanged = files.folderChanged
    files.folderChanged = false
    const unwritten = writer.failure
    let unsynced: unknown
    try {
      for (const file of targets) await this.sync(file)
      if (folderChanged) await syncFolder(files.dir)
    } catch (error) {
      unsynced = error
      files.folderChanged ||= folderChanged
    }
    const failure = unwritten ?? unsynced
    this.end(failure)
    // Lines that wait are no reason to leave those unsealed that are durable.
    if (unsynced === undefined) await this.storeAndSign(growth)
    if (failure !== undefined) this.fail(notDurable(files.dir, failure))
    notices.deliver()
  }

  private coverSync(growth: Growth): boolean {
    const { files, seal, writer, retention, notices } = this.options
    const folderChanged = files.folderChanged
    const unwritten = writer.failure
    let unsynced: unknown
    try {
      for (const file of [...files.rotated, files.active]) syncFileSync(files.dir, file)
      if (folderChanged) syncFolderSync(files.dir)
      files.folderChanged = false
    } catch (error) {
      unsynced = error
    }
    const failure = unwritten ?? unsynced
    this.end(failure)
    if (unsynced === undefined && this.isReadBackDue) this.readBack(growth)
    if (unsynced === undefined && seal.commitSync(growth) && !this.isClosed) retention.afterCommit(seal.sealedThrough)
    notices.deliver()
    return failure === undefined
  }

  private async storeAndSign(growth: Growth): Promise<void> {
    const { seal } = this.options
    if (this.isReadBackDue) this.readBack(growth)
    try {
      await seal.store(growth)
    } catch (error) {
      this.fail(seal.failed(error))
      return
    }
    const sealed = seal.sign(growth).finally(() => this.afterSigning())
    // Nobody may be waiting for it.
    sealed.catch(() => {})
    this.outcome = sealed
  }

  private fail(failure: KansaError): void {
    this.outcome = Promise.reject(failure)
    this.outcome.catch(() => {})
  }

  /** Backups that are covered now can go. */
  private afterSigning(): void {
    const { seal, retention, notices } = this.options
    if (!this.isClosed) retention.afterCommit(seal.sealedThrough)
    notices.deliver()
    this.arm()
  }

  private async sync(file: LogFile): Promise<void> {
    const { files, notices } = this.options
    const error = await this.syncSomehow(file).catch((failure: unknown) => {
      // A later sync may succeed, and call what is lost a success.
      this.isReadBackDue = true
      throw failure
    })
    if (error === undefined) return
    this.isReadBackDue = true
    notices.post({ kind: 'sync-repaired', file: files.dir, error })
  }

  /** Resolves with the error that was got over, if any. */
  private async syncSomehow(file: LogFile): Promise<unknown> {
    const { files } = this.options
    try {
      return await syncFile(files.dir, file)
    } catch (error) {
      if (file !== files.active || performance.now() < this.noMoveBefore) throw error
      this.noMoveBefore = performance.now() + MOVE_INTERVAL_MILLIS
      files.moveToNewFile()
      return error
    }
  }

  private readBack(growth: Growth): void {
    const { files, seal, notices } = this.options
    this.isReadBackDue = false
    const lost = findLostRecords(files.dir, seal.sealedThrough + 1, growth)
    const [firstSeq, lastSeq] = [lost[0], lost.at(-1)]
    if (firstSeq === undefined || lastSeq === undefined) return
    notices.post({ kind: 'records-lost', dir: files.dir, firstSeq, lastSeq, count: lost.length })
  }

  private begin(): void {
    const { writer, notices } = this.options
    clearTimeout(this.timer)
    this.timer = undefined
    writer.writeAndCheck()
    const jump = this.clock.look()
    if (jump !== undefined) notices.post({ kind: 'clock-changed', ...jump })
    // What the listener appends about all this becomes durable with it.
    notices.deliver()
    writer.write()
    writer.reportWritten()
  }

  private end(failure: unknown): void {
    const { files, writer, notices } = this.options
    files.rotated = files.rotated.filter(file => {
      const isDone = !file.isDirty && !file.isSuspect
      if (isDone) file.close()
      return !isDone
    })
    if (failure === undefined) {
      if (this.isFailureTold) notices.post({ kind: 'commit-recovered' })
      this.isFailing = this.isFailureTold = false
      return
    }
    this.isFailing = true
    // An outage of writing was told when it began.
    if (this.isFailureTold || writer.failure !== undefined) return
    this.isFailureTold = true
    notices.post({ kind: 'commit-failed', error: failure })
  }
}

function notDurable(dir: string, cause: unknown): KansaError {
  const message =
    `records in ${dir} are not durable: ${messageOf(cause)}. They are kept and tried again; free space or repair ` +
    'the disk.'
  return new KansaError('KANSA_NOT_DURABLE', message, { cause })
}
