import { expect } from 'chai'
import { z } from 'zod'
import type { ModelServer } from '../../support/model-server.ts'
import { useModelServer } from '../support/set-up.ts'
import { auditingBoth, COPIES, itemsOf, modelOf, QUESTION, reasonOf, weatherTool } from './support.ts'
import type { Modules } from './support.ts'

interface Use {
  readonly name: string
  /** Model calls that it makes. */
  readonly calls: number
  /** What the application gets to see of it. */
  readonly use: (modules: Modules, server: ModelServer) => Promise<unknown>
}

const USES: readonly Use[] = [
  { name: 'invoke()', calls: 1, use: (modules, server) => modelOf(modules, server).invoke('Say hello.') },
  {
    name: 'invoke() with handlers',
    calls: 1,
    use: async (modules, server) => {
      const told: string[] = []
      const handler = {
        handleChatModelStart: (_: unknown, messages: unknown[][]) => void told.push(`start ${messages.length}`),
        handleLLMEnd: () => void told.push('end'),
      }
      await modelOf(modules, server).invoke('Say hello.', { callbacks: [handler] })
      // They are called in a queue.
      while (told.length < 2) await new Promise(setImmediate)
      return told
    },
  },
  {
    name: 'invoke() of a model whose answers have no id',
    calls: 1,
    use: modules => new modules.testing.FakeListChatModel({ responses: ['hello'] }).invoke('x'),
  },
  {
    name: 'a chain with a model whose answers have no id',
    calls: 1,
    use: modules => {
      const { RunnableLambda } = modules.runnables
      const model = new modules.testing.FakeListChatModel({ responses: ['hello'] })
      return RunnableLambda.from((text: string) => text)
        .pipe(model)
        .invoke('x')
    },
  },
  { name: 'stream()', calls: 1, use: async (modules, server) => itemsOf(await modelOf(modules, server).stream('hi')) },
  {
    name: 'stream() as a web stream',
    calls: 1,
    use: async (modules, server) => {
      const reader = (await modelOf(modules, server).stream('hi')).getReader()
      const contents: unknown[] = []
      for (let step = await reader.read(); !step.done; step = await reader.read()) contents.push(step.value.content)
      return contents
    },
  },
  { name: 'batch()', calls: 2, use: (modules, server) => modelOf(modules, server).batch(['one', 'two']) },
  {
    name: 'withStructuredOutput()',
    calls: 1,
    use: (modules, server) => {
      const model = modelOf(modules, server)
      const schema = z.object({ greeting: z.string() })
      return model.withStructuredOutput(schema, { method: 'jsonSchema' }).invoke('hi')
    },
  },
  {
    name: 'an agent',
    calls: 2,
    use: (modules, server) =>
      modules.langchain
        .createAgent({ model: modelOf(modules, server), tools: [weatherTool(modules)] })
        .invoke(QUESTION),
  },
  {
    name: 'an agent that streams in several ways at once',
    calls: 2,
    use: async (modules, server) => {
      const agent = modules.langchain.createAgent({ model: modelOf(modules, server), tools: [weatherTool(modules)] })
      return itemsOf(await agent.stream(QUESTION, { streamMode: ['updates', 'messages'] }))
    },
  },
  {
    name: 'an agent whose stream is read through a reader and a transformation',
    calls: 2,
    use: async (modules, server) => {
      const agent = modules.langchain.createAgent({ model: modelOf(modules, server), tools: [weatherTool(modules)] })
      const [one, other] = (await agent.stream(QUESTION, { streamMode: 'updates' })).tee()
      return Promise.all([itemsOf(one), itemsOf(other.pipeThrough(new TransformStream()))])
    },
  },
  {
    name: 'an agent whose events are left early',
    calls: 0,
    use: async (modules, server) => {
      const agent = modules.langchain.createAgent({ model: modelOf(modules, server), tools: [] })
      const stream = agent.streamEvents(QUESTION, { version: 'v2' })
      for await (const { event } of stream) return { event, own: Object.keys(stream) }
      return undefined
    },
  },
  {
    name: 'an agent whose tool fails',
    calls: 2,
    use: async (modules, server) => {
      const failing = weatherTool(modules, () => {
        throw new TypeError('no weather')
      })
      const agent = modules.langchain.createAgent({ model: modelOf(modules, server), tools: [failing] })
      const outcome = await reasonOf(agent.invoke(QUESTION))
      return shown(outcome)
    },
  },
  {
    name: 'a failed call',
    calls: 1,
    use: async (modules, server) =>
      shown(await reasonOf(modelOf(modules, { ...server, model: 'fail-429' }).invoke('x'))),
  },
  {
    name: 'a failed stream',
    calls: 1,
    use: async (modules, server) =>
      shown(await reasonOf(modelOf(modules, { ...server, model: 'fail-401' }).stream('x'))),
  },
]

function shown(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { constructor, name, message } = error
  return { class: constructor.name, own: { ...error }, name, message }
}

/** Without the ids and times that are different each time. */
function comparable(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'uuid')
    .replaceAll(/"date":"[^"]*"/g, '"date":""')
}

for (const { name, modules } of COPIES) {
  describe(`langchain, ${name}: to the application everything is as without an audit:`, () => {
    const server = useModelServer()

    /** What the use gives, and what it sent. */
    async function seen(use: Use['use']): Promise<string> {
      server.clear()
      const result = await use(modules, server)
      return comparable({ result, requests: server.requests.map(({ path, raw }) => ({ path, raw })) })
    }

    for (const { name: what, calls, use } of USES) {
      it(what, async () => {
        const without = await seen(use)
        const audited = auditingBoth()
        try {
          expect(await seen(use)).to.equal(without)
          expect(audited.calls()).to.have.length(calls)
        } finally {
          await audited.stop()
        }
      })
    }

    it('a detached instrumentation leaves the very methods that were there', async () => {
      const methods = (): unknown[] => [
        Reflect.get(modules.chatModels.BaseChatModel.prototype, '_generateUncached'),
        Reflect.get(modules.tools.StructuredTool.prototype, 'call'),
        Reflect.get(modules.runnables.RunnableSequence.prototype, 'invoke'),
        ...['_streamIterator', 'stream', 'streamEvents'].map((method): unknown =>
          Reflect.get(modules.langgraph.CompiledStateGraph.prototype, method),
        ),
      ]
      const before = methods()
      const audited = auditingBoth()
      const during = methods()
      await audited.stop()

      expect(during.filter((method, index) => method === before[index])).to.be.empty
      expect(methods().every((method, index) => method === before[index])).to.equal(true)
      await modelOf(modules, server).invoke('x')
      expect(audited.calls()).to.be.empty
    })
  })
}
