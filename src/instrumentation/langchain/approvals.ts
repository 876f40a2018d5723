/**
 * Decisions of people about tool calls: an agent's middleware pauses the graph with the calls that need one, and reads the
 * decisions when it is resumed.
 */
import { currentAuditContext } from '../../pipeline/audit-context.ts'
import { guarded } from '../../pipeline/observe/fault.ts'
import { readData, readDataPath, readPath, readProperty } from '../../pipeline/observe/property.ts'
import { observeSettling } from '../../pipeline/observe/settling.ts'
import type { ToolRequest } from '../observed-calls.ts'
import { recordDenial, recordPermissionRequest } from '../permission-events.ts'
import type { PatchedCall, Patches } from '../patches.ts'
import { givenText } from '../given-text.ts'

type Approval = Pick<ToolRequest, 'decision' | 'decidedByType' | 'decidedAt' | 'decisionReason' | 'policyName'>

// Keyed by the run in which it was approved, which is the one that makes the call; call ids are unique only there.
const approvals = new WeakMap<object, Map<string, Approval>>()

/** What was decided about a call of the run around. */
export function approvalOf(callId: string | undefined): Approval | undefined {
  const run = currentAuditContext()?.run
  return run === undefined || callId === undefined ? undefined : approvals.get(run)?.get(callId)
}

/** @param prototype of the nodes that run a middleware's hooks */
export function attachToApprovals(prototype: unknown, patches: Patches): void {
  patches.method(prototype, 'invokeMiddleware', call => {
    const asked = guarded('reading tool calls', () => askedCalls(call.args[0])) ?? []
    const result = call.proceed()
    const middleware = givenText(readPath(call.self, ['middleware', 'name']))
    observeSettling(result, {
      ended: false,
      fulfilled: update => guarded('reading decisions', () => noteDecisions(call, asked, update, middleware)),
      rejected: error => guarded('reading an interrupt', () => noteQuestion(asked, error, middleware)),
    })
    return result
  })
}

interface AskedCall {
  readonly id: string
  readonly name: string
  readonly args: unknown
}

/** What the model asks for in its last message, before the middleware changes that. */
function askedCalls(state: unknown): readonly AskedCall[] {
  const messages = readData(state, 'messages')
  const last: unknown = Array.isArray(messages)
    ? messages.findLast((message: unknown) => Array.isArray(readProperty(message, 'tool_calls')))
    : undefined
  return callsIn(last)
}

function callsIn(message: unknown): readonly AskedCall[] {
  const calls = readProperty(message, 'tool_calls')
  if (!Array.isArray(calls)) return []
  return calls.flatMap((call: unknown) => {
    const [id, name] = [readData(call, 'id'), readData(call, 'name')]
    return typeof id === 'string' && typeof name === 'string' ? [{ id, name, args: readData(call, 'args') }] : []
  })
}

/** The graph pauses: somebody is to decide. */
function noteQuestion(asked: readonly AskedCall[], error: unknown, policyName: string | undefined): void {
  const interrupts = readData(error, 'interrupts')
  if (!Array.isArray(interrupts)) return
  for (const request of interrupts.flatMap((each: unknown) => readDataPath(each, ['value', 'actionRequests']) ?? [])) {
    const tool = givenText(readData(request, 'name')) ?? 'unknown'
    const call = asked.find(({ name, args }) => name === tool && args === readData(request, 'args'))
    recordPermissionRequest({ toolName: tool, callId: call?.id, parameters: readData(request, 'args'), policyName })
  }
}

function noteDecisions(
  { args }: PatchedCall,
  asked: readonly AskedCall[],
  update: unknown,
  policyName: string | undefined,
): void {
  const decisions = currentDecisions(args[1])
  const messages = readData(update, 'messages')
  const run = currentAuditContext()?.run
  if (!Array.isArray(decisions) || !Array.isArray(messages)) return
  const refused = new Set(messages.map((message: unknown) => readData(message, 'tool_call_id')))
  for (const [index, call] of decidedCalls(asked, callsIn(messages[0]), decisions).entries()) {
    const reason = givenText(readData(decisions[index], 'message'))
    const isDenied = refused.has(call.id)
    const isEdited = readData(decisions[index], 'type') === 'edit'
    const decision: Approval = {
      decision: isDenied ? 'Deny' : 'Allow',
      decidedByType: 'user',
      decidedAt: Date.now(),
      decisionReason: reason ?? (isEdited ? 'with other arguments' : undefined),
      policyName,
    }
    if (isDenied) recordDenial({ ...decision, toolName: call.name, callId: call.id, parameters: call.args })
    else if (run !== undefined) approvals.set(run, (approvals.get(run) ?? new Map()).set(call.id, decision))
  }
}

/** What the graph was resumed with, at the place where the middleware reads it. */
function currentDecisions(config: unknown): unknown {
  const scratchpad = readPath(config, ['configurable', '__pregel_scratchpad'])
  const answers = readProperty(scratchpad, 'resume')
  const index = readProperty(scratchpad, 'interruptCounter')
  const answer: unknown = Array.isArray(answers) && typeof index === 'number' ? answers[index] : undefined
  return readData(answer, 'decisions')
}

/** The calls that the decisions are about, in their order. Those that need none come first in the middleware's message. */
function decidedCalls(
  asked: readonly AskedCall[],
  kept: readonly AskedCall[],
  decisions: readonly unknown[],
): readonly AskedCall[] {
  const undecided = new Set(kept.slice(0, asked.length - decisions.length).map(({ id }) => id))
  return asked.filter(({ id }) => !undecided.has(id))
}
