/** The agent loop: ask the model, run the tools it calls, give it the results, until it answers. One call is one run. */
import { withAgent } from 'kansa'
import type { ChatMessage } from './chat-wire.ts'
import type { AssistantMessage, ModelClient } from './model-client.ts'
import type { TokenBudget } from './token-budget.ts'
import type { ToolRouter } from './tool-router.ts'
import { stringArgument } from './tools.ts'
import type { Tool } from './tools.ts'

export interface Agent {
  readonly name: string
  readonly instructions: string
  readonly tools: readonly Tool[]
  /** Shows the answer while it is being written. */
  readonly streams?: boolean
  /** Gets a tool to hand work to this agent, which does it in a run of its own. */
  readonly helper?: Agent
}

/** What the runtime tells whoever watches it. */
export type RuntimeStep =
  | { type: 'text'; agent: string; text: string }
  | { type: 'asks'; agent: string; tool: string; args: string }
  | { type: 'result'; tool: string; success: boolean; result: string }
  | { type: 'note'; agent: string; text: string }

export interface RuntimeParts {
  readonly model: ModelClient
  readonly router: ToolRouter
  readonly budget: TokenBudget
  /** Waited for: the run goes on when the step was shown. */
  readonly observe: (step: RuntimeStep) => Promise<void>
}

const MAX_TURNS = 30

export class AgentRuntime {
  private readonly parts: RuntimeParts

  constructor(parts: RuntimeParts) {
    this.parts = parts
  }

  /**
   * The agent's answer to `task`.
   * @throws AbortError when `signal` is aborted, BudgetExceeded, ModelError; the run is recorded as cancelled or failed.
   */
  run(agent: Agent, task: string, signal: AbortSignal): Promise<string> {
    // Everything that is recorded inside carries this run's id; the run of a helper names this one as its parent.
    return withAgent({ agentName: agent.name, goal: task, signal }, async () => {
      const tools = agent.helper === undefined ? agent.tools : [...agent.tools, this.delegateTo(agent.helper)]
      const messages: ChatMessage[] = [
        { role: 'system', content: agent.instructions },
        { role: 'user', content: task },
      ]
      let warned = false
      for (let turn = 0; turn < MAX_TURNS; turn += 1) {
        const message = await this.ask(agent, tools, messages, signal)
        messages.push(message)
        const calls = message.tool_calls ?? []
        if (calls.length === 0) return message.content ?? ''
        for (const call of calls) {
          const { name: tool, arguments: args } = call.function
          await this.parts.observe({ type: 'asks', agent: agent.name, tool, args })
          const { result, success } = await this.parts.router.run(call, tools, signal)
          await this.parts.observe({ type: 'result', tool, success, result })
          messages.push({ role: 'tool', tool_call_id: call.id, content: result })
        }
        if (!warned && this.parts.budget.nearlySpent) {
          warned = true
          messages.push({ role: 'user', content: await this.warnOfBudget(agent.name) })
        }
      }
      throw new Error(`${agent.name} has no answer after ${MAX_TURNS} turns`)
    })
  }

  private async ask(
    agent: Agent,
    tools: readonly Tool[],
    messages: ChatMessage[],
    signal: AbortSignal,
  ): Promise<AssistantMessage> {
    const { model, budget, observe } = this.parts
    const showText = (text: string): Promise<void> => observe({ type: 'text', agent: agent.name, text })
    budget.check(agent.name)
    const answer =
      agent.streams === true
        ? await model.stream(messages, tools, signal, showText)
        : await model.complete(messages, tools, signal)
    budget.spend(answer.usage?.total_tokens ?? 0, `model call of ${agent.name}`)
    if (agent.streams !== true && answer.message.content) await showText(answer.message.content)
    return answer.message
  }

  private async warnOfBudget(agent: string): Promise<string> {
    const { spent, limit } = this.parts.budget
    const text = `Token budget nearly spent: ${spent} of ${limit}.`
    await this.parts.observe({ type: 'note', agent, text })
    return `${text} Give your final answer now, without further tool calls.`
  }

  private delegateTo(helper: Agent): Tool {
    return {
      name: 'delegate',
      description: `Hands a small task to ${helper.name}, another agent, and returns its answer.`,
      parameters: { type: 'object', properties: { task: { type: 'string' } }, required: ['task'] },
      run: (args, { signal }) => this.run(helper, stringArgument(args, 'task'), signal),
    }
  }
}
