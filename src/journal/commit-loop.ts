/** Makes written lines durable: one sync in flight at a time, and everybody who asks meanwhile shares the next one. */
import { KansaError, messageOf } from '../errors.ts'
import { ClockWatch } from './clock-watch.ts'
import { Deferred } from './deferred.ts'
import { syncFolder, syncFolderSync } from './durable-file.ts'
import { syncFile, syncFileSync } from './file-sync.ts'
import type { LineBuffer } from './line-buffer.ts'
import type { LineWriter } from './line-writer.ts'
import type { LogFile } from './log-file.ts'
import type { LogFiles } from './log-files.ts'
import type { NoticeBoard } from './notices.ts'
import type { Retention } from './retention.ts'

export interface CommitOptions {
  readonly files: LogFiles
  readonly lines: LineBuffer
  readonly writer: LineWriter
  readonly retention: Retention
  readonly notices: NoticeBoard
  readonly intervalMillis: number
}

export class CommitLoop {
  private readonly options: CommitOptions
  private readonly clock = new ClockWatch()
  private waiting: Deferred | undefined
  private isRunning = false
  private isFailing = false
  private isFailureTold = false
  private isClosed = false
  private timer: NodeJS.Timeout | undefined

  constructor(options: CommitOptions) {
    this.options = options
  }

  /** Resolves when everything appended before the call is durable. */
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
    const { files, retention } = this.options
    if (this.timer !== undefined || this.isRunning || this.isClosed) return
    if (!files.hasUnsynced && !retention.isWaiting) return
    this.timer = setTimeout(() => {
      this.timer = undefined
      if (!this.isRunning) void this.run()
    }, this.options.intervalMillis).unref()
  }

  /** Commits on this thread; false when that did not work. Safe beside a commit in the thread pool. */
  commitSync(): boolean {
    const { files, lines, writer, notices } = this.options
    this.begin()
    const durableThrough = lines.writtenThrough
    const folderChanged = files.folderChanged
    let failure = writer.failure
    try {
      for (const file of [...files.rotated, files.active]) syncFileSync(files.dir, file)
      if (folderChanged) syncFolderSync(files.dir)
      files.folderChanged = false
    } catch (error) {
      failure ??= error
    }
    this.end(failure, durableThrough)
    notices.deliver()
    return failure === undefined
  }

  /** No commit starts by itself any more, and the files are closed as soon as none runs. */
  close(): void {
    this.isClosed = true
    clearTimeout(this.timer)
    if (!this.isRunning) this.options.files.close()
  }

  private async run(): Promise<void> {
    this.isRunning = true
    let failure: KansaError | undefined
    do {
      const batch = this.waiting
      this.waiting = undefined
      // After closing the files are another process's: who still waits gets the outcome of the last commit.
      if (!this.isClosed) failure = await this.cycle()
      if (failure === undefined) batch?.resolve()
      else batch?.reject(failure)
    } while (this.waiting !== undefined)
    this.isRunning = false
    if (this.isClosed) this.options.files.close()
    else this.arm()
  }

  private async cycle(): Promise<KansaError | undefined> {
    const { files, lines, writer, notices } = this.options
    this.begin()
    const durableThrough = lines.writtenThrough
    const targets = [...files.rotated, files.active]
    const folderChanged = files.folderChanged
    files.folderChanged = false
    let failure = writer.failure
    try {
      for (const file of targets) await this.sync(file)
      if (folderChanged) await syncFolder(files.dir)
    } catch (error) {
      failure ??= error
      files.folderChanged ||= folderChanged
    }
    this.end(failure, durableThrough)
    notices.deliver()
    return failure === undefined ? undefined : notDurable(files.dir, failure)
  }

  private async sync(file: LogFile): Promise<void> {
    const { files, notices } = this.options
    const error = await syncFile(files.dir, file)
    if (error !== undefined) notices.post({ kind: 'sync-repaired', file: files.dir, error })
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
  }

  private end(failure: unknown, durableThrough: number): void {
    const { files, writer, retention, notices } = this.options
    files.rotated = files.rotated.filter(file => {
      const isDone = !file.isDirty && !file.isSuspect
      if (isDone) file.close()
      return !isDone
    })
    if (failure === undefined) {
      if (this.isFailureTold) notices.post({ kind: 'commit-recovered' })
      this.isFailing = this.isFailureTold = false
      if (!this.isClosed) retention.afterCommit(durableThrough)
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
