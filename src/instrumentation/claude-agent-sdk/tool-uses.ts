/** Tools that the agent's process runs: asked for, allowed or denied, run. Hooks tell of it, and messages where they do not. */
import type { ToolCallInput } from '../../events/inputs.ts'
import { guarded } from '../../pipeline/observe/fault.ts'
import { textOfContent } from '../../pipeline/observe/model-text.ts'
import type { CallOutcome } from '../../pipeline/observe/outcome.ts'
import { readData, readDataPath } from '../../pipeline/observe/property.ts'
import type { ToolCall } from '../../pipeline/observe/tool-call.ts'
import { startToolCall } from '../observed-calls.ts'
import type { ObservedRun } from '../observed-run.ts'
import { recordDenial, recordDenialFinding, recordPermissionRequest } from '../permission-events.ts'
import type { AgentTree, Task } from './agent-tree.ts'
import { allowedBy, decisionOfHook, decisionOfCallback, denialOf, modeOf } from './permissions.ts'
import type { Decision } from './permissions.ts'
import { givenText } from '../given-text.ts'

/** What the tool that begins a subagent was and is called. */
const TASK_TOOLS: ReadonlySet<string> = new Set(['Task', 'Agent'])

interface ToolUse {
  readonly id: string
  readonly name: string
  /** Until it has run: what tools are given can be large. */
  input: unknown
  readonly run: ObservedRun
  readonly startMillis: number
  /** Absent where no hook told of it. */
  readonly call: ToolCall | undefined
  readonly mode: string | undefined
  decision: Decision | undefined
  /** `open` until it has run or was denied. */
  state: 'open' | 'ended' | 'denied'
}

export class ToolUses {
  private readonly agents: AgentTree
  // By id, in the order in which they were asked for. Owned by this object, and gone with the query.
  private readonly uses = new Map<string, ToolUse>()

  constructor(agents: AgentTree) {
    this.agents = agents
  }

  /** The oldest running tool use that begins a subagent, and has not yet. */
  oldestTask(linked: ReadonlyMap<string, unknown>): Task | undefined {
    return [...this.uses.values()].find(
      ({ id, name, state }) => TASK_TOOLS.has(name) && state === 'open' && !linked.has(id),
    )
  }

  /** What our hook answers: nothing, or that the tool must not run. */
  heard(input: unknown): object {
    const use = this.uses.get(givenText(readData(input, 'tool_use_id')) ?? '')
    switch (readData(input, 'hook_event_name')) {
      case 'PreToolUse':
        return this.begin(input)
      case 'PostToolUse':
        this.finish(use, { kind: 'returned', value: readData(input, 'tool_response') }, input)
        break
      case 'PostToolUseFailure':
        this.finish(use, failureOf(input), input)
        break
      case 'PermissionRequest':
        this.asked(input)
        break
      case 'PermissionDenied':
        this.deny(givenText(readData(input, 'tool_use_id')), input, { ...denialOf(input), decidedByType: 'rule' })
    }
    return {}
  }

  /** What a hook of the application's says. */
  answered(input: unknown, output: unknown): void {
    const decision = decisionOfHook(output)
    if (decision === undefined) return
    const id = givenText(readData(input, 'tool_use_id'))
    if (id !== undefined) this.met(input, id, givenText(readData(input, 'tool_name')), readData(input, 'tool_input'))
    const use = this.useOf(input)
    if (decision.decision === 'Deny') this.deny(use?.id ?? id, input, decision)
    else if (use !== undefined) use.decision = decision
  }

  /** What the application's `canUseTool` says. */
  decided([name, input, context]: readonly unknown[], result: unknown): void {
    const told = { tool_name: name, tool_input: input, tool_use_id: readData(context, 'toolUseID') }
    const decision = decisionOfCallback(result)
    const use = this.useOf(told)
    if (decision?.decision === 'Deny') this.deny(use?.id ?? givenText(told.tool_use_id), told, decision)
    else if (use !== undefined) use.decision = decision
  }

  /** The ids of tool uses whose result is in the message. */
  read(message: unknown): readonly string[] {
    if (readData(message, 'type') === 'system' && readData(message, 'subtype') === 'permission_denied') {
      this.deny(givenText(readData(message, 'tool_use_id')), message, denialOf(message))
    }
    const content = readDataPath(message, ['message', 'content'])
    const blocks: unknown[] = Array.isArray(content) ? content : []
    for (const block of blocks) {
      if (readData(block, 'type') !== 'tool_use') continue
      this.met(message, givenText(readData(block, 'id')), givenText(readData(block, 'name')), readData(block, 'input'))
    }
    return blocks.flatMap(block => (readData(block, 'type') === 'tool_result' ? this.resulted(block) : []))
  }

  /** @param denials as the result lists them */
  denied(denials: unknown): void {
    if (!Array.isArray(denials)) return
    for (const each of denials) this.deny(givenText(readData(each, 'tool_use_id')), each, denialOf(each))
  }

  /** What is still running ends as the query does. */
  end(outcome: CallOutcome): void {
    for (const use of this.uses.values()) {
      if (use.call === undefined) continue
      const isOver = outcome.kind === 'returned'
      this.finish(use, isOver ? { kind: 'threw', error: { name: 'tool_error', message: 'it never ended' } } : outcome)
    }
  }

