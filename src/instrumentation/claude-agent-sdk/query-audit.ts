/** One query from its start to its result, and what its subagents do. */
import { guarded } from '../../pipeline/observe/fault.ts'
import { observeIterator, observeIteratorsOf } from '../../pipeline/observe/iterator.ts'
import { shadowMethod } from '../../pipeline/observe/method.ts'
import { Observation } from '../../pipeline/observe/outcome.ts'
import type { CallOutcome } from '../../pipeline/observe/outcome.ts'
import { isObject, readData, readPath, readProperty } from '../../pipeline/observe/property.ts'
import { startRun } from '../observed-run.ts'
import type { ObservedRun } from '../observed-run.ts'
import { noteTools } from '../tool-registry.ts'
import { AgentTree } from './agent-tree.ts'
import { withHooks } from './injected-hooks.ts'
import { MessageCalls } from './message-calls.ts'
import { ToolUses } from './tool-uses.ts'
import { resultOutcome, resultTokens } from './results.ts'
import { givenText } from '../given-text.ts'

const NAME = 'claude-agent-sdk'
const MAX_GOAL_CHARACTERS = 200
const RETURNED: CallOutcome = { kind: 'returned', value: undefined }
const CANCELLED: CallOutcome = { kind: 'streamed', aborted: true }

export class QueryAudit {
  private readonly options: unknown
  private agents: AgentTree | undefined
  private tools: ToolUses | undefined
  private calls: MessageCalls | undefined
  /** One prompt has one result; a stream of prompts one for each. */
  private hasOnePrompt = true
  private interrupted = false
  /** What the latest result says; nothing before there is one, and while the agent answers the next prompt. */
  private outcome: CallOutcome | undefined
  /** The agent has said its last word, though nobody may have read the result. */
  private hasStopped = false
  // The query and the iterator inside of it give the same messages.
  private readonly seen = new WeakSet<object>()

  constructor(options: unknown) {
    this.options = options
  }

  /** The parameters as the SDK gets them; the caller's own stay as they are. */
  audited(params: unknown): object {
    const options = withHooks(readProperty(params, 'options'), {
      heard: input => this.heard(input),
      answered: (input, output) => this.tools?.answered(input, output),
      decided: (args, result) => this.tools?.decided(args, result),
    })
    return { ...(isObject(params) ? params : {}), options }
  }

  /**
   * Makes the query, and watches it.
   * @throws KansaError `KANSA_NOT_RECORDED` when the run must not start
   */
  run(prompt: unknown, makeQuery: () => unknown): unknown {
    const root = this.begin(prompt)
    let query: unknown
    try {
      // The process's messages, and tools that run in this one, are handled in what is begun here.
      query = root.enter(makeQuery)
    } catch (error) {
      root.end({ kind: 'threw', error })
      throw error
    }
    guarded('watching a query', () => this.watch(query, root))
    return query
  }

  private begin(prompt: unknown): ObservedRun {
    const signal = readPath(this.options, ['abortController', 'signal'])
    const text = typeof prompt === 'string' ? prompt : ''
    this.hasOnePrompt = typeof prompt === 'string'
    const root = startRun({
      agentName: givenText(readProperty(this.options, 'agent')) ?? 'claude',
      goal: text.slice(0, MAX_GOAL_CHARACTERS),
      signal: signal instanceof AbortSignal ? signal : undefined,
    })
    const agents = new AgentTree(root)
    this.agents = agents
    this.tools = new ToolUses(agents)
    this.calls = new MessageCalls(agents, this.options, text)
    return root
  }

  private watch(query: unknown, root: ObservedRun): void {
    if (!isObject(query)) return
    const observation = new Observation({
      chunk: message => this.read(message),
      end: outcome => this.end(outcome),
      enter: step => root.enter(step),
    })
    observeIterator(query, observation)
    observeIteratorsOf(query, Symbol.asyncIterator, observation)
    observation.await({ kind: 'dropped' })
    shadowMethod(query, 'interrupt', (original, args) => {
      this.interrupted = true
      return original(args)
    })
    shadowMethod(query, 'close', (original, args) => {
      const result = original(args)
      observation.end(CANCELLED)
      return result
    })
  }

  private heard(input: unknown): object {
    const { agents, tools } = this
    if (agents === undefined || tools === undefined) return {}
    switch (readData(input, 'hook_event_name')) {
      case 'SubagentStart':
        agents.begin(input, tools.oldestTask(agents.linkedTasks))
        return {}
      case 'Stop':
        this.hasStopped = true
        return {}
      case 'SubagentStop':
        agents.stop(givenText(readData(input, 'agent_id')))
        return {}
      default:
        this.hasStopped = false
        return tools.heard(input)
    }
  }

  private read(message: unknown): void {
    if (!isObject(message) || this.seen.has(message)) return
    this.seen.add(message)
    const type = readData(message, 'type')
    if (type === 'system' && readData(message, 'subtype') === 'init') noteOwnTools(readData(message, 'tools'))
    this.calls?.read(message)
    for (const task of this.tools?.read(message) ?? []) {
      this.calls?.flush(this.agents?.runOf({ parent_tool_use_id: task }))
      this.agents?.answer(task)
    }
    if (type === 'assistant') this.outcome = undefined
    if (type === 'result') this.finish(message)
  }

  private finish(result: unknown): void {
    const { agents, calls } = this
    calls?.flush()
    if (agents === undefined || calls === undefined) return
    agents.root.addTokens(Math.max(0, resultTokens(result, calls.countedSinceResult(), agents.root.tokensUsed)))
    this.tools?.denied(readData(result, 'permission_denials'))
    this.outcome = this.interrupted ? CANCELLED : resultOutcome(result)
    this.interrupted = false
    if (this.hasOnePrompt) this.end(this.outcome)
    else agents.root.progress()
  }

  /** Whoever leaves before there is a result has stopped the agent. */
  private end(outcome: CallOutcome): void {
    // The class of the SDK's own error has another name in each version.
    const aborted = readPath(this.options, ['abortController', 'signal', 'aborted']) === true
    const stopped = aborted || outcome.kind === 'streamed' || outcome.kind === 'dropped'
    const last = stopped ? (this.outcome ?? (this.hasStopped && !aborted ? RETURNED : CANCELLED)) : outcome
    this.calls?.flush()
    this.tools?.end(last)
    this.agents?.endAll(last)
  }
}

/** Those of MCP servers: what the agent has built in is not the application's. */
function noteOwnTools(tools: unknown): void {
  if (!Array.isArray(tools)) return
  noteTools(
    NAME,
    tools.filter((name: unknown) => typeof name === 'string' && name.startsWith('mcp__')),
  )
}
