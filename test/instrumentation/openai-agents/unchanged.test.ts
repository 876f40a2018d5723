import { expect } from 'chai'
import type { RunStreamEvent, RunToolApprovalItem } from '@openai/agents'
import { OPENAI_AGENTS } from '../../../src/instrumentation/openai-agents/openai-agents-sdk.ts'
import type { ModelServer } from '../../support/model-server.ts'
import { auditing } from '../support/audited.ts'
import { useModelServer } from '../support/set-up.ts'
import { ATTACHED, COPIES, errorOf, runnerOf, weatherOf } from './support.ts'
import type { Copy } from './support.ts'

interface Use {
  readonly name: string
  /** What the application gets to see of it. */
  readonly use: (copy: Copy, server: ModelServer) => Promise<unknown>
}

const agentOf = (copy: Copy, model = 'm', needsApproval = false) =>
  new copy.agents.Agent({ name: 'a', model, tools: [weatherOf(copy, { needsApproval })] })

const USES: readonly Use[] = [
  {
    name: 'a run',
    use: async (copy, server) => {
      const result = await runnerOf(copy, server).run(agentOf(copy), 'x')
      expect(result).to.be.instanceOf(copy.agents.RunResult)
      return { output: result.finalOutput, history: result.history, usage: result.state.usage }
    },
  },
  {
    name: 'a run that streams',
    use: async (copy, server) => {
      const result = await runnerOf(copy, server).run(agentOf(copy), 'x', { stream: true })
      const events: RunStreamEvent['type'][] = []
      for await (const event of result) events.push(event.type)
      return { events, output: result.finalOutput, history: result.history, keys: Object.keys(result) }
    },
  },
  {
    name: 'a text stream',
    use: async (copy, server) => {
      const result = await runnerOf(copy, server).run(agentOf(copy), 'x', { stream: true })
      let text = ''
      for await (const piece of result.toTextStream()) text += piece
      return text
    },
  },
  {
    name: 'the hooks of a runner and an agent',
    use: async (copy, server) => {
      const runner = runnerOf(copy, server)
      const agent = agentOf(copy)
      const heard: unknown[] = []
      for (const hook of ['agent_start', 'agent_tool_start', 'agent_tool_end', 'agent_end'] as const) {
        runner.on(hook, (...args: unknown[]) => heard.push([hook, args.length]))
        agent.on(hook, (...args: unknown[]) => heard.push([hook, args.length]))
      }
      await runner.run(agent, 'x')
      return heard
    },
  },
  {
    name: 'an approval and a rejection',
    use: async (copy, server) => {
      const runner = runnerOf(copy, server)
      const paused = await runner.run(agentOf(copy, 'two-tools', true), 'x')
      const [first, second] = paused.interruptions as [RunToolApprovalItem, RunToolApprovalItem]
      paused.state.approve(first)
      paused.state.reject(second, { message: 'not that one' })
      const { history } = await runner.run(agentOf(copy, 'two-tools', true), paused.state)
      return history
    },
  },
  {
    name: 'a failure',
    use: async (copy, server) => shown(await errorOf(runnerOf(copy, server).run(agentOf(copy, 'fail-400'), 'x'))),
  },
  {
    name: 'a failure of a stream',
    use: async (copy, server) => {
      const result = await runnerOf(copy, server).run(agentOf(copy, 'fail-400'), 'x', { stream: true })
      return shown(await errorOf(result.completed))
    },
  },
  {
    name: 'too many turns',
    use: async (copy, server) => shown(await errorOf(runnerOf(copy, server).run(agentOf(copy), 'x', { maxTurns: 1 }))),
  },
  {
    name: 'a serialised state',
    use: async (copy, server) => {
      const { state } = await runnerOf(copy, server).run(agentOf(copy), 'x')
      // A trace has an id of its own.
      return { ...(JSON.parse(JSON.stringify(state)) as object), trace: undefined }
    },
  },
]

function shown(error: unknown): unknown {
  const { constructor, message } = error as Error
  return { name: constructor.name, message, keys: Object.keys(error as object) }
}

for (const copy of COPIES) {
  describe(`openai-agents, ${copy.name}: to the application everything is as without an audit:`, () => {
    const server = useModelServer()

    async function seen(use: Use['use']): Promise<object> {
      server.clear()
      const result = await use(copy, server)
      return { result, requests: server.requests.map(({ path, raw }) => ({ path, raw })) }
    }

    for (const { name, use } of USES) {
      it(name, async () => {
        const without = await seen(use)
        const audited = auditing(OPENAI_AGENTS, ...ATTACHED)
        try {
          expect(await seen(use)).to.deep.equal(without)
          expect(audited.runs()).to.not.be.empty
        } finally {
          await audited.stop()
        }
      })
    }

    it('a detached instrumentation leaves the very methods that were there', async () => {
      const { Runner, RunContext, OpenAIResponsesModel } = copy.agents
      const prototypes = { run: Runner, emit: Runner, approveTool: RunContext, getResponse: OpenAIResponsesModel }
      const methods = (): unknown[] =>
        Object.entries(prototypes).map(([name, { prototype }]): unknown => Reflect.get(prototype, name))
      const before = methods()
      const audited = auditing(OPENAI_AGENTS, ...ATTACHED)
      const during = methods()
      await audited.stop()

      expect(during.filter((method, index) => method === before[index])).to.be.empty
      expect(methods().every((method, index) => method === before[index])).to.equal(true)
      expect(Object.hasOwn(Runner.prototype, 'emit')).to.equal(false)
      await runnerOf(copy, server).run(agentOf(copy), 'x')
      expect(audited.runs()).to.be.empty
    })
  })
}
