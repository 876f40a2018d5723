/** One generation of the AI SDK: an agent run with its model calls, tool calls and permission decisions. */
import { guarded } from '../../pipeline/observe/fault.ts'
import type { CallOutcome } from '../../pipeline/observe/outcome.ts'
import type { ToolCall } from '../../pipeline/observe/tool-call.ts'
import type { AgentOptions } from '../../pipeline/with-agent.ts'
import { startToolCall } from '../observed-calls.ts'
import type { ToolRequest } from '../observed-calls.ts'
import { startRun } from '../observed-run.ts'
import type { ObservedRun } from '../observed-run.ts'
import { Approvals } from './approvals.ts'
import { AttemptedCalls } from './attempted-calls.ts'

/** Runs whose end the SDK does not tell: their consumer has left, and nothing can go on. */
const abandoned = new FinalizationRegistry<() => void>(end => guarded('recording a run', end))

export class AiRun {
  readonly calls: AttemptedCalls
  readonly approvals: Approvals
  private readonly run: ObservedRun
  // Owned by this object: tool calls that are under way, by their id.
  private readonly tools = new Map<string, ToolCall>()
  /** Stands for this run among those whose token may be collected. */
  private readonly collected = {}
  /** The latest answer broke off, and nothing has come after it. */
  private broken: CallOutcome | undefined
  private onFailedStream: (error: unknown) => void = error => (this.broken = { kind: 'threw', error })

  /**
   * @param messages that the run starts with: they hold the answers to what earlier runs have asked permission for
   * @throws KansaError `KANSA_NOT_RECORDED` where the logger's `onFailure` refuses the run
   */
  constructor(options: AgentOptions, messages: unknown) {
    this.run = startRun(options)
    this.calls = new AttemptedCalls(
      step => this.enter(step),
      error => this.onFailedStream(error),
    )
    this.approvals = new Approvals(step => this.enter(step), messages)
  }

  /** An answer that breaks off ends the run, also where the SDK tells nobody. */
  endsWithBrokenStreams(): void {
    this.onFailedStream = error => this.end({ kind: 'threw', error })
  }

  enter<T>(step: () => T): T {
    return this.run.enter(step)
  }

  /** The run ends, at the latest, when `token` is collected: something that the SDK keeps while the run can go on. */
  endsWith(token: object, onEnd?: () => void): void {
    const end = (): void => {
      this.end(this.broken ?? { kind: 'streamed', aborted: false })
      onEnd?.()
    }
    abandoned.register(token, end, this.collected)
  }

  /** @throws KansaError `KANSA_NOT_RECORDED` when the call must not be made */
  beginTool(request: ToolRequest): ToolCall {
    return this.enter(() => {
      const { callId } = request
      const call = startToolCall({ ...request, ...this.approvals.decisionOn(callId) })
      try {
        call.begin()
      } catch (refusal) {
        call.end({ kind: 'refused', error: refusal })
        throw refusal
      }
      if (callId !== undefined) this.tools.set(callId, call)
      return call
    })
  }

  endTool(callId: string, outcome: CallOutcome): void {
    this.tools.get(callId)?.end(outcome)
    this.tools.delete(callId)
  }

  /** Once: what is told later is ignored. */
  end(outcome: CallOutcome): void {
    // What has ended is not kept until its token is collected.
    abandoned.unregister(this.collected)
    this.calls.end(outcome)
    const unended: CallOutcome = outcome.kind === 'returned' ? { kind: 'dropped' } : outcome
    for (const callId of this.tools.keys()) this.endTool(callId, unended)
    this.run.end(outcome)
  }
}
