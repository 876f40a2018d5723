/**
 * Tools that the agent's process runs: asked for, allowed or denied, run. Hooks tell of it, and messages where they do not.
 * A result that is an error can be that of a tool that was denied: whether it was, is known in the end by the query's result.
 */
import type { ToolCallInput } from '../../events/inputs.ts'
import { guarded } from '../../pipeline/observe/fault.ts'
import { textOfContent } from '../../pipeline/observe/model-text.ts'
import type { CallOutcome } from '../../pipeline/observe/outcome.ts'
import { readData, readDataPath } from '../../pipeline/observe/property.ts'
import { startToolCall } from '../observed-calls.ts'
import { recordDenial, recordDenialFinding, recordPermissionRequest } from '../permission-events.ts'
import type { AgentTree, Task } from './agent-tree.ts'
import { allowedBy, decisionOfHook, decisionOfCallback, denialOf, modeOf } from './permissions.ts'
import type { Decision } from './permissions.ts'
import { failureOf, failureWith, serverOf, verdictOf } from './tool-facts.ts'
import type { ToolUse } from './tool-facts.ts'
import { givenText } from '../given-text.ts'

/** What the tool that begins a subagent was and is called. */
const TASK_TOOLS: ReadonlySet<string> = new Set(['Task', 'Agent'])

export class ToolUses {
  private readonly agents: AgentTree
  // By id, in the order in which they were asked for. Owned by this object, and gone with the query.
  private readonly uses = new Map<string, ToolUse>()

  constructor(agents: AgentTree) {
    this.agents = agents
  }

