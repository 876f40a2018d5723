/** A call of a tool as one side of the protocol sees it. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { ToolCallInput } from '../../events/inputs.ts'
import { withoutClaims } from '../../pipeline/observe/call-claim.ts'
import type { CallObserver, CallOutcome } from '../../pipeline/observe/outcome.ts'
import { readData, readProperty } from '../../pipeline/observe/property.ts'
import type { ToolCall } from '../../pipeline/observe/tool-call.ts'
import { startToolCall } from '../observed-calls.ts'
import type { ToolRequest } from '../observed-calls.ts'
import { boundToRun } from '../observed-run.ts'
import { givenText } from '../given-text.ts'

/** What a request ends with that got no answer in time: of version 1, of version 2. */
const TIMEOUT_CODES: readonly unknown[] = [-32001, 'REQUEST_TIMEOUT']

/** Of whom a call is. */
interface Caller {
  readonly client: unknown
  onEnd(call: McpToolCall): void
}

export class McpToolCall implements CallObserver {
  readonly toolName: string
  private readonly call: ToolCall
  // Weak: listeners of the signal may refer to the result.
  private readonly signal: WeakRef<AbortSignal> | undefined
  private readonly inRun = boundToRun((log: () => void) => log())
  private readonly caller: Caller | undefined
  private readonly inside: ClientCall | undefined

  /** @param caller none: the call is one that a server handles */
  constructor(request: ToolRequest, caller?: Caller) {
    this.caller = caller
    const { toolName, signal } = request
    this.toolName = toolName
    this.signal = signal === undefined ? undefined : new WeakRef(signal)
    this.call = startToolCall(request)
    if (caller !== undefined) this.inside = { client: caller.client, observed: this, served: false }
  }

  begin(): void {
    this.call.begin()
  }

  enter<T>(step: () => T): T {
    const { inside } = this
    // A server that passes a call on makes one of its own, of the same name as a rule.
    if (inside === undefined) return withoutClaims(step)
    return clientCalls.run(inside, () => this.call.enter(step))
  }

  /** Of a request that is answered in parts. */
  chunk(message: unknown): void {
    const outcome = outcomeIn(message)
    if (outcome !== undefined) this.end(outcome)
  }

  tell(facts: Partial<ToolCallInput>): void {
    this.call.tell(facts)
  }

  /** Logs as part of the run that calls, from wherever this is known. */
  logInRun(log: () => void): void {
    this.inRun(log)
  }

  end(outcome: CallOutcome): void {
    this.caller?.onEnd(this)
    // Whoever leaves a stream before its last part does not learn the result.
    this.call.end(outcome.kind === 'streamed' ? { kind: 'dropped' } : this.whatHappened(outcome))
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

/** The end of a call, as one of the parts of its answer tells it. */
function outcomeIn(message: unknown): CallOutcome | undefined {
  const type = readData(message, 'type')
  if (type === 'result') return { kind: 'returned', value: readData(message, 'result') }
  if (type === 'error') return { kind: 'threw', error: readData(message, 'error') }
  const task = readData(message, 'task')
  const status = readData(task, 'status')
  const reason = givenText(readData(task, 'statusMessage'))
  if (status === 'cancelled')
    return { kind: 'threw', error: { name: 'AbortError', message: reason ?? 'the task was cancelled' } }
  // Without a reason the error that follows says as much.
  if (status !== 'failed' || reason === undefined) return undefined
  return { kind: 'threw', error: { name: 'tool_error', message: reason } }
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
