/** What is kept of a run of the runner while it goes on. Its calls and hooks find it by the run they are made in. */
import { currentAuditContext } from '../../pipeline/audit-context.ts'
import type { ModelCall } from '../../pipeline/observe/model-call.ts'
import type { CallOutcome } from '../../pipeline/observe/outcome.ts'
import type { ToolCall } from '../../pipeline/observe/tool-call.ts'
import type { AgentRun } from '../../pipeline/with-agent.ts'

/** Owned by the run; every field is changed by what its hooks tell. */
export interface RunNotes {
  readonly run: AgentRun
  /** Of the run in whose tool this one is nested. */
  readonly around: RunNotes | undefined
  /** What the run and its resumptions share, as the latest hook of a tool told it. */
  context: unknown
  /** The agent at work: handoffs change it. */
  actor: string | undefined
  /** Tools that are running, by call id. */
  readonly tools: Map<string, OpenTool>
  /** Ids of calls that runs nested in this one wait for: they are recorded. */
  readonly asked: Set<string>
  /** Ids of calls that a guardrail has stopped: they are recorded. */
  readonly stopped: Set<string>
  /** Tools of one turn whose output reads like an error: they failed where the run fails with that error. */
  readonly doubtful: { readonly call: ToolCall; readonly output: string }[]
  /** A model call that failed, and that the runner may yet try again. */
  failedCall: { readonly call: ModelCall; readonly input: unknown; readonly outcome: CallOutcome } | undefined
}

export interface OpenTool {
  readonly name: string
  readonly parameters: unknown
  readonly call: ToolCall
  readonly startedAt: number
}

// By the run's scope, which is what the audit context holds.
const notes = new WeakMap<object, RunNotes>()

/** To be called in the run. */
export function beginNotes(run: AgentRun, around: RunNotes | undefined): RunNotes {
  const created: RunNotes = {
    run,
    around,
    context: undefined,
    actor: undefined,
    tools: new Map(),
    asked: new Set(),
    stopped: new Set(),
    doubtful: [],
    failedCall: undefined,
  }
  const scope = currentAuditContext()?.run
  if (scope !== undefined) notes.set(scope, created)
  return created
}

/** Of the run around. */
export function notesOfRun(): RunNotes | undefined {
  const run = currentAuditContext()?.run
  return run === undefined ? undefined : notes.get(run)
}

/** The run goes on, so what was in doubt was no failure of the run. */
export function settleDoubts(noted: RunNotes): void {
  const { failedCall } = noted
  noted.failedCall = undefined
  for (const { call, output } of noted.doubtful.splice(0)) call.end({ kind: 'returned', value: output })
  failedCall?.call.end(failedCall.outcome)
}
