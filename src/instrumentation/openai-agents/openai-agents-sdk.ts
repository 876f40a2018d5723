/**
 * `@openai/agents`: runs, the calls of their models and tools, handoffs, approvals and guardrails. Attached to the runner,
 * the run's context and the models, not to the SDK's tracing: that is off in many programs, and says less.
 */
import { guarded } from '../../pipeline/observe/fault.ts'
import { hasMethods, isObject, readProperty } from '../../pipeline/observe/property.ts'
import type { Patches } from '../patches.ts'
import type { Sdk, VersionRange } from '../sdk.ts'
import { approveTool, rejectTool } from './approvals.ts'
import { ModelAudit } from './model-audit.ts'
import { runAgent } from './runs.ts'
import { ToolGuardrails } from './tool-guardrails.ts'
import { callMcpTool, endTool, startTool } from './tools.ts'
import { notesOfRun } from './run-notes.ts'

const RANGE: VersionRange = { from: '0.8.0', below: '1.0.0' }
/** The first passes on what the others have: an application may import any of them. */
const NAMES = ['@openai/agents', '@openai/agents-core', '@openai/agents-openai'] as const
const MODELS = ['OpenAIResponsesModel', 'OpenAIChatCompletionsModel']
const MCP_SERVERS = ['MCPServerStdio', 'MCPServerStreamableHttp', 'MCPServerSSE']

export const OPENAI_AGENTS: Sdk = {
  name: 'openai-agents',
  packages: NAMES.map(name => ({ name, range: RANGE, attach })),
}

/** `exported`: the exports of one of the packages. */
function attach(exported: unknown, patches: Patches): void {
  const models = new ModelAudit(patches)
  const modelClasses = MODELS.map(name => prototypeOf(exported, name)).filter(isObject)
  for (const prototype of modelClasses) models.auditClass(prototype)
  const runner = prototypeOf(exported, 'Runner')
  if (isObject(runner)) attachToRunner(exported, runner, models, patches)
  else if (modelClasses.length === 0) throw new TypeError('there is no Runner')
}

function attachToRunner(exported: unknown, runner: object, models: ModelAudit, patches: Patches): void {
  const guardrails = new ToolGuardrails(patches)
  patches.method(runner, 'run', call => {
    const [agent, input] = call.args
    guarded('finding models', () => models.auditRunner(call.self, agent))
    // A state that is resumed starts no agent.
    guarded('finding guardrails', () => guardrails.watch(readProperty(input, '_currentAgent')))
    return runAgent(call)
  })
  // Everything that the hooks of an application hear.
  patches.method(runner, 'emit', call => {
    const [event, context, agent, other, ...rest] = call.args
    if (event === 'agent_tool_start') startTool(context, agent, other, rest[0])
    else if (event === 'agent_tool_end') endTool(other, rest[0], rest[1])
    else if (event === 'agent_start') guarded('finding models', () => startTurns(agent, models, guardrails))
    else if (event === 'agent_handoff') guarded('recording a handoff', () => handOff(agent, other))
    return call.proceed()
  })
  const context = prototypeOf(exported, 'RunContext')
  patches.method(context, 'approveTool', approveTool)
  patches.method(context, 'rejectTool', rejectTool)
  for (const name of MCP_SERVERS) {
    const server = prototypeOf(exported, name)
    if (!isObject(server)) continue
    patches.method(server, 'callTool', callMcpTool)
    // What versions that have it call instead where an application wants more of a result than its content.
    if (hasMethods(server, 'callToolResult')) patches.method(server, 'callToolResult', callMcpTool)
  }
}

function startTurns(agent: unknown, models: ModelAudit, guardrails: ToolGuardrails): void {
  guardrails.watch(agent)
  models.audit(readProperty(agent, 'model'))
  const name = readProperty(agent, 'name')
  const notes = notesOfRun()
  if (notes !== undefined && typeof name === 'string') notes.actor = name
}

function handOff(from: unknown, to: unknown): void {
  const name = readProperty(to, 'name')
  const notes = notesOfRun()
  if (notes === undefined || typeof name !== 'string') return
  notes.actor = name
  notes.run.progress({ actorId: name, labels: { handoff_from: String(readProperty(from, 'name')), handoff_to: name } })
}

function prototypeOf(exported: unknown, name: string): unknown {
  return readProperty(readProperty(exported, name), 'prototype')
}
