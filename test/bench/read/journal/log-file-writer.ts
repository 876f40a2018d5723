/** Writes one file of the generated journal in large blocks. */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'

const BLOCK_BYTES = 4 * 1024 * 1024
/** UTF-8 has at most so many bytes for one unit of a JavaScript text. */
const BYTES_PER_UNIT = 3

/** Owned by who writes the journal: one block for all files, one file at a time. */
export class LogFileWriter {
  private readonly block = Buffer.allocUnsafe(BLOCK_BYTES)
  private used = 0
  private fd: number | undefined
  /** Bytes of the file so far. */
  size = 0

  open(path: string): void {
    this.fd = openSync(path, 'wx', 0o600)
    this.size = 0
  }

  write(text: string): void {
    if (this.used + text.length * BYTES_PER_UNIT > BLOCK_BYTES) this.flush()
    const bytes = this.block.write(text, this.used)
    this.used += bytes
    this.size += bytes
  }

  /** Waits for the disk: what the kernel still had to write would be written while others are measured. */
  close(): void {
    this.flush()
    if (this.fd === undefined) return
    fsyncSync(this.fd)
    closeSync(this.fd)
    this.fd = undefined
  }

  private flush(): void {
    if (this.fd === undefined) throw new Error('no file is open')
    for (let from = 0; from < this.used; ) from += writeSync(this.fd, this.block, from, this.used - from)
    this.used = 0
  }
}
