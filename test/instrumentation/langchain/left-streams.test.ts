import { expect } from 'chai'
import { setTimeout as sleep } from 'node:timers/promises'
import { useAudited } from '../support/set-up.ts'
import { auditingBoth, COPIES, itemsOf, reasonOf, until } from './support.ts'
import type { Modules } from './support.ts'

const STEPS = ['first', 'second', 'third', 'fourth']
const INPUT = { said: 'x' }

/** A graph of several steps, each of which takes a while. */
function graphOf({ langgraph: { Annotation, StateGraph } }: Modules) {
  const graph = new StateGraph(Annotation.Root({ said: Annotation<string> }))
  for (const step of STEPS) {
    graph.addNode(step, async () => {
      await sleep(3)
      return { said: step }
    })
  }
  const ends = ['__start__', ...STEPS, '__end__']
  for (const [index, end] of ends.slice(1).entries()) graph.addEdge(ends[index] as '__start__', end as '__end__')
  return graph.compile({ name: 'steps' })
}

type Graph = ReturnType<typeof graphOf>

const streamOf = (graph: Graph) => graph.stream(INPUT, { streamMode: 'updates' })

/** Each takes something, and leaves. */
const WAYS: readonly { readonly name: string; readonly leave: (graph: Graph) => Promise<unknown> }[] = [
  {
    name: 'by leaving its loop',
    leave: async graph => {
      for await (const _ of await streamOf(graph)) break
    },
  },
  {
    name: 'by an error in its loop',
    leave: graph =>
      reasonOf(
        (async () => {
          for await (const _ of await streamOf(graph)) throw new Error('mine')
        })(),
      ),
  },
  {
    name: 'by cancelling the stream',
    leave: async graph => {
      const stream = await streamOf(graph)
      await stream.next()
      await reasonOf(stream.cancel('enough'))
    },
  },
  {
    name: 'by cancelling a reader',
    leave: async graph => {
      const reader = (await streamOf(graph)).getReader()
      await reader.read()
      await reader.cancel('enough')
    },
  },
  {
    name: 'by cancelling the body of a response',
    leave: async graph => {
      const body = await graph.stream(INPUT, { streamMode: 'updates', encoding: 'text/event-stream' })
      const reader = new Response(body).body?.getReader()
      await reader?.read()
      await reader?.cancel()
    },
  },
  {
    name: 'by leaving both branches',
    leave: async graph => {
      const branches = (await streamOf(graph)).tee()
      await Promise.all(branches.map(branch => branch.cancel()))
    },
  },
  {
    name: 'behind a transformation',
    leave: async graph => {
      for await (const _ of (await streamOf(graph)).pipeThrough(new TransformStream())) break
    },
  },
  {
    name: 'by leaving its events',
    leave: async graph => {
      for await (const _ of graph.streamEvents(INPUT, { version: 'v2' })) break
    },
  },
]

for (const { name: copy, modules } of COPIES) {
  describe(`langchain, ${copy}: a consumer that leaves a graph`, () => {
    const audited = useAudited(auditingBoth)

    const statuses = (): string[] => audited.runs().map(({ status }) => status)

    for (const { name, leave } of WAYS) {
      it(`${name} has a cancelled run`, async () => {
        await leave(graphOf(modules))

        await until(() => statuses().length > 1)
        expect(statuses()).to.deep.equal(['Started', 'Cancelled'])
        expect(audited.runs()[1]).to.include({ agent_name: 'steps', error_type: 'cancelled' })
      })
    }

    it('in one of two branches has a run that goes on for the other', async () => {
      const [left, read] = (await streamOf(graphOf(modules))).tee()
      const reading = itemsOf(read)
      await Promise.race([left.cancel(), reading])

      expect(await reading).to.have.length(STEPS.length)
      expect(statuses()).to.deep.equal(['Started', 'Completed'])
    })

    it('after it has paused has a run that ended there, which is no failure', async () => {
      const { Annotation, interrupt, MemorySaver, StateGraph } = modules.langgraph
      const graph = new StateGraph(Annotation.Root({ said: Annotation<string> }))
        .addNode('ask', () => ({ said: interrupt<string, string>('May I?') }))
        .addEdge('__start__', 'ask')
        .compile({ name: 'asking', checkpointer: new MemorySaver() })
      const stream = await graph.stream(INPUT, { streamMode: 'updates', configurable: { thread_id: copy } })
      for await (const chunk of stream) if ('__interrupt__' in chunk) break

      await until(() => statuses().length > 2)
      expect(statuses()).to.deep.equal(['Started', 'Running', 'Completed'])
    })

    it('has left the nested graphs to those that read them', async () => {
      const inner = graphOf(modules)
      const { Annotation, StateGraph } = modules.langgraph
      const outer = new StateGraph(Annotation.Root({ said: Annotation<string> }))
        .addNode('quick', () => ({ said: 'quick' }))
        .addNode('nested', async () => {
          for await (const _ of await streamOf(inner)) break
          return { said: 'left' }
        })
        .addEdge('__start__', 'quick')
        .addEdge('quick', 'nested')
        .compile({ name: 'outer' })
      await itemsOf(await outer.stream(INPUT, { streamMode: 'updates' }))

      const ended = audited.runs().filter(({ status }) => status !== 'Started')
      expect(ended.map(({ agent_name, status }) => `${agent_name} ${status}`)).to.deep.equal([
        'steps Cancelled',
        'outer Completed',
      ])
    })
  })
}