  /** The oldest running tool use that begins such a subagent, and has not yet. Some that begin belong to none. */
  oldestTask(started: unknown, linked: ReadonlyMap<string, unknown>): Task | undefined {
    const type = readData(started, 'agent_type')
    return [...this.uses.values()].find(({ id, name, input, state }) => {
      const wanted = readData(input, 'subagent_type') ?? type
      return TASK_TOOLS.has(name) && state === 'open' && wanted === type && !linked.has(id)
    })
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
        this.requested(this.unaskedUseOf(input), input)
        break
      case 'PermissionDenied': {
        // It is told of this one's denials only.
        const decision = denialOf({ decision_reason_type: 'classifier', reason: readData(input, 'reason') })
        this.deny(givenText(readData(input, 'tool_use_id')), input, decision)
      }
    }
    return {}
  }

  /** The application's `canUseTool` is asked: before hooks tell of it, and in versions that tell of it by no hook. */
  asked([name, input, context]: readonly unknown[]): void {
    const told = { tool_name: name, tool_input: input, tool_use_id: readData(context, 'toolUseID') }
    this.requested(this.useOf(told), told)
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
    const results = blocks.filter(block => readData(block, 'type') === 'tool_result')
    return results.flatMap(block => this.resulted(block, readData(message, 'tool_result_meta')))
  }

  /** The prompt's result is there. @param denials as it lists them */
  settle(denials: unknown): void {
    const denied: unknown[] = Array.isArray(denials) ? denials : []
    for (const each of denied) this.deny(givenText(readData(each, 'tool_use_id')), each, denialOf(each))
    for (const use of this.uses.values()) if (use.failure !== undefined) this.finish(use, failureWith(use.failure.text))
  }

  /** What is still running ends as the query does. */
  end(outcome: CallOutcome): void {
    this.settle(undefined)
    for (const use of this.uses.values()) {
      if (use.call === undefined) continue
      const isOver = outcome.kind === 'returned'
      this.finish(use, isOver ? failureWith('it never ended') : outcome)
    }
  }

  private begin(input: unknown): object {
    const id = givenText(readData(input, 'tool_use_id'))
    const name = givenText(readData(input, 'tool_name'))
    if (id === undefined || name === undefined) return {}
    // Hooks of the application's may have been asked before ours, and messages may be read before hooks are heard.
    const known = this.uses.get(id)
    if (known !== undefined && (known.call !== undefined || known.state !== 'open')) return {}
    // Older versions say which subagent uses it in the message alone.
    const told = this.agents.runOf(input)
    const run = told === this.agents.root ? (known?.run ?? told) : told
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
      isAsked: known?.isAsked ?? false,
      failure: undefined,
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
    this.uses.set(id, untold({ id, name, input, run: this.agents.runOf(told), state: 'open' }))
  }

  private resulted(block: unknown, meta: unknown): readonly string[] {
    const use = this.uses.get(givenText(readData(block, 'tool_use_id')) ?? '')
    if (use === undefined) return []
    const text = textOfContent(readData(block, 'content'))
    if (readData(block, 'is_error') !== true) this.finish(use, { kind: 'returned', value: text })
    else if (use.state === 'open') this.failed(use, text, meta)
    return [use.id]
  }

  /** No hook told of its end: it failed, or never ran. */
  private failed(use: ToolUse, text: string, meta: unknown): void {
    use.failure ??= { text, millis: Date.now() }
    const verdict = verdictOf(meta, use.id)
    if (verdict === 'cancelled') this.finish(use, failureWith(text, 'AbortError'))
    else if (verdict !== undefined) this.deny(use.id, { message: text }, verdict)
  }

  /** @param told by the hook of its end, which is told only of tools that have run */
  private finish(use: ToolUse | undefined, outcome: CallOutcome, told?: unknown): void {
    if (use === undefined || use.state !== 'open') return
    use.state = 'ended'
    const durationMs = readData(told, 'duration_ms')
    const { name, id, input, run, mode, failure } = use
    const call = use.call ?? run.enter(() => startToolCall({ toolName: name, callId: id, parameters: input }))
    const hasRun = told !== undefined || outcome.kind === 'returned'
    const facts: Partial<ToolCallInput> = { ...(use.decision ?? (hasRun ? allowedBy(mode) : {})) }
    if (typeof durationMs === 'number' && Number.isSafeInteger(durationMs) && durationMs >= 0)
      facts.durationMs = durationMs
    else if (use.call === undefined || failure !== undefined)
      facts.durationMs = (failure?.millis ?? Date.now()) - use.startMillis
    // Hooks and `canUseTool` may have changed what it is given.
    const parameters = readData(told, 'tool_input')
    if (parameters !== undefined) facts.parameters = parameters
    use.input = use.failure = undefined
    call.tell(facts)
    guarded('recording a tool call', () => call.end(outcome))
  }

  /** Once for each use. */
  private requested(use: ToolUse | undefined, told: unknown): void {
    if (use?.isAsked === true) return
    if (use !== undefined) use.isAsked = true
    const toolName = use?.name ?? givenText(readData(told, 'tool_name')) ?? 'tool'
    const callId = use?.id ?? givenText(readData(told, 'tool_use_id'))
    const run = use?.run ?? this.agents.runOf(told)
    run.enter(() => recordPermissionRequest({ toolName, callId }))
  }

  private deny(id: string | undefined, told: unknown, decision: Decision): void {
    const known = id === undefined ? undefined : this.uses.get(id)
    if (known?.state === 'denied') return
    const toolName = known?.name ?? givenText(readData(told, 'tool_name')) ?? 'tool'
    const parameters = known?.input ?? readData(told, 'tool_input')
    const run = known?.run ?? this.agents.runOf(told)
    const { text, millis } = known?.failure ?? {}
    const why = { decisionReason: decision.decisionReason ?? text, decidedAt: millis ?? decision.decidedAt }
    const when = millis === undefined ? {} : { executionTime: millis }
    const toolServer = serverOf(toolName, told)
    const call = { ...decision, ...why, ...when, toolName, callId: id, parameters, toolServer }
    const wasEnded = known?.state === 'ended'
    if (known !== undefined) {
      known.state = 'denied'
      known.failure = undefined
    } else if (id !== undefined) {
      this.uses.set(id, untold({ id, name: toolName, input: parameters, run, state: 'denied' }))
    }
    run.enter(() => (wasEnded ? recordDenialFinding(call) : recordDenial(call)))
  }

  /** By its id; a request for permission has none, so by its name and input. */
  private useOf(told: unknown): ToolUse | undefined {
    const id = givenText(readData(told, 'tool_use_id'))
    return id === undefined ? this.likely(told).find(({ state }) => state === 'open') : this.uses.get(id)
  }

  /** The use that a hook without an id asks about: it may come when the question is answered already. */
  private unaskedUseOf(told: unknown): ToolUse | undefined {
    const likely = this.likely(told)
    return likely.find(({ state, isAsked }) => state === 'open' && !isAsked) ?? likely.findLast(use => use.isAsked)
  }

  private likely(told: unknown): readonly ToolUse[] {
    const name = readData(told, 'tool_name')
    const input = JSON.stringify(readData(told, 'tool_input'))
    return [...this.uses.values()].filter(use => use.name === name && JSON.stringify(use.input) === input)
  }
}

function untold(use: Pick<ToolUse, 'id' | 'name' | 'input' | 'run' | 'state'>): ToolUse {
  const rest = { call: undefined, mode: undefined, decision: undefined, failure: undefined, isAsked: false }
  return { ...use, ...rest, startMillis: Date.now() }
}
