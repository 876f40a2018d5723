import { expect } from 'chai'
import { z } from 'zod'
import { withAgent } from '../../../src/pipeline/with-agent.ts'
import { useAudited, useModelServer } from '../support/set-up.ts'
import { auditingBoth, COPIES, itemsOf, modelOf, QUESTION, reasonOf, weatherTool } from './support.ts'
import type { Modules } from './support.ts'

const RUNS = 100

for (const { name, modules } of COPIES) {
  describe(`langchain, ${name}: a run`, () => {
    const audited = useAudited(auditingBoth)
    const server = useModelServer()

    const statuses = (): string[] => audited.runs().map(({ agent_name, status }) => `${agent_name} ${status}`)
    const agentOf = (agent: string, model = 'm') =>
      modules.langchain.createAgent({
        name: agent,
        model: modelOf(modules, { ...server, model }),
        tools: [weatherTool(modules)],
      })

    it('of an agent has its goal, tokens, calls and tools', async () => {
      await agentOf('helper').invoke(QUESTION)

      expect(statuses()).to.deep.equal(['helper Started', 'helper Completed'])
      expect(audited.runs()[1]).to.include({ goal: 'Will it rain?', tokens_used: 36 })
      const events = [...audited.events('ApiCall'), ...audited.events('ToolCall'), ...audited.events('AgentExecution')]
      expect(events).to.have.length(5)
      expect(new Set(events.map(({ run_id }) => run_id))).to.have.length(1)
    })

    for (const streamMode of ['values', 'updates', 'messages'] as const) {
      it(`of an agent that streams ${streamMode} is one run, with each call once`, async () => {
        await itemsOf(await agentOf('helper').stream(QUESTION, { streamMode }))

        expect(statuses()).to.deep.equal(['helper Started', 'helper Completed'])
        expect(audited.runs()[1]).to.include({ tokens_used: 36 })
        expect(audited.calls()).to.have.length(2)
        for (const call of audited.calls()) expect(call).to.include({ attempts: 1, status_code: 200 })
      })
    }

    it('whose stream becomes the body of a response ends as well', async () => {
      const stream = await agentOf('helper').stream(QUESTION, { encoding: 'text/event-stream' })
      await new Response(stream).text()
      expect(statuses()).to.deep.equal(['helper Started', 'helper Completed'])
    })

    it('whose events are streamed is one run', async () => {
      await itemsOf(agentOf('helper').streamEvents(QUESTION, { version: 'v2' }))

      expect(statuses()).to.deep.equal(['helper Started', 'helper Completed'])
      expect(audited.calls()).to.have.length(2)
    })

    it('of an agent that is asked by a tool has its own name, whatever the tool hands on to it', async () => {
      const inner = agentOf('inner')
      const ask = modules.tools.tool(async (_, config) => (await inner.invoke(QUESTION, config)).messages.length, {
        name: 'ask',
        description: 'asks somebody',
        schema: z.object({ city: z.string() }),
      })
      const model = modelOf(modules, server)
      await modules.langchain.createAgent({ name: 'outer', model, tools: [ask] }).invoke(QUESTION)
      await ask.invoke({ type: 'tool_call', id: 'call', name: 'ask', args: { city: 'Rome' } })
      expect(statuses()).to.deep.equal([
        'outer Started',
        'inner Started',
        'inner Completed',
        'outer Completed',
        'inner Started',
        'inner Completed',
      ])
    })

    it('that fails is a failed one', async () => {
      expect(await reasonOf(agentOf('helper', 'fail-400').invoke(QUESTION))).to.be.instanceOf(Error)
      expect(statuses()).to.deep.equal(['helper Started', 'helper Failed'])
      expect(audited.runs()[1]).to.include({ error_type: '400' })
    })

    it('of an agent inside of a tool of another one is nested in it', async () => {
      const inner = agentOf('inner')
      const delegate = weatherTool(modules, async () => (await inner.invoke(QUESTION)).messages.at(-1)?.text)
      const outer = modules.langchain.createAgent({ name: 'outer', model: modelOf(modules, server), tools: [delegate] })
      await outer.invoke(QUESTION)

      expect(statuses()).to.deep.equal(['outer Started', 'inner Started', 'inner Completed', 'outer Completed'])
      const [first, second] = audited.events('AgentExecution')
      expect(second?.parent_run_id).to.equal(first?.run_id)
      expect(audited.runs().at(-1)).to.include({ tokens_used: 4 * 18 })
    })

    it('of a graph inside of a graph is nested in it, and what a node calls belongs there', async () => {
      const graph = graphAround(modules, 'outer', graphAround(modules, 'inner', modelOf(modules, server)))
      await graph.invoke({ said: 'x' })

      expect(statuses()).to.deep.equal(['outer Started', 'inner Started', 'inner Completed', 'outer Completed'])
      const inner = audited.events('AgentExecution')[1]
      expect(audited.events('ApiCall').map(({ run_id }) => run_id)).to.deep.equal([inner?.run_id])
    })

    it('of a chain is one run where nothing is around it, whole and streaming', async () => {
      const chain = chainOf(modules, modelOf(modules, server))
      await chain.invoke('x')
      await itemsOf(await chain.stream('x'))

      const run = ['RunnableSequence Started', 'RunnableSequence Completed']
      expect(statuses()).to.deep.equal([...run, ...run])
      const runs = new Set(audited.events('AgentExecution').map(({ run_id }) => run_id))
      expect(audited.events('ApiCall').map(({ run_id }) => run_id)).to.deep.equal([...runs])
    })

    it("of a chain inside of the application's own run is no other one", async () => {
      await withAgent({ agentName: 'mine', goal: 'x' }, () => chainOf(modules, modelOf(modules, server)).invoke('x'))
      expect(statuses()).to.deep.equal(['mine Started', 'mine Completed'])
    })

    it('has its own calls also where a model is only called so many times at once', async () => {
      const model = modelOf(modules, { ...server, model: 'slow-5', maxConcurrency: 1 })
      await Promise.all(
        Array.from({ length: 4 }, (_, index) =>
          withAgent({ agentName: 'x', goal: 'x', runId: `run-${index}` }, () => model.invoke(`run-${index}`)),
        ),
      )

      expect(audited.calls()).to.have.length(4)
      for (const { run_id, event_type } of audited.events('ApiCall')) {
        expect(event_type.data).to.include({ prompt_preview: run_id, attempts: 1, status_code: 200 })
      }
    })
  })
}