  private begin(input: unknown): object {
    const id = givenText(readData(input, 'tool_use_id'))
    const name = givenText(readData(input, 'tool_name'))
    if (id === undefined || name === undefined) return {}
    // Hooks of the application's may have been asked before ours, and messages may be read before hooks are heard.
    const known = this.uses.get(id)
    if (known !== undefined && (known.call !== undefined || known.state !== 'open')) return {}
    const run = this.agents.runOf(input)
    const parameters = readData(input, 'tool_input')
    const call = run.enter(() =>
      startToolCall({ toolName: name, callId: id, parameters, toolServer: serverOf(name, input) }),
    )
    const mode = modeOf(input)
    const use: ToolUse = {
      id,
      name,
      input: parameters,
      run,
      startMillis: Date.now(),
      call,
      mode,
      decision: known?.decision,
      state: 'open',
    }
    this.uses.set(id, use)
    try {
      run.enter(() => call.begin())
    } catch (refusal) {
      // The one answer that keeps the process from running it.
      use.state = 'denied'
      call.end({ kind: 'refused', error: refusal })
      const permissionDecisionReason = refusal instanceof Error ? refusal.message : String(refusal)
      return {
        hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'deny', permissionDecisionReason },
      }
    }
    return {}
  }

  /** A tool use in a message of the model, or in a hook of the application's: mostly ours tells of it as well. */
  private met(told: unknown, id: string | undefined, name: string | undefined, input: unknown): void {
    if (id === undefined || name === undefined || this.uses.has(id)) return
    const run = this.agents.runOf(told)
    const rest = { call: undefined, mode: undefined, decision: undefined, state: 'open' } as const
    this.uses.set(id, { id, name, input, run, startMillis: Date.now(), ...rest })
  }

  private resulted(block: unknown): readonly string[] {
    const use = this.uses.get(givenText(readData(block, 'tool_use_id')) ?? '')
    if (use === undefined) return []
    const content = readData(block, 'content')
    const failed = readData(block, 'is_error') === true
    const error = { name: 'tool_error', message: textOfContent(content) }
    this.finish(use, failed ? { kind: 'threw', error } : { kind: 'returned', value: textOfContent(content) })
    return [use.id]
  }

  private finish(use: ToolUse | undefined, outcome: CallOutcome, told?: unknown): void {
    if (use === undefined || use.state !== 'open') return
    use.state = 'ended'
    const durationMs = readData(told, 'duration_ms')
    const { name, id, input, run, mode } = use
    const call = use.call ?? run.enter(() => startToolCall({ toolName: name, callId: id, parameters: input }))
    const facts: Partial<ToolCallInput> = { ...(use.decision ?? allowedBy(mode)) }
    if (typeof durationMs === 'number' && Number.isSafeInteger(durationMs) && durationMs >= 0)
      facts.durationMs = durationMs
    else if (use.call === undefined) facts.durationMs = Date.now() - use.startMillis
    use.input = undefined
    call.tell(facts)
    guarded('recording a tool call', () => call.end(outcome))
  }

  private asked(input: unknown): void {
    const use = this.useOf(input)
    const toolName = givenText(readData(input, 'tool_name')) ?? 'tool'
    const run = use?.run ?? this.agents.runOf(input)
    run.enter(() => recordPermissionRequest({ toolName, callId: use?.id }))
  }

  private deny(id: string | undefined, told: unknown, decision: Decision): void {
    const known = id === undefined ? undefined : this.uses.get(id)
    if (known?.state === 'denied') return
    const toolName = known?.name ?? givenText(readData(told, 'tool_name')) ?? 'tool'
    const parameters = known?.input ?? readData(told, 'tool_input')
    const run = known?.run ?? this.agents.runOf(told)
    const call = { ...decision, toolName, callId: id, parameters, toolServer: serverOf(toolName, told) }
    const wasEnded = known?.state === 'ended'
    if (known !== undefined) known.state = 'denied'
    else if (id !== undefined) {
      const rest = { call: undefined, mode: undefined, decision, state: 'denied' } as const
      this.uses.set(id, { id, name: toolName, input: parameters, run, startMillis: Date.now(), ...rest })
    }
    run.enter(() => (wasEnded ? recordDenialFinding(call) : recordDenial(call)))
  }

  /** By its id; a request for permission has none, so by its name and input. */
  private useOf(told: unknown): ToolUse | undefined {
    const id = givenText(readData(told, 'tool_use_id'))
    if (id !== undefined) return this.uses.get(id)
    const name = readData(told, 'tool_name')
    const input = JSON.stringify(readData(told, 'tool_input'))
    return [...this.uses.values()].find(
      use => use.state === 'open' && use.name === name && JSON.stringify(use.input) === input,
    )
  }
}

function failureOf(input: unknown): CallOutcome {
  const message = givenText(readData(input, 'error')) ?? 'tool_error'
  const name = readData(input, 'is_interrupt') === true ? 'AbortError' : 'tool_error'
  return { kind: 'threw', error: { name, message } }
}

/** Tools of MCP servers are called `mcp__server__tool`. */
function serverOf(name: string, told: unknown): string | undefined {
  return givenText(readDataPath(told, ['mcp_server', 'name'])) ?? /^mcp__(.+?)__/.exec(name)?.[1]
}
