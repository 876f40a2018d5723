/** `withAgent`: one agent run, from its start to how it ended, and the context of everything logged inside. */
import { refuse } from '../events/check-field.ts'
import { newEventId } from '../events/event-id.ts'
import type { AgentInput } from '../events/inputs.ts'
import type { AuditLogger } from './audit-api.ts'
import {
  checkedOptionalText,
  checkedText,
  currentAuditContext,
  extendedContext,
  runInAuditContext,
} from './audit-context.ts'
import type { AuditContext, AuditContextFields, RunScope } from './audit-context.ts'
import { ambientLogger } from './global-logger.ts'
import { observeCall } from './observe/call.ts'
import { guarded, reportFault } from './observe/fault.ts'
import { countOf } from './observe/model-usage.ts'
import { CallOrigin } from './observe/origin.ts'
import type { CallOutcome } from './observe/outcome.ts'

export interface AgentOptions extends AuditContextFields {
  agentName: string
  /** What the run is for, as a person would say it. */
  goal: string
  agentVersion?: string | undefined
  /** Default: a new UUID. */
  runId?: string | undefined
  /** Default: the enclosing run. Give it where the parent runs in another process. */
  parentRunId?: string | undefined
  /** What cancels the run: tells a cancellation from a failure. `withAgent` itself stops nothing. */
  signal?: AbortSignal | undefined
  /** Default: the enclosing run's logger, else the process-wide one. */
  logger?: AuditLogger | undefined
}

/** What a run reports of itself. The functions need no `this`. */
export interface AgentRun {
  readonly runId: string
  readonly parentRunId: string | undefined
  /** As given to `withAgent`. */
  readonly signal: AbortSignal | undefined
  /** So far: what `addTokens` was given and what recorded model calls used, nested runs included. */
  readonly tokensUsed: number
  /** Tokens that no recorded model call tells of. */
  readonly addTokens: (count: number) => void
  /** Something the run produced: a file name, a URI, an id. */
  readonly addArtifact: (name: string) => void
  /** Records that the run is going on, with tokens and artifacts so far. */
  readonly progress: (fields?: AgentProgress) => void
}

/** Fields that a progress record may add or override. */
export type AgentProgress = Partial<Omit<AgentInput, 'agentName' | 'startTime'>>

/**
 * Runs `fn` as an agent run: records `Started`, then `Completed`, `Failed` or `Cancelled`, with duration, tokens and
 * artifacts. It ends when `fn` returns, when its promise settles, when the iterator it gives is read to its end.
 * Everything logged inside carries `run_id`, and `parent_run_id` in nested runs. Result and error pass unchanged.
 *
 * Where the logger's `onFailure` is `block`, a run whose intention cannot be stored is refused with
 * `KANSA_NOT_RECORDED`: an `async` `fn` makes it a rejection.
 * @throws KansaError `KANSA_INVALID_EVENT` when a field is missing or of the wrong type, or `KANSA_NOT_RECORDED`; `fn` is
 * then not called.
 */
export function withAgent<T>(options: AgentOptions, fn: (run: AgentRun) => T): T
export function withAgent(options: AgentOptions, fn: (run: AgentRun) => unknown): unknown {
  const run = new ActiveRun(options)
  return observeCall(
    fn,
    () => fn(run),
    () => ({ begin: () => run.begin(), enter: step => run.enter(step), end: outcome => run.end(outcome) }),
  )
}

type LogMethod = 'logAgentStart' | 'logAgentProgress' | 'logAgentComplete' | 'logAgentFailure' | 'logAgentCancelled'

// Owned by withAgent and by whoever holds the AgentRun; token counts and artifacts only grow.
export class ActiveRun implements RunScope, AgentRun {
  readonly agentName: string
  readonly agentVersion: string | undefined
  readonly goal: string
  readonly runId: string
  readonly parentRunId: string | undefined
  signal: AbortSignal | undefined
  private readonly ownLogger: AuditLogger | undefined
  private readonly parent: RunScope | undefined = currentAuditContext()?.run
  private readonly context: AuditContext
  private readonly origin: CallOrigin
  private readonly artifacts: string[] = []
  private tokens = 0

  constructor(options: AgentOptions) {
    const { signal } = options
    this.agentName = checkedText(options.agentName, 'agentName')
    this.goal = checkedText(options.goal, 'goal')
    this.agentVersion = checkedOptionalText(options.agentVersion, 'agentVersion')
    this.runId = checkedOptionalText(options.runId, 'runId') ?? newEventId(Date.now())
    this.parentRunId = checkedOptionalText(options.parentRunId, 'parentRunId') ?? this.parent?.runId
    this.signal =
      signal === undefined || signal instanceof AbortSignal ? signal : refuse('signal', 'an AbortSignal', signal)
    this.ownLogger = options.logger
    this.context = extendedContext(options, this)
    this.origin = this.enter(() => new CallOrigin(options.logger, options.signal))
  }

  get startTimeMillis(): number {
    return this.origin.startTimeMillis
  }

  // Looked up each time: a run may begin before `initAuditLogger`.
  get logger(): AuditLogger {
    return this.ownLogger ?? this.parent?.logger ?? ambientLogger()
  }

  get tokensUsed(): number {
    return this.tokens
  }

  readonly addTokens = (count: number): void => {
    if (countOf(count) === undefined) {
      reportFault('addTokens', new RangeError('expected an integer from 0 to 2^53 - 1'))
      return
    }
    this.tokens = Math.min(this.tokens + count, Number.MAX_SAFE_INTEGER)
    guarded('counting tokens', () => this.parent?.addTokens(count))
  }

  readonly addArtifact = (name: string): void => {
    guarded('addArtifact', () => this.artifacts.push(checkedText(name, 'artifact')))
  }

  readonly progress = (fields: AgentProgress = {}): void => {
    this.log('logAgentProgress', fields)
  }

  enter<T>(step: () => T): T {
    return runInAuditContext(this.context, step)
  }

  /** Where nobody asks for it: what listens to it may be what tells of the run's end, perhaps by being collected. */
  forgetSignal(): void {
    this.signal = undefined
  }

  begin(): void {
    const { agentName: name, runId: callId } = this
    this.enter(() =>
      this.origin.announce('AgentExecution', () => ({ kind: 'AgentExecution', name, callId, input: this.input() })),
    )
    this.log('logAgentStart')
  }

  end(outcome: CallOutcome): void {
    // A run that was aborted may well return: the streams of most SDKs just end then.
    const failure = this.origin.failureOf(outcome.kind === 'returned' ? { kind: 'streamed', aborted: false } : outcome)
    const durationSecs = this.origin.elapsedMillis() / 1000
    if (failure === undefined) return this.log('logAgentComplete', { durationSecs })
    const method = failure.kind === 'cancelled' ? 'logAgentCancelled' : 'logAgentFailure'
    return this.log(method, { durationSecs, error: failure.message, errorType: failure.errorType })
  }

  private log(method: LogMethod, more: AgentProgress = {}): void {
    const input = this.input()
    this.origin.log(
      logger => logger[method]({ ...input, ...more }),
      logger => logger[method](input),
    )
  }

  private input(): AgentInput {
    return {
      agentName: this.agentName,
      agentVersion: this.agentVersion,
      goal: this.goal,
      startTime: this.startTimeMillis,
      tokensUsed: this.tokens,
      artifacts: [...this.artifacts],
      runId: this.runId,
      parentRunId: this.parentRunId,
    }
  }
}
