/** Puts encoded records together. Many share one buffer: each would otherwise cost more to allocate than to write. */
import type { FragmentBytes } from './request-parts.ts'

const SLAB_BYTES = 256 * 1024
/** Fewer are copied faster one by one than by a call. */
const FEW_BYTES = 16
const MAX_BYTES_PER_CHARACTER = 3

// Owned by one encoder. What was handed out is not written again before it is released.
export class FragmentWriter {
  private slab: Buffer = Buffer.allocUnsafeSlow(SLAB_BYTES)
  /** Those that are full, in the order in which they were handed out. */
  private full: Buffer[] = []
  /** Left to the collector, they would pile up to tens of megabytes before it looks at them. */
  private readonly free: Buffer[] = []
  /** Where the record begins. */
  private start = 0
  private at = 0

  /** Begins a record, instead of the one that was not ended. */
  begin(): void {
    this.at = this.start
  }

  constant(bytes: Uint8Array): void {
    const { length } = bytes
    this.reserve(length)
    const { slab, at } = this
    if (length > FEW_BYTES) slab.set(bytes, at)
    else for (let i = 0; i < length; i++) slab[at + i] = bytes[i] ?? 0
    this.at = at + length
  }

  /** Better several short ones than one that was put together: that costs more than writing. */
  text(text: string): void {
    this.reserve(text.length * MAX_BYTES_PER_CHARACTER)
    this.at += this.slab.write(text, this.at, 'utf8')
  }

  /** Bytes of the record so far. */
  get length(): number {
    return this.at - this.start
  }

  /** A copy of what was written since there were `length` bytes. */
  since(length: number): Buffer {
    return Buffer.from(this.slab.subarray(this.start + length, this.at))
  }

  /** The record. */
  end(): FragmentBytes {
    const { slab, start, at } = this
    this.start = at
    return { slab, from: start, to: at }
  }

  /** Nobody needs the records before this one any more. */
  release({ slab }: FragmentBytes): void {
    const isCurrent = slab === this.slab
    const over = isCurrent ? this.full.length : this.full.indexOf(slab)
    if (over <= 0) return
    this.free.push(...this.full.slice(0, over).filter(({ length }) => length === SLAB_BYTES))
    this.full = this.full.slice(over)
  }

  /** Where there is no room, the record goes on in a new buffer. */
  private reserve(bytes: number): void {
    const { slab, start, at } = this
    if (at + bytes <= slab.length) return
    const written = at - start
    this.full.push(slab)
    const needed = Math.max(SLAB_BYTES, 2 * (written + bytes))
    this.slab = (needed === SLAB_BYTES ? this.free.pop() : undefined) ?? Buffer.allocUnsafeSlow(needed)
    slab.copy(this.slab, 0, start, at)
    this.start = 0
    this.at = written
  }
}
