/** A call of a tool as one side of the protocol sees it. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { ToolCallInput } from '../../events/inputs.ts'
import type { CallObserver, CallOutcome } from '../../pipeline/observe/outcome.ts'
import { readData, readProperty } from '../../pipeline/observe/property.ts'
import type { ToolCall } from '../../pipeline/observe/tool-call.ts'
import { startToolCall } from '../observed-calls.ts'
import type { ToolRequest } from '../observed-calls.ts'
import { boundToRun } from '../observed-run.ts'

/** What a request ends with that got no answer in time: of version 1, of version 2. */
const TIMEOUT_CODES: readonly unknown[] = [-32001, 'REQUEST_TIMEOUT']

export class McpToolCall implements CallObserver {
  readonly toolName: string
  private readonly call: ToolCall
  // Weak: listeners of the signal may refer to the result.
  private readonly signal: WeakRef<AbortSignal> | undefined
  private readonly inRun = boundToRun((log: () => void) => log())
  private readonly onEnd: (call: McpToolCall) => void

  constructor(request: ToolRequest, onEnd: (call: McpToolCall) => void = () => {}) {
    this.onEnd = onEnd
    const { toolName, signal } = request
    this.toolName = toolName
    this.signal = signal === undefined ? undefined : new WeakRef(signal)
    this.call = startToolCall(request)
  }

  begin(): void {
    this.call.begin()
  }

  enter<T>(step: () => T): T {
    return this.call.enter(step)
  }

  tell(facts: Partial<ToolCallInput>): void {
    this.call.tell(facts)
  }

  /** Logs as part of the run that calls, from wherever this is known. */
  logInRun(log: () => void): void {
    this.inRun(log)
  }

  end(outcome: CallOutcome): void {
    this.onEnd(this)
    this.call.end(this.whatHappened(outcome))
  }

  /** Of a call that was aborted, clients say that it took too long, servers that the tool failed. */
  private whatHappened(outcome: CallOutcome): CallOutcome {
    const failed = outcome.kind === 'returned' ? readData(outcome.value, 'isError') === true : outcome.kind === 'threw'
    const signal = this.signal?.deref()
    if (failed && signal?.aborted === true) return { kind: 'threw', error: signal.reason }
    if (outcome.kind !== 'threw' || !TIMEOUT_CODES.includes(readProperty(outcome.error, 'code'))) return outcome
    return { kind: 'threw', error: { name: 'TimeoutError', message: readProperty(outcome.error, 'message') } }
  }
}

/** A call that a client of this process makes. */
export interface ClientCall {
  readonly client: unknown
  readonly observed: McpToolCall
  /** True once a server of this process has handled it. */
  served: boolean
}

/** The call of a client in which something happens: also what a server does that shares its memory. */
export const clientCalls: AsyncLocalStorage<ClientCall> = new AsyncLocalStorage<ClientCall>()
