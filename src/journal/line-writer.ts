/** Numbers lines, hands them to the kernel in order, begins new files in time, and keeps them while the disk fails. */
import { DoublingDelay } from './doubling-delay.ts'
import type { FileGuard } from './file-guard.ts'
import { LineBuffer, TAIL_BYTES } from './line-buffer.ts'
import { APPEND_FLAGS } from './log-file.ts'
import type { LogFiles } from './log-files.ts'
import type { NoticeBoard } from './notices.ts'
import { Outage } from './outage.ts'
import { reopen } from './reopen.ts'
import { RotationHold } from './rotation-gate.ts'
import { codeOf } from './system-error.ts'
import { WrittenWaiters } from './written-waiters.ts'

/** The disk is full: a fresh descriptor would not help. */
const SPACE_ERRORS: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG']

export interface WriterOptions {
  readonly files: LogFiles
  readonly lines: LineBuffer
  readonly notices: NoticeBoard
  readonly maxFileBytes: number
  readonly maxQueueBytes: number
  readonly firstLines: () => readonly string[]
  /** Why no new file may begin now, for a time. */
  readonly rotationHold: () => RotationHold | undefined
  /** Called at the end of each turn with appended lines, and after each retry: nothing is half done then. */
  readonly onTurnEnd: () => void
  /** Called then too when a lot is written and not durable, or a file was rotated. */
  readonly onCommitDue: () => void
}

const MAX_UNSYNCED_BYTES = 8 * 1024 * 1024

export class LineWriter {
  readonly waiters: WrittenWaiters = new WrittenWaiters()
  refused = 0
  private readonly options: WriterOptions
  private readonly lines: LineBuffer
  private readonly files: LogFiles
  private guard: FileGuard | undefined
  private outage: Outage | undefined
  private isClosed = false
  /** Bytes that may be appended without looking at anything else. */
  private room = 0
  private isTurnEndDue = false
  private hasRotated = false
  private readonly rotationDelay = new DoublingDelay(1000, 30_000)
  private noRotationBefore = 0

  constructor(options: WriterOptions) {
    this.options = options
    this.lines = options.lines
    this.files = options.files
    this.updateRoom()
  }

  /** What keeps lines from being written, while something does. */
  get failure(): unknown {
    return this.outage?.error
  }

  /** Whether lines are taken. */
  get isOpen(): boolean {
    return !this.isClosed
  }

  watch(guard: FileGuard): void {
    this.guard = guard
  }

  append(head: string): number {
    // A UTF-16 unit takes at most three bytes.
    if (head.length * 3 + TAIL_BYTES > this.room) return this.appendCarefully(head)
    this.room -= this.lines.put(head)
    if (!this.isTurnEndDue) this.endTurnLater()
    return this.lines.nextSeq - 1
  }

  /** Hands everything that waits to the kernel. False when the disk did not take all of it. */
  write(): boolean {
    if (this.lines.waitingBytes === 0 && this.outage === undefined) return true
    try {
      if (this.outage === undefined) this.guard?.checkIfDue()
      else this.checkAfterFailure(this.outage.error)
      this.lines.drainInto(this.files.active)
    } catch (error) {
      this.interrupt(error)
      return false
    }
    this.resume()
    return true
  }

  /** Writes, and looks whether the files still are where they belong. */
  writeAndCheck(): void {
    if (!this.write()) return
    try {
      this.guard?.check()
      this.lines.drainInto(this.files.active)
    } catch (error) {
      this.interrupt(error)
      return
    }
    this.resume()
  }

  /** Reports every line that is written to who wants to know of it: not all of them are reported at once. */
  reportWritten(): void {
    this.lines.reportWritten()
  }

  /** The first lines of a file that just began. */
  beginFile(): void {
    let heads: readonly string[] = []
    try {
      heads = this.options.firstLines()
    } catch {
      // Who cannot describe the file must not keep it from being written.
    }
    for (const head of heads) this.place(head, Buffer.byteLength(head))
  }

  /** Takes no more lines. What waits can still be written. */
  close(): void {
    this.isClosed = true
    this.updateRoom()
  }

  /** Gives up what still waits after `close`; returns how many lines that are. */
  abandon(): number {
    this.outage?.end()
    this.waiters.reject(this.failure)
    return this.lines.nextSeq - 1 - this.lines.writtenThrough
  }

  private appendCarefully(head: string): number {
    if (this.isClosed) return this.refuse()
    const bytes = Buffer.byteLength(head)
    if (this.outage === undefined && this.isFileFull(bytes)) this.rotate(bytes)
    const waiting = this.lines.waitingBytes + bytes + TAIL_BYTES
    if (this.outage !== undefined && waiting > this.options.maxQueueBytes) return this.refuse()
    return this.place(head, bytes)
  }

