/**
 * The model calls of one operation. The SDK asks anew after a failure: all attempts at a call are one record, which is
 * made when one of them is answered, or when the operation is over.
 */
import { countAttempt } from '../../pipeline/observe/call-claim.ts'
import { guarded } from '../../pipeline/observe/fault.ts'
import type { ModelCall } from '../../pipeline/observe/model-call.ts'
import type { CallOutcome } from '../../pipeline/observe/outcome.ts'
import { readProperty } from '../../pipeline/observe/property.ts'
import { startModelCall } from '../observed-calls.ts'
import type { ModelRequest } from '../observed-calls.ts'
import { tap } from './stream-tap.ts'
import type { StreamTap } from './stream-tap.ts'

const LAYER = 'ai'

interface Failed {
  readonly call: ModelCall
  readonly error: unknown
}

export class AttemptedCalls {
  private readonly within: <T>(step: () => T) => T
  // Owned by this object: calls whose latest attempt failed, and calls that are under way.
  private readonly failed = new Map<unknown, Failed>()
  private readonly open = new Set<ModelCall>()
  private streaming: ModelCall | undefined
  private readonly onFailedStream: (error: unknown) => void

  /**
   * @param within makes what a step logs belong to the run that calls
   * @param onFailedStream is told of an answer that broke off
   */
  constructor(within: <T>(step: () => T) => T, onFailedStream: (error: unknown) => void = () => {}) {
    this.within = within
    this.onFailedStream = onFailedStream
  }

  /**
   * Makes one attempt, and gives what `make` gives.
   * @param key tells calls apart that are made at the same time; an attempt after a failed one of that key is the same call
   * @throws KansaError `KANSA_NOT_RECORDED` or `KANSA_BUDGET_EXCEEDED` when the call must not be made
   */
  async attempt(key: unknown, describe: () => ModelRequest, make: () => unknown): Promise<unknown> {
    const before = this.failed.get(key)
    this.failed.delete(key)
    const call = before?.call ?? this.begun(describe)
    if (call === undefined) return this.within(make)
    let answer: unknown
    try {
      answer = await this.within(() =>
        call.enter(() => {
          countAttempt(LAYER)
          return make()
        }),
      )
    } catch (error) {
      this.failed.set(key, { call, error })
      throw error
    }
    guarded('reading an answer', () => this.answered(call, answer))
    return answer
  }

  /** The model has said all it had to say, whether or not somebody has read it. */
  endStreaming(facts: Parameters<ModelCall['tell']>[0]): void {
    const call = this.streaming
    if (call === undefined || !this.open.has(call)) return
    call.tell(facts)
    this.close(call, { kind: 'streamed', aborted: false })
  }

  /** The operation is over: nothing is asked anew any more. */
  end(outcome: CallOutcome): void {
    for (const { call, error } of this.failed.values()) this.close(call, { kind: 'threw', error })
    this.failed.clear()
    const unread: CallOutcome = outcome.kind === 'returned' ? { kind: 'streamed', aborted: false } : outcome
    for (const call of this.open) this.close(call, unread)
  }

  private begun(describe: () => ModelRequest): ModelCall | undefined {
    const call = guarded('observing a model call', () => this.within(() => startModelCall(describe())))
    if (call === undefined) return undefined
    try {
      this.within(() => call.begin())
    } catch (refusal) {
      call.end({ kind: 'refused', error: refusal })
      throw refusal
    }
    this.open.add(call)
    return call
  }

  private answered(call: ModelCall, answer: unknown): void {
    const stream = readProperty(answer, 'stream')
    if (!(stream instanceof ReadableStream)) return this.close(call, { kind: 'returned', value: answer })
    this.streaming = call
    tap(stream, this.tapOf(call))
  }

  private tapOf(call: ModelCall): StreamTap {
    return {
      part: part => call.chunk(part),
      ended: () => this.close(call, { kind: 'streamed', aborted: false }),
      failed: error => {
        this.close(call, { kind: 'threw', error })
        this.onFailedStream(error)
      },
    }
  }

  private close(call: ModelCall, outcome: CallOutcome): void {
    this.open.delete(call)
    call.end(outcome)
  }
}
