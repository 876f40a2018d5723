/** One file of the log that is open for appending, and how much of it the kernel and the disk have. */
import { type BigIntStats, closeSync, constants, fstatSync, ftruncateSync, writeSync } from 'node:fs'

/** Readable too: its content may have to be restored. Appending: no hole arises when somebody truncates the file. */
export const APPEND_FLAGS: number = constants.O_RDWR | constants.O_APPEND

/** Which file it is, whatever its name. */
export type FileIdentity = Pick<BigIntStats, 'dev' | 'ino'>

export function isSameFile(a: FileIdentity, b: FileIdentity): boolean {
  return a.dev === b.dev && a.ino === b.ino
}

// Owned by the writer; `syncedBytes` and `isSuspect` belong to the commit.
export class LogFile {
  private descriptor: number
  /** Bytes in the file, as far as we put them there. */
  size: number
  readonly identity: FileIdentity
  /** The first bytes that are durable. */
  syncedBytes: number
  /** Something was written since the last successful sync, or nobody knows. */
  isDirty = true
  /** A sync failed: the kernel may have dropped the pages and call the next sync a success. */
  isSuspect = false
  /** Calls in the thread pool that use the descriptor now, and descriptors to close after the last of them. */
  private callsInFlight = 0
  private readonly retired: number[] = []
  private isClosed = false

  constructor(descriptor: number) {
    const stats = fstatSync(descriptor, { bigint: true })
    this.descriptor = descriptor
    this.size = Number(stats.size)
    this.syncedBytes = this.size
    this.identity = { dev: stats.dev, ino: stats.ino }
  }

  get fd(): number {
    return this.descriptor
  }

  /** Appends `buffer[start, end)`. Throws the system's error; `size` says what the file took before. */
  append(buffer: Buffer, start: number, end: number): void {
    this.isDirty = true
    let at = start
    while (at < end) {
      const count = writeSync(this.fd, buffer, at, end - at)
      at += count
      this.size += count
    }
  }

  /** Takes the last `count` bytes away again; false where the file allows only appending, or the disk nothing. */
  cut(count: number): boolean {
    try {
      ftruncateSync(this.fd, this.size - count)
      this.size -= count
      return true
    } catch {
      return false
    }
  }

  /** Goes on with another descriptor of the same file. `isOurs` is false where the old number is somebody else's. */
  replaceDescriptor(fd: number, isOurs = true): void {
    if (this.isClosed) {
      this.retired.push(fd)
    } else {
      if (isOurs) this.retired.push(this.descriptor)
      this.descriptor = fd
    }
    this.closeRetired()
  }

  /** Closes the file, as soon as no call in the thread pool uses it. A number closed earlier could be another file. */
  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.retired.push(this.descriptor)
    this.closeRetired()
  }

  get isInUse(): boolean {
    return this.callsInFlight > 0
  }

  async whileInUse(call: () => Promise<void>): Promise<void> {
    this.callsInFlight++
    try {
      await call()
    } finally {
      this.callsInFlight--
      this.closeRetired()
    }
  }

  private closeRetired(): void {
    if (this.callsInFlight > 0) return
    for (let fd = this.retired.pop(); fd !== undefined; fd = this.retired.pop()) {
      try {
        closeSync(fd)
      } catch {
        // It is gone either way.
      }
    }
  }
}
