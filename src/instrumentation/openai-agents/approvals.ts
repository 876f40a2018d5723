/**
 * Approvals: a run pauses where a tool needs one, somebody approves or rejects the call on the run's state, and another
 * run goes on from there. A rejected call never runs, and no hook tells of it.
 */
import type { ToolCallInput } from '../../events/inputs.ts'
import { guarded } from '../../pipeline/observe/fault.ts'
import { isObject, readPath, readProperty } from '../../pipeline/observe/property.ts'
import type { AgentRun } from '../../pipeline/with-agent.ts'
import type { PatchedCall } from '../patches.ts'
import { recordDenial } from '../permission-events.ts'
import { callOfItem } from './asked-call.ts'
import { notesOfRun } from './run-notes.ts'
import { givenText } from '../given-text.ts'

type Decision = Pick<ToolCallInput, 'decision' | 'decidedByType' | 'decidedAt'>
type Pause = Pick<AgentRun, 'runId' | 'parentRunId'>

/** Owned by this file's functions: what is known by the context that a run and its resumptions share. */
interface Approvals {
  /** The run that waits. */
  paused: Pause | undefined
  readonly approved: Map<string, Decision>
  readonly rejected: Set<string>
}
const byContext = new WeakMap<object, Approvals>()

export function notePaused(context: unknown, { runId, parentRunId }: AgentRun): void {
  const approvals = approvalsOf(context)
  if (approvals !== undefined) approvals.paused = { runId, parentRunId }
}

/** `RunContext.prototype.approveTool`, through which `RunState.prototype.approve` goes. */
export function approveTool(call: PatchedCall): unknown {
  const result = call.proceed()
  guarded('noting an approval', () => {
    const { callId } = callOfItem(call.args[0])
    if (callId === undefined) return
    const decision: Decision = { decision: 'Allow', decidedByType: deciderType(), decidedAt: Date.now() }
    approvalsOf(call.self)?.approved.set(callId, decision)
  })
  return result
}

/** `RunContext.prototype.rejectTool`, through which `RunState.prototype.reject` goes. */
export function rejectTool(call: PatchedCall): unknown {
  const result = call.proceed()
  guarded('recording a rejection', () => {
    const [item, options] = call.args
    const approvals = approvalsOf(call.self)
    reject(approvals, item, { decidedByType: deciderType(), reason: givenText(readProperty(options, 'message')) })
  })
  return result
}

/** What was decided of a call that is about to run; nothing where nobody was asked. */
export function approvalOf(context: unknown, agent: unknown, toolName: string, callId: string | undefined): Decision {
  if (callId === undefined) return {}
  const noted = approvalsOf(context)?.approved.get(callId)
  if (noted !== undefined) return noted
  // Approved in another process, in the run around, or once for all calls.
  const isApproved = readProperty(context, 'isToolApproved')
  const approved: unknown =
    typeof isApproved === 'function' && Reflect.apply(isApproved, context, [{ toolName, callId, agent }])
  return approved === true ? { decision: 'Allow', decidedByType: 'user' } : {}
}

/** Calls of tools that were rejected once for all. */
export function noteStickyRejections(context: unknown, items: unknown): void {
  const isApproved = readProperty(context, 'isToolApproved')
  if (!Array.isArray(items) || typeof isApproved !== 'function') return
  for (const item of items.filter(isObject)) {
    if (readProperty(item, 'type') !== 'tool_call_item') continue
    const { toolName, callId } = callOfItem(item)
    if (callId === undefined) continue
    const agent = readProperty(item, 'agent')
    const approved: unknown = Reflect.apply(isApproved, context, [{ toolName, callId, agent }])
    if (approved === false) reject(approvalsOf(context), item, { decidedByType: 'user', reason: undefined })
  }
}

function reject(
  approvals: Approvals | undefined,
  item: unknown,
  { decidedByType, reason }: { decidedByType: ToolCallInput['decidedByType']; reason: string | undefined },
): void {
  const call = callOfItem(item)
  const key = call.callId ?? ''
  if (approvals?.rejected.has(key) === true || isRejectedAround(key)) return
  approvals?.rejected.add(key)
  recordDenial({
    ...call,
    actorId: givenText(readPath(item, ['agent', 'name'])),
    decidedByType,
    decisionReason: reason,
    decidedAt: Date.now(),
    // A person decides while nothing runs.
    ...(notesOfRun() === undefined && approvals?.paused),
  })
}

/** A nested run that goes on has a copy of its context: where the call was rejected is that of a run around. */
function isRejectedAround(callId: string): boolean {
  for (let notes = notesOfRun()?.around; notes !== undefined; notes = notes.around) {
    if (approvalsOf(notes.context)?.rejected.has(callId) === true) return true
  }
  return false
}

/** In a run it is a function of the application's that decides, else whoever it asked while the run was paused. */
function deciderType(): 'rule' | 'user' {
  return notesOfRun() === undefined ? 'user' : 'rule'
}

function approvalsOf(context: unknown): Approvals | undefined {
  if (!isObject(context)) return undefined
  const known = byContext.get(context)
  if (known !== undefined) return known
  const created: Approvals = { paused: undefined, approved: new Map(), rejected: new Set() }
  byContext.set(context, created)
  return created
}
