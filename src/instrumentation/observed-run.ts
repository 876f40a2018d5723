/** A run of an agent that an SDK tells of by callbacks, possibly from outside of the run's own asynchronous context. */
import { runInAuditContext, currentAuditContext } from '../pipeline/audit-context.ts'
import { withoutClaims } from '../pipeline/observe/call-claim.ts'
import type { CallOutcome } from '../pipeline/observe/outcome.ts'
import { ActiveRun } from '../pipeline/with-agent.ts'
import type { AgentOptions, AgentRun } from '../pipeline/with-agent.ts'

/** Where the SDK has a function that runs the agent, `withAgent` around that is all it takes; this is for the others. */
export interface ObservedRun extends AgentRun {
  /** Everything that `step` logs, at once or later, belongs to this run; runs begun inside are nested in it. */
  enter<T>(step: () => T): T
  /** Ends once: what is told later is ignored. A cancellation is what `failureOf` takes for one. */
  end(outcome: CallOutcome): void
}

/**
 * Records the start of a run. Its parent is the run around, unless `parent` says another.
 * @throws KansaError `KANSA_NOT_RECORDED` where the logger's `onFailure` refuses it
 */
export function startRun(options: AgentOptions, parent?: ObservedRun): ObservedRun {
  const begin = (): RunOfSdk => new RunOfSdk(options)
  return parent === undefined ? begin() : parent.enter(begin)
}

class RunOfSdk implements ObservedRun {
  private readonly run: ActiveRun
  private ended = false

  constructor(options: AgentOptions) {
    this.run = new ActiveRun(options)
    this.run.forgetSignal()
    this.run.begin()
  }

  get runId(): string {
    return this.run.runId
  }

  get parentRunId(): string | undefined {
    return this.run.parentRunId
  }

  get signal(): AbortSignal | undefined {
    return this.run.signal
  }

  get tokensUsed(): number {
    return this.run.tokensUsed
  }

  readonly addTokens = (count: number): void => this.run.addTokens(count)
  readonly addArtifact = (name: string): void => this.run.addArtifact(name)
  readonly progress: AgentRun['progress'] = fields => this.run.progress(fields)

  enter<T>(step: () => T): T {
    return withoutClaims(() => this.run.enter(step))
  }

  end(outcome: CallOutcome): void {
    if (this.ended) return
    this.ended = true
    this.run.end(outcome)
  }
}

/** A callback of an SDK, made to run where it was registered: what it logs belongs to the run of that place. */
export function boundToRun<Args extends unknown[], T>(callback: (...args: Args) => T): (...args: Args) => T {
  const context = currentAuditContext()
  return (...args) => runInAuditContext(context, () => callback(...args))
}
