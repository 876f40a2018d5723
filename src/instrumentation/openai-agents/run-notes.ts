/** What is kept of a run of the runner while it goes on. Its calls and hooks find it by the run they are made in. */
import { currentAuditContext } from '../../pipeline/audit-context.ts'
import type { ModelCall } from '../../pipeline/observe/model-call.ts'
import type { CallOutcome } from '../../pipeline/observe/outcome.ts'
import type { ToolCall } from '../../pipeline/observe/tool-call.ts'
import type { AgentRun } from '../../pipeline/with-agent.ts'

/** Owned by the run; every field is changed by what its hooks tell. */
export interface RunNotes {
  readonly run: AgentRun
  /** The agent at work: handoffs change it. */
  actor: string | undefined
  /** Tools that are running, by call id. */
  readonly tools: Map<string, OpenTool>
  /** A tool whose output reads like an error: it failed where the run fails with that error. */
  doubtful: { readonly call: ToolCall; readonly output: string } | undefined
  /** A model call that failed, and that the runner may yet try again. */
  failedCall: { readonly call: ModelCall; readonly input: unknown; readonly outcome: CallOutcome } | undefined
}

export interface OpenTool {
  readonly name: string
  readonly parameters: unknown
  readonly call: ToolCall
}

// By the run's scope, which is what the audit context holds.
const notes = new WeakMap<object, RunNotes>()

/** To be called in the run. */
export function beginNotes(run: AgentRun): RunNotes {
  const created: RunNotes = { run, actor: undefined, tools: new Map(), doubtful: undefined, failedCall: undefined }
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
  const { doubtful, failedCall } = noted
  noted.doubtful = undefined
  noted.failedCall = undefined
  doubtful?.call.end({ kind: 'returned', value: doubtful.output })
  failedCall?.call.end(failedCall.outcome)
}
