import { expect } from 'chai'
import { OPENAI_AGENTS } from '../../../src/instrumentation/openai-agents/openai-agents-sdk.ts'
import { auditing } from '../support/audited.ts'
import { useAudited, useModelServer } from '../support/set-up.ts'
import { ATTACHED, COPIES, errorOf, runnerOf, weatherOf } from './support.ts'

const RUNS = 100

for (const copy of COPIES) {
  const { agents } = copy
  const { Agent } = agents

  describe(`openai-agents, ${copy.name}: a run`, () => {
    const audited = useAudited(() => auditing(OPENAI_AGENTS, ...ATTACHED))
    const server = useModelServer()

    const statuses = (): unknown[] => audited.runs().map(({ agent_name, status }) => [agent_name, status])

    it('is recorded with its calls, tools and tokens', async () => {
      const agent = new Agent({ name: 'forecaster', model: 'm', tools: [weatherOf(copy)] })
      await runnerOf(copy, server).run(agent, 'Weather in Paris?')

      expect(statuses()).to.deep.equal([
        ['forecaster', 'Started'],
        ['forecaster', 'Completed'],
      ])
      expect(audited.runs()[1]).to.include({ goal: 'Weather in Paris?', tokens_used: 36 })
      const [run] = audited.events('AgentExecution')
      for (const kind of ['ApiCall', 'ToolCall'] as const) {
        for (const event of audited.events(kind)) expect(event).to.include({ run_id: run?.run_id })
      }
      expect(audited.calls()).to.have.length(2)
      expect(audited.tools()).to.have.length(1)
    })

    it('that streams ends when its work has, not when its promise settles', async () => {
      const agent = new Agent({ name: 'forecaster', model: 'm', tools: [weatherOf(copy)] })
      const stream = await runnerOf(copy, server).run(agent, 'x', { stream: true })
      expect(statuses()).to.deep.equal([['forecaster', 'Started']])
      await stream.completed

      expect(statuses().at(-1)).to.deep.equal(['forecaster', 'Completed'])
      expect(audited.runs()[1]).to.include({ tokens_used: 36 })
      expect(stream.finalOutput).to.equal('hello')
    })

    it('that fails is a failed one, with the error of the SDK', async () => {
      const agent = new Agent({ name: 'failing', model: 'fail-400' })
      const error = await errorOf(runnerOf(copy, server).run(agent, 'x'))

      expect(error).to.include({ status: 400 })
      expect(audited.runs().at(-1)).to.include({ status: 'Failed', error_type: '400' })
      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.include({ error_type: '400', status_code: 400 })
    })

    it('that streams and fails is a failed one', async () => {
      const agent = new Agent({ name: 'failing', model: 'fail-400' })
      const stream = await runnerOf(copy, server).run(agent, 'x', { stream: true })
      await errorOf(stream.completed)

      expect(audited.runs().at(-1)).to.include({ status: 'Failed', error_type: '400' })
    })

    it('of too many turns is a failed one', async () => {
      const agent = new Agent({ name: 'looping', model: 'm', tools: [weatherOf(copy)] })
      const error = await errorOf(runnerOf(copy, server).run(agent, 'x', { maxTurns: 1 }))

      expect(error).to.be.instanceOf(agents.MaxTurnsExceededError)
      expect(audited.runs().at(-1)).to.include({ status: 'Failed', error_type: 'MaxTurnsExceededError' })
    })

    it('that is aborted is a cancelled one', async () => {
      const abort = new AbortController()
      const agent = new Agent({ name: 'slow', model: 'hang' })
      const running = runnerOf(copy, server).run(agent, 'x', { signal: abort.signal })
      setTimeout(() => abort.abort(), 20)
      await errorOf(running)

      expect(audited.runs().at(-1)).to.include({ status: 'Cancelled' })
      expect(audited.calls()[0]).to.include({ error_type: 'cancelled' })
    })

    it('whose stream is left early is a cancelled one', async () => {
      const agent = new Agent({ name: 'slow', model: 'drip-5' })
      const stream = await runnerOf(copy, server).run(agent, 'x', { stream: true })
      for await (const _ of stream) break
      await errorOf(stream.completed)
      await new Promise(resolve => setTimeout(resolve, 30))

      expect(audited.runs().at(-1)).to.include({ status: 'Cancelled' })
      expect(audited.calls()).to.have.length(1)
    })

    it('of an agent that is a tool is nested in the run that calls it', async () => {
      const inner = new Agent({ name: 'inner', model: 'm-inner' })
      const tool = inner.asTool({ toolName: 'ask_inner', toolDescription: 'x' })
      // The model server answers with a city, which is no input of such a tool.
      const wanted = {
        ...tool,
        invoke: (context: never, _: string, details: never) => tool.invoke(context, '{"input":"hi"}', details),
      }
      const outer = new Agent({ name: 'outer', model: 'm', tools: [wanted as never] })
      await runnerOf(copy, server).run(outer, 'x')

      const [started, nested] = audited.events('AgentExecution')
      expect(statuses()).to.deep.equal([
        ['outer', 'Started'],
        ['inner', 'Started'],
        ['inner', 'Completed'],
        ['outer', 'Completed'],
      ])
      expect(nested).to.include({ parent_run_id: started?.run_id })
      const call = audited
        .events('ApiCall')
        .find(({ event_type }) => (event_type.data as { model: string }).model === 'm-inner')
      expect(call).to.include({ run_id: nested?.run_id })
      expect(audited.tools()[0]).to.include({ tool_name: 'ask_inner', call_id: 'call_1', output_preview: 'hello' })
    })

    it('that is handed to another agent goes on, and says whose work the rest is', async () => {
      const second = new Agent({ name: 'second', model: 'm-second' })
      const first = new Agent({ name: 'first', model: 'm', handoffs: [second] })
      const { finalOutput } = await runnerOf(copy, server).run(first, 'x')

      expect(finalOutput).to.equal('hello')
      expect(statuses()).to.deep.equal([
        ['first', 'Started'],
        ['first', 'Running'],
        ['first', 'Completed'],
      ])
      const [, handoff] = audited.events('AgentExecution')
      expect(handoff?.actor_id).to.equal('second')
      expect(handoff?.labels).to.deep.equal({ handoff_from: 'first', handoff_to: 'second' })
      expect(audited.events('ApiCall').map(({ actor_id }) => actor_id)).to.deep.equal(['first', 'second'])
    })
  })
}

