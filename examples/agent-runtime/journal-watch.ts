/**
 * Reads the journal back while it is being written, as any other program could: plain lines of JSON in a file.
 * Follows it through a rotation.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { AuditEvent } from 'kansa'

const POLL_INTERVAL_MILLIS = 20
/** More than Kansa writes by default (`maxEventBytes`). */
const LONGEST_LINE_BYTES = 1024 * 1024
const NEWLINE = 0x0a

export class JournalWatch {
  readonly path: string
  private readonly onEvent: (event: AuditEvent) => void
  private readonly timer: NodeJS.Timeout
  private file: number | undefined
  private position = 0
  /** The beginning of a line whose end is not written yet. */
  private waiting: Buffer = Buffer.alloc(0)

  /** Begins after the last complete line that the journal in `dir` already holds. */
  constructor(dir: string, onEvent: (event: AuditEvent) => void) {
    this.path = join(dir, 'audit.jsonl')
    this.onEvent = onEvent
    this.open()
    this.skipToEnd()
    this.timer = setInterval(() => this.catchUp(), POLL_INTERVAL_MILLIS).unref()
  }

  /** Reads what was written since the last time. */
  catchUp(): void {
    this.open()
    this.readOn()
    const newest = statSync(this.path, { throwIfNoEntry: false })
    if (this.file === undefined || newest === undefined || newest.ino === fstatSync(this.file).ino) return
    // The journal was rotated: what is open is a backup now, complete since the new file exists.
    this.readOn()
    closeSync(this.file)
    this.file = undefined
    this.position = 0
    this.catchUp()
  }

  close(): void {
    clearInterval(this.timer)
    this.catchUp()
    if (this.file !== undefined) closeSync(this.file)
    this.file = undefined
  }

  private open(): void {
    if (this.file === undefined && existsSync(this.path)) this.file = openSync(this.path, 'r')
  }

  /** A process that was killed may have left half a line, which the next one removes before it writes. */
  private skipToEnd(): void {
    if (this.file === undefined) return
    const { size } = fstatSync(this.file)
    this.position = Math.max(0, size - LONGEST_LINE_BYTES)
    const end = this.read().lastIndexOf(NEWLINE) + 1
    this.position += end
  }

  private readOn(): void {
    const bytes = this.read()
    this.position += bytes.length
    this.waiting = Buffer.concat([this.waiting, bytes])
    for (let end = this.waiting.indexOf(NEWLINE); end !== -1; end = this.waiting.indexOf(NEWLINE)) {
      const event: AuditEvent = JSON.parse(this.waiting.toString('utf8', 0, end))
      this.waiting = this.waiting.subarray(end + 1)
      this.onEvent(event)
    }
  }

  /** Everything from the position to the end of the file. */
  private read(): Buffer {
    if (this.file === undefined) return Buffer.alloc(0)
    const bytes = Buffer.alloc(Math.max(0, fstatSync(this.file).size - this.position))
    return bytes.subarray(0, readSync(this.file, bytes, 0, bytes.length, this.position))
  }
}
