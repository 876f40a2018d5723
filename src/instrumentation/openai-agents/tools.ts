/** Tools that the runner runs, as its hooks tell of them. Hosted tools run at the provider, and no hook tells of those. */
import { isNamedAfter } from '../../pipeline/observe/call-claim.ts'
import { guarded } from '../../pipeline/observe/fault.ts'
import { readPath, readProperty } from '../../pipeline/observe/property.ts'
import type { CallOutcome } from '../../pipeline/observe/outcome.ts'
import type { ToolCall } from '../../pipeline/observe/tool-call.ts'
import { startToolCall } from '../observed-calls.ts'
import type { PatchedCall } from '../patches.ts'
import { approvalOf } from './approvals.ts'
import { callIdOf, parametersOf } from './asked-call.ts'
import { notesOfRun } from './run-notes.ts'
import type { OpenTool, RunNotes } from './run-notes.ts'
import { givenText } from '../given-text.ts'

/** How the SDK's own `errorFunction` begins: the tool threw, and the model is told so. */
const FAILED = 'An error occurred while running the tool.'
/** An error as text, as hooks tell of one that was thrown. */
const THROWN = /^(\w*(?:Error|Exception|Triggered))\b:? ?(.*)$/s
/** What hooks tell of a tool that was cancelled, since another one of its turn threw. */
const CANCELLED = 'aborted'
/** What the model is told of a tool that took longer than its `timeoutMs`. */
const TIMED_OUT = /^Tool '.*' timed out after \d+ms\.$/s

/** @throws KansaError `KANSA_NOT_RECORDED` when the tool must not run: the runner then fails with it */
export function startTool(context: unknown, agent: unknown, tool: unknown, details: unknown): void {
  const started = guarded('starting a tool', () => {
    const asked = readProperty(details, 'toolCall')
    const callId = callIdOf(asked)
    const notes = notesOfRun()
    if (notes !== undefined) notes.context = context
    if (callId !== undefined && notes?.stopped.has(callId) === true) return undefined
    const toolName = nameOf(tool, asked)
    const parameters = parametersOf(asked)
    const actorId = givenText(readProperty(agent, 'name'))
    const decided = guarded('reading an approval', () => approvalOf(context, agent, toolName, callId))
    const call = startToolCall({ toolName, callId, parameters, actorId, ...decided })
    if (callId !== undefined)
      notes?.tools.set(callId, { name: toolName, parameters, call, startedAt: performance.now() })
    return call
  })
  started?.begin()
}

export function endTool(tool: unknown, output: unknown, details: unknown): void {
  guarded('ending a tool', () => {
    const callId = callIdOf(readProperty(details, 'toolCall'))
    const notes = notesOfRun()
    const open = callId === undefined ? undefined : notes?.tools.get(callId)
    if (notes === undefined || callId === undefined || open === undefined) return
    notes.tools.delete(callId)
    const { call, startedAt } = open
    if (typeof output !== 'string' || !(output === CANCELLED || THROWN.test(output))) {
      return call.end(outcomeOf(tool, output))
    }
    // Which it was is seen when the model is asked again, or the run ends.
    call.tell({ durationMs: Math.round(performance.now() - startedAt) })
    notes.doubtful.push({ call, output })
  })
}

/** @param error what the run failed with: tools that are still running end with it */
export function failTools(notes: RunNotes, error: unknown): void {
  const thrown = readProperty(error, 'error') ?? error
  const isOfTool = readPath(error, ['constructor', 'name']) === 'ToolCallError'
  for (const { call, output } of notes.doubtful.splice(0)) {
    if (output === String(thrown) || output === String(error)) call.end({ kind: 'threw', error: thrown })
    // One throws first; what the others of its turn say is no answer to anybody either.
    else call.end(isOfTool ? failureIn(output) : { kind: 'returned', value: output })
  }
  for (const { call } of notes.tools.values()) call.end({ kind: 'threw', error: thrown })
  notes.tools.clear()
}

function failureIn(output: string): CallOutcome {
  if (output === CANCELLED) return { kind: 'streamed', aborted: true }
  const [, name = 'tool_error', message = output] = THROWN.exec(output) ?? []
  return { kind: 'threw', error: { name, message } }
}

/** A tool of an MCP server, asked through the SDK's own client: its call is the one that the runner is about to make. */
export function callMcpTool(call: PatchedCall): unknown {
  const [name, args] = call.args
  const open = guarded('finding a tool call', () => runningTool(name, args))
  if (open === undefined) return call.proceed()
  const toolServer = givenText(readProperty(call.self, 'name'))
  if (toolServer !== undefined) open.tell({ toolServer })
  return open.enter(() => call.proceed())
}

function runningTool(name: unknown, args: unknown): ToolCall | undefined {
  if (typeof name !== 'string') return undefined
  const running = [...(notesOfRun()?.tools.values() ?? [])].filter(tool => isNamedAfter(tool.name, name))
  return (running.find(tool => hasArguments(tool, args)) ?? running[0])?.call
}

function hasArguments({ parameters }: OpenTool, args: unknown): boolean {
  if (typeof parameters !== 'string') return false
  return JSON.stringify(guarded('reading arguments', (): unknown => JSON.parse(parameters))) === JSON.stringify(args)
}

function outcomeOf(tool: unknown, output: unknown): CallOutcome {
  if (typeof output === 'string' && TIMED_OUT.test(output) && readProperty(tool, 'timeoutMs') !== undefined) {
    return { kind: 'threw', error: { name: 'TimeoutError', message: output } }
  }
  if (typeof output !== 'string' || !output.startsWith(FAILED)) return { kind: 'returned', value: output }
  const message = output.replace(/^.*?Error: /s, '')
  return { kind: 'threw', error: { name: 'tool_error', message } }
}

function nameOf(tool: unknown, asked: unknown): string {
  const names = [readProperty(tool, 'name'), readProperty(asked, 'name'), readProperty(asked, 'type')]
  return names.map(givenText).find(name => name !== undefined) ?? 'tool'
}
