/** Promises for lines that are on their way to the kernel. */
import { KansaError } from '../errors.ts'
import { Deferred } from './deferred.ts'

interface Waiter {
  readonly seq: number
  readonly written: Deferred
}

const WRITTEN = Promise.resolve()

export class WrittenWaiters {
  private waiters: Waiter[] = []

  /** Resolves once `settle` was told that `seq` is written. */
  add(seq: number, writtenThrough: number): Promise<void> {
    if (seq <= writtenThrough) return WRITTEN
    const last = this.waiters.at(-1)
    if (last?.seq === seq) return last.written.promise
    const written = new Deferred()
    this.waiters.push({ seq, written })
    return written.promise
  }

  settle(writtenThrough: number): void {
    if (this.waiters.length === 0) return
    const waiting: Waiter[] = []
    for (const waiter of this.waiters) {
      if (waiter.seq <= writtenThrough) waiter.written.resolve()
      else waiting.push(waiter)
    }
    this.waiters = waiting
  }

  /** The journal closed without writing them. */
  reject(cause: unknown): void {
    for (const { seq, written } of this.waiters) {
      written.reject(
        new KansaError('KANSA_CLOSED', `the journal was closed before record ${seq} could be written`, { cause }),
      )
    }
    this.waiters = []
  }
}