describe('langchain: in runs', () => {
  const audited = useAudited(auditingBoth)
  const server = useModelServer()

  it(`${RUNS} at once have exactly their own calls, tools and tokens`, async () => {
    await Promise.all(
      Array.from({ length: RUNS }, async (_, index) => {
        const { modules } = COPIES[index % 2 === 0 ? 0 : 1]
        const agent = modules.langchain.createAgent({
          name: `agent-${index}`,
          model: modelOf(modules, { ...server, model: `model-${index}` }),
          tools: [weatherTool(modules)],
        })
        if (index % 3 === 0) await agent.invoke(QUESTION)
        else await itemsOf(await agent.stream(QUESTION, { streamMode: 'messages' }))
      }),
    )

    const names = new Map(
      audited.logger.events.flatMap(({ run_id, event_type: of }) =>
        of.type === 'AgentExecution' ? [[run_id, of.data.agent_name] as const] : [],
      ),
    )
    expect(names).to.have.length(RUNS)
    expect(audited.events('ApiCall')).to.have.length(2 * RUNS)
    expect(audited.events('ToolCall')).to.have.length(RUNS)
    for (const { run_id, event_type } of audited.events('ApiCall')) {
      expect(event_type.data).to.include({ model: names.get(run_id)?.replace('agent', 'model') })
    }
    expect(new Set(audited.events('ToolCall').map(({ run_id }) => run_id))).to.have.length(RUNS)
    const completed = audited.runs().filter(({ status }) => status === 'Completed')
    expect(completed.map(({ tokens_used }) => tokens_used)).to.deep.equal(Array.from({ length: RUNS }, () => 36))
  })
})

function chainOf(modules: Modules, model: ReturnType<typeof modelOf>) {
  const { RunnableLambda, RunnableSequence } = modules.runnables
  return RunnableSequence.from([
    RunnableLambda.from((text: string) => `${text}!`),
    model,
    RunnableLambda.from((message: { text: string }) => message.text),
  ])
}

/** A graph with one node, which asks a model or another graph. */
function graphAround(modules: Modules, graphName: string, inner: { invoke(input: never): Promise<unknown> }) {
  const { Annotation, StateGraph } = modules.langgraph
  return new StateGraph(Annotation.Root({ said: Annotation<string> }))
    .addNode('ask', async state => {
      await inner.invoke(('stream' in inner && 'bindTools' in inner ? 'x' : state) as never)
      return { said: 'done' }
    })
    .addEdge('__start__', 'ask')
    .compile({ name: graphName })
}
