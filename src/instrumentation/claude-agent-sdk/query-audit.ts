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
import { forgiveLateAnswers } from './late-answers.ts'
import { MessageCalls } from './message-calls.ts'
import { heardPrompts } from './prompts.ts'
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
  /** There were tasks that may go on by themselves: the agent is asked again, and answers, when one is done. */
  private hasTasks = false
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
      asked: args => this.tools?.asked(args),
      decided: (args, result) => this.tools?.decided(args, result),
    })
    return { ...(isObject(params) ? params : {}), options }
  }

  /**
   * Makes the query, and watches it.
   * @param makeQuery of a prompt that is the given one, or a stream of the same prompts
   * @throws KansaError `KANSA_NOT_RECORDED` when the run must not start
   */
  run(prompt: unknown, makeQuery: (prompt: unknown) => unknown): unknown {
    const root = this.begin(prompt)
    const heard = guarded('hearing prompts', () => heardPrompts(prompt, text => this.calls?.prompted(text))) ?? prompt
    let query: unknown
    try {
      // The process's messages, and tools that run in this one, are handled in what is begun here.
      query = root.enter(() => makeQuery(heard))
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
    forgiveLateAnswers(query)
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
        this.beginSubagent(input, agents, tools)
        return {}
      case 'Stop':
        this.hasTasks ||= isFilled(readData(input, 'background_tasks')) || isFilled(readData(input, 'session_crons'))
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

  private beginSubagent(started: unknown, agents: AgentTree, tools: ToolUses): void {
    const task = tools.oldestTask(started, agents.linkedTasks)
    const run = agents.begin(started, task)
    if (run !== undefined) this.calls?.begin(run, givenText(readData(task?.input, 'prompt')) ?? '')
  }

  private read(message: unknown): void {
    if (!isObject(message) || this.seen.has(message)) return
    this.seen.add(message)
    const type = readData(message, 'type')
    const subtype = type === 'system' ? readData(message, 'subtype') : undefined
    if (subtype === 'init') noteOwnTools(readData(message, 'tools'))
    if (subtype === 'task_started' || subtype === 'background_tasks_changed') this.hasTasks = true
    if (subtype === 'task_started') this.agents?.announce(message)
    this.calls?.read(message)
    for (const task of this.tools?.read(message) ?? []) {
      const run = this.agents?.answer(task)
      if (run !== undefined) this.endSubagent(run, () => this.agents?.endAnswered(run))
    }
    const ended = subtype === 'task_notification' ? this.agents?.noticed(message) : undefined
    if (ended !== undefined) this.endSubagent(ended.run, () => ended.run.end(ended.outcome))
    if (type === 'assistant' && this.agents?.runOf(message) === this.agents?.root) this.outcome = undefined
    if (type === 'result') this.finish(message)
  }

  /** Its calls are recorded before its end. */
  private endSubagent(run: ObservedRun, end: () => void): void {
    this.calls?.flush(run)
    end()
  }

  private finish(result: unknown): void {
    const { agents, calls } = this
    if (agents === undefined || calls === undefined) return
    calls.finish(result)
    const soFar = agents.root.tokensUsed + calls.openTokens
    agents.root.addTokens(Math.max(0, resultTokens(result, calls.countedSinceResult(), soFar)))
    this.tools?.settle(readData(result, 'permission_denials'))
    this.outcome = this.interrupted ? CANCELLED : resultOutcome(result)
    this.interrupted = false
    if (!this.hasOnePrompt) agents.root.progress()
    // Else it ends with its messages.
    else if (!this.hasTasks) this.end(this.outcome)
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

function isFilled(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0
}

/** Those of MCP servers: what the agent has built in is not the application's. */
function noteOwnTools(tools: unknown): void {
  if (!Array.isArray(tools)) return
  noteTools(
    NAME,
    tools.filter((name: unknown) => typeof name === 'string' && name.startsWith('mcp__')),
  )
}