describe('openai-agents: runs at once', () => {
  const [copy] = COPIES
  const { Agent } = copy.agents
  const audited = useAudited(() => auditing(OPENAI_AGENTS, ...ATTACHED))
  const server = useModelServer()

  it(`have exactly their own calls, tools and tokens: ${RUNS} of them`, async () => {
    const runner = runnerOf(copy, server)
    await Promise.all(
      Array.from({ length: RUNS }, async (_, index) => {
        const agent = new Agent({ name: `agent-${index}`, model: `model-${index}`, tools: [weatherOf(copy)] })
        const options = { stream: index % 2 === 0 } as { stream: true }
        await (await runner.run(agent, 'x', options)).completed
      }),
    )

    const runs = new Map(audited.events('AgentExecution').map(({ run_id, actor_id }) => [run_id, actor_id]))
    expect(runs.size).to.equal(RUNS)
    expect(audited.calls()).to.have.length(2 * RUNS)
    expect(audited.tools()).to.have.length(RUNS)
    for (const { run_id, event_type } of audited.events('ApiCall')) {
      expect(event_type.data).to.include({ model: runs.get(run_id)?.replace('agent', 'model') })
    }
    for (const { run_id, actor_id } of audited.events('ToolCall')) expect(actor_id).to.equal(runs.get(run_id))
    const completed = audited.runs().filter(({ status }) => status === 'Completed')
    expect(new Set(completed.map(({ tokens_used }) => tokens_used))).to.deep.equal(new Set([36]))
    expect(completed).to.have.length(RUNS)
  })
})
