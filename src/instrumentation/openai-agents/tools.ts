/** Tools that the runner runs, as its hooks tell of them. Hosted tools run at the provider, and no hook tells of those. */
import { guarded } from '../../pipeline/observe/fault.ts'
import { readProperty } from '../../pipeline/observe/property.ts'
import type { CallOutcome } from '../../pipeline/observe/outcome.ts'
import type { ToolCall } from '../../pipeline/observe/tool-call.ts'
import { startToolCall } from '../observed-calls.ts'
import type { PatchedCall } from '../patches.ts'
import { approvalOf } from './approvals.ts'
import { callIdOf, parametersOf } from './asked-call.ts'
import { notesOfRun, settleDoubts } from './run-notes.ts'
import type { OpenTool, RunNotes } from './run-notes.ts'
import { givenText } from '../given-text.ts'

/** How the SDK's own `errorFunction` begins: the tool threw, and the model is told so. */
const FAILED = 'An error occurred while running the tool.'
const LOOKS_FAILED = /^\w*Error\b/

/** @throws KansaError `KANSA_NOT_RECORDED` when the tool must not run: the runner then fails with it */
export function startTool(context: unknown, agent: unknown, tool: unknown, details: unknown): void {
  const started = guarded('starting a tool', () => {
    const asked = readProperty(details, 'toolCall')
    const callId = callIdOf(asked)
    const notes = notesOfRun()
    if (notes !== undefined) settleDoubts(notes)
    const toolName = nameOf(tool, asked)
    const parameters = parametersOf(asked)
    const actorId = givenText(readProperty(agent, 'name'))
    const decided = guarded('reading an approval', () => approvalOf(context, agent, toolName, callId))
    const call = startToolCall({ toolName, callId, parameters, actorId, ...decided })
    if (callId !== undefined) notes?.tools.set(callId, { name: toolName, parameters, call })
    return call
  })
  started?.begin()
}

export function endTool(output: unknown, details: unknown): void {
  guarded('ending a tool', () => {
    const callId = callIdOf(readProperty(details, 'toolCall'))
    const notes = notesOfRun()
    const open = callId === undefined ? undefined : notes?.tools.get(callId)
    if (notes === undefined || callId === undefined || open === undefined) return
    notes.tools.delete(callId)
    settleDoubts(notes)
    if (typeof output === 'string' && LOOKS_FAILED.test(output)) notes.doubtful = { call: open.call, output }
    else open.call.end(outcomeOf(output))
  })
}

/** @param error what the run failed with: tools that are still running end with it */
export function failTools(notes: RunNotes, error: unknown): void {
  const { doubtful } = notes
  const thrown = readProperty(error, 'error') ?? error
  if (doubtful !== undefined && (doubtful.output === String(thrown) || doubtful.output === String(error))) {
    notes.doubtful = undefined
    doubtful.call.end({ kind: 'threw', error: thrown })
  }
  for (const { call } of notes.tools.values()) call.end({ kind: 'threw', error: thrown })
  notes.tools.clear()
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
  const running = [...(notesOfRun()?.tools.values() ?? [])].filter(tool => tool.name.endsWith(name))
  return (running.find(tool => hasArguments(tool, args)) ?? running[0])?.call
}

function hasArguments({ parameters }: OpenTool, args: unknown): boolean {
  if (typeof parameters !== 'string') return false
  return JSON.stringify(guarded('reading arguments', (): unknown => JSON.parse(parameters))) === JSON.stringify(args)
}

function outcomeOf(output: unknown): CallOutcome {
  if (typeof output !== 'string' || !output.startsWith(FAILED)) return { kind: 'returned', value: output }
  const message = output.replace(/^.*?Error: /s, '')
  return { kind: 'threw', error: { name: 'tool_error', message } }
}

function nameOf(tool: unknown, asked: unknown): string {
  const names = [readProperty(tool, 'name'), readProperty(asked, 'name'), readProperty(asked, 'type')]
  return names.map(givenText).find(name => name !== undefined) ?? 'tool'
}