  private place(head: string, bytes: number): number {
    const needed = bytes + TAIL_BYTES
    if (needed > this.lines.freeBytes && this.outage === undefined) this.write()
    if (needed > this.lines.freeBytes) this.lines.spill()
    const seq = this.lines.nextSeq
    if (needed > this.lines.freeBytes) {
      this.lines.putLarge(head)
      if (this.outage === undefined) this.write()
    } else {
      this.lines.put(head)
    }
    this.updateRoom()
    if (!this.isTurnEndDue) this.endTurnLater()
    return seq
  }

  private refuse(): number {
    this.refused++
    if (this.outage?.refuse() === true) {
      this.options.notices.post({ kind: 'refused', at: Date.now(), error: this.outage.error })
      if (!this.isTurnEndDue) this.endTurnLater()
    }
    return -1
  }

  /** Whether a line with this head has no place in the file any more. Every file takes at least one. */
  private isFileFull(headBytes: number): boolean {
    const { size } = this.files.active
    const lineBytes = headBytes + 9 + String(this.lines.nextSeq).length
    const used = size + this.lines.waitingBytes
    return used > 0 && used + lineBytes > this.options.maxFileBytes
  }

  private rotate(headBytes: number): void {
    if (performance.now() < this.noRotationBefore) return
    this.writeAndCheck()
    // The check may have begun a new file itself.
    if (this.outage !== undefined || !this.isFileFull(headBytes)) return
    const hold = this.options.rotationHold()
    if (hold !== undefined) {
      this.interrupt(hold)
      return
    }
    try {
      this.files.rotate()
    } catch (error) {
      const { activePath: file } = this.files
      if (this.rotationDelay.isFresh) this.options.notices.post({ kind: 'rotation-failed', file, error })
      this.noRotationBefore = performance.now() + this.rotationDelay.next()
      return
    }
    this.rotationDelay.reset()
    this.hasRotated = true
    this.beginFile()
  }

  private checkAfterFailure(error: unknown): void {
    this.guard?.check()
    if (error instanceof RotationHold) {
      this.stayHeld()
      return
    }
    if (SPACE_ERRORS.includes(codeOf(error))) return
    const { active, dir } = this.files
    try {
      active.replaceDescriptor(reopen(active, dir, APPEND_FLAGS))
    } catch {
      // The old one may work again by itself.
    }
  }

  /** At the end, a file that is too long is better than lines that are lost. */
  private stayHeld(): void {
    const hold = this.isClosed ? undefined : this.options.rotationHold()
    if (hold !== undefined) throw hold
  }

  private interrupt(error: unknown): void {
    // The file ends with a whole line while it waits; where it cannot be cut, the line is continued later.
    const partial = this.lines.takeBackPartialLine()
    if (partial > 0 && !this.files.active.cut(partial)) this.lines.accept(partial)
    this.waiters.settle(this.lines.writtenThrough)
    if (this.outage === undefined) {
      this.outage = new Outage(error, () => {
        this.write()
        this.options.onTurnEnd()
      })
      this.options.notices.post({ kind: 'write-failed', file: this.files.activePath, error })
    } else {
      this.outage.error = error
      this.outage.retryLater()
    }
    this.updateRoom()
    if (!this.isTurnEndDue) this.endTurnLater()
  }

  private resume(): void {
    if (this.outage !== undefined) {
      this.outage.end()
      this.options.notices.post(this.outage.summary(this.files.activePath))
      this.outage = undefined
    }
    this.waiters.settle(this.lines.writtenThrough)
    this.updateRoom()
  }

  private updateRoom(): void {
    const inFile = this.options.maxFileBytes - this.files.active.size - this.lines.waitingBytes
    this.room = this.isClosed || this.outage !== undefined ? 0 : Math.min(this.lines.freeBytes, inFile)
  }

  private endTurnLater(): void {
    this.isTurnEndDue = true
    process.nextTick(this.endTurn)
  }

  private readonly endTurn = (): void => {
    this.isTurnEndDue = false
    // While the disk fails only its own timer and commits try: a failing write per turn would slow the agent down.
    if (this.outage === undefined) this.write()
    this.options.onTurnEnd()
    if (!this.hasRotated && this.files.unsyncedBytes <= MAX_UNSYNCED_BYTES) return
    this.hasRotated = false
    this.options.onCommitDue()
  }
}
