/**
 * One call under observation: how it ends is told exactly once, at the latest when its result is garbage-collected, or the
 * process ends.
 */
import { beforeClosing } from '../exit-hooks.ts'
import { guarded } from './fault.ts'

/** How a call ended. */
export type CallOutcome =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: unknown }
  /** The call was not made, because it could not be recorded beforehand. */
  | { readonly kind: 'refused'; readonly error: unknown }
  /**
   * The result was a stream, and its consumer came to its end or stopped early, which is no failure. `aborted`: it
   * ended because the stream itself was aborted; SDKs end such a stream without an error.
   */
  | { readonly kind: 'streamed'; readonly aborted: boolean }
  /** The result never settled, and nobody can learn of it any more: it was garbage-collected. */
  | { readonly kind: 'dropped' }

/** Told about one call. MUST NOT refer to the call's result, which could then never be collected. */
export interface CallObserver {
  /** Before the call. What it throws goes to the caller, and the call is not made. */
  begin?(): void
  /** The response of an SDK that parses it later, unread. */
  answered?(answer: unknown): void
  /** One item of a streamed result. */
  chunk?(value: unknown): void
  end(outcome: CallOutcome): void
  /** Runs the call, and each step of a returned iterator: that is where the body of a generator runs. */
  enter?<T>(step: () => T): T
}

/** What the finalizer needs. Shared with the observation, which it must not keep alive. */
interface Remains {
  readonly observer: CallObserver
  ifCollected: CallOutcome
}

// Owned by this file: of all calls that go on, in the order in which they began.
const open = new Set<Remains>()

const collected = new FinalizationRegistry<Remains>(remains => {
  open.delete(remains)
  guarded('recording a call', () => remains.observer.end(remains.ifCollected))
})

beforeClosing(() => {
  // The latest first: what is called inside of something ends before it.
  for (const { observer, ifCollected } of [...open].toReversed()) {
    const outcome: CallOutcome = ifCollected.kind === 'returned' ? ifCollected : { kind: 'threw', error: exitError() }
    guarded('recording a call', () => observer.end(outcome))
  }
  open.clear()
})

/** By its name a cancellation. */
function exitError(): Error {
  return Object.assign(new Error('the process ended before the call had'), { name: 'AbortError' })
}

/**
 * Kept alive only by the result that is observed (by the reactions of a promise, by the shadowed methods of a stream):
 * its collection means that the result is gone. It tells the observer, and swallows the observer's faults.
 */
export class Observation {
  private readonly remains: Remains
  private open = true
  private registered = false

  constructor(observer: CallObserver) {
    this.remains = { observer, ifCollected: { kind: 'dropped' } }
    open.add(this.remains)
  }

  get ended(): boolean {
    return !this.open
  }

  /** The end comes later or never; `ifCollected` is the outcome when the result is collected before. */
  await(ifCollected: CallOutcome): void {
    if (!this.open) return
    this.remains.ifCollected = ifCollected
    if (!this.registered) collected.register(this, this.remains, this)
    this.registered = true
  }

  answered(answer: unknown): void {
    if (this.open) guarded('reading a response', () => this.remains.observer.answered?.(answer))
  }

  chunk(value: unknown): void {
    if (this.open) guarded('reading a chunk', () => this.remains.observer.chunk?.(value))
  }

  end(outcome: CallOutcome): void {
    if (!this.open) return
    this.open = false
    open.delete(this.remains)
    if (this.registered) collected.unregister(this)
    guarded('recording a call', () => this.remains.observer.end(outcome))
  }

  enter<T>(step: () => T): T {
    const { observer } = this.remains
    return observer.enter === undefined ? step() : observer.enter(step)
  }
}
