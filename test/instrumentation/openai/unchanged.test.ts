import { expect } from 'chai'
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod'
import type { OpenAI } from 'openai'
import { z } from 'zod'
import { OPENAI } from '../../../src/instrumentation/openai/openai-sdk.ts'
import { auditing } from '../support/audited.ts'
import { expectMethodsReturned } from '../support/returned-methods.ts'
import { useModelServer } from '../support/set-up.ts'
import { chat, clientOf, COPIES, EXPORTED, WEATHER } from './support.ts'

const GREETING = z.object({ greeting: z.string() })

interface Use {
  readonly name: string
  /** Model calls that it makes. */
  readonly calls: number
  /** What the application gets to see of it. */
  readonly use: (client: OpenAI) => Promise<unknown>
}

const USES: readonly Use[] = [
  { name: 'create()', calls: 1, use: client => client.chat.completions.create(chat()) },
  {
    name: 'create() of a stream',
    calls: 1,
    use: async client => itemsOf(await client.chat.completions.create({ ...chat(), stream: true })),
  },
  {
    name: 'withResponse()',
    calls: 1,
    use: async client => {
      const { data, response, request_id } = await client.chat.completions.create(chat()).withResponse()
      return { data, status: response.status, bodyUsed: response.bodyUsed, request_id }
    },
  },
  {
    name: 'asResponse()',
    calls: 1,
    use: async client => {
      const response = await client.chat.completions.create(chat()).asResponse()
      const { bodyUsed } = response
      return { bodyUsed, body: await response.json() }
    },
  },
  {
    name: 'asResponse() and the parsed answer',
    calls: 1,
    use: async client => {
      const promise = client.chat.completions.create(chat())
      return { status: (await promise.asResponse()).status, answer: await promise }
    },
  },
  {
    name: 'parse()',
    calls: 1,
    use: async client => {
      const response_format = zodResponseFormat(GREETING, 'greeting')
      return (await client.chat.completions.parse({ ...chat(), response_format })).choices[0]?.message.parsed
    },
  },
  {
    name: 'parse() withResponse()',
    calls: 1,
    use: async client => {
      const response_format = zodResponseFormat(GREETING, 'greeting')
      const { data, response } = await client.chat.completions.parse({ ...chat(), response_format }).withResponse()
      return { parsed: data.choices[0]?.message.parsed, status: response.status }
    },
  },
  {
    name: 'stream()',
    calls: 1,
    use: async client => {
      const stream = client.chat.completions.stream(chat())
      const texts: string[] = []
      stream.on('content', text => texts.push(text))
      return { final: await stream.finalChatCompletion(), texts, ended: stream.ended }
    },
  },
  {
    name: 'toReadableStream()',
    calls: 1,
    use: async client => {
      const stream = await client.chat.completions.create({ ...chat(), stream: true })
      return new Response(stream.toReadableStream() as ReadableStream).text()
    },
  },
  {
    name: 'runTools()',
    calls: 2,
    use: async client => {
      const runner = client.chat.completions.runTools({ ...chat(), tools: [runnable()] })
      return { final: await runner.finalContent(), messages: runner.messages }
    },
  },
  {
    name: 'runTools() of a stream',
    calls: 2,
    use: async client => {
      const runner = client.chat.completions.runTools({ ...chat('two-tools'), stream: true, tools: [runnable()] })
      return { final: await runner.finalContent(), messages: runner.messages }
    },
  },
  { name: 'responses.create()', calls: 1, use: client => client.responses.create({ model: 'm', input: 'hi' }) },
  {
    name: 'responses.parse()',
    calls: 1,
    use: async client => {
      const text = { format: zodTextFormat(GREETING, 'greeting') }
      return (await client.responses.parse({ model: 'm', input: 'hi', text })).output_parsed
    },
  },
  {
    name: 'responses.stream()',
    calls: 1,
    use: async client => {
      const stream = client.responses.stream({ model: 'm', input: 'hi' })
      const types = (await itemsOf(stream)).map(({ type }) => type)
      return { types, final: (await stream.finalResponse()).output_text }
    },
  },
  { name: 'embeddings.create()', calls: 1, use: client => client.embeddings.create({ model: 'm', input: 'hi' }) },
  {
    name: 'withResponse() of embeddings',
    calls: 1,
    use: async client => (await client.embeddings.create({ model: 'm', input: 'hi' }).withResponse()).data,
  },
  {
    name: 'a failed call',
    calls: 1,
    use: client => client.chat.completions.create(chat('fail-400')).catch((error: unknown) => shown(error)),
  },
  {
    name: 'a failed parse()',
    calls: 1,
    use: client => client.chat.completions.parse(chat('fail-401')).catch((error: unknown) => shown(error)),
  },
]

async function itemsOf<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of stream) items.push(item)
  return items
}

function runnable() {
  const run = ({ city }: { city: string }): string => `${city} sunny`
  const parse = (text: string): { city: string } => JSON.parse(text) as { city: string }
  return { ...WEATHER, function: { ...WEATHER.function, parse, function: run } } as const
}

function shown(error: unknown): unknown {
  const { constructor, message, status, code } = error as Error & { status: number; code: string }
  return { name: constructor.name, message, status, code }
}

for (const { name, exported } of COPIES) {
  describe(`openai, ${name}: to the application everything is as without an audit:`, () => {
    const server = useModelServer()

    /** What the use gives, and what it sent. */
    async function seen(use: Use['use']): Promise<object> {
      server.clear()
      const client = clientOf(exported, server)
      const result = await use(client)
      return { result, requests: server.requests.map(({ path, raw }) => ({ path, raw })) }
    }

    for (const { name: what, calls, use } of USES) {
      it(what, async () => {
        const without = await seen(use)
        const audited = auditing(OPENAI, ...EXPORTED)
        try {
          expect(await seen(use)).to.deep.equal(without)
          expect(audited.calls()).to.have.length(calls)
        } finally {
          await audited.stop()
        }
      })
    }

    const methodsOf = (): unknown[] => {
      const { prototype } = exported.OpenAI.Chat.Completions
      return ['create', 'runTools'].map((method): unknown => Reflect.get(prototype, method))
    }

    it('the promise keeps its class and properties, and the methods their names and lengths', async () => {
      const shapesOf = (): object[] => methodsOf().map(method => ({ ...named(method) }))
      const shapes = shapesOf()
      const plain = clientOf(exported, server).chat.completions.create(chat())
      const audited = auditing(OPENAI, ...EXPORTED)
      const promise = clientOf(exported, server).chat.completions.create(chat())

      expect(promise).to.be.instanceOf(exported.APIPromise)
      expect(Object.keys(promise)).to.deep.equal(Object.keys(plain))
      expect(shapesOf()).to.deep.equal(shapes)
      await Promise.all([plain, promise])
      await audited.stop()
    })

    it('a detached instrumentation leaves the very methods that were there', async () => {
      const audited = await expectMethodsReturned(methodsOf, () => auditing(OPENAI, ...EXPORTED))
      await clientOf(exported, server).chat.completions.create(chat())
      expect(audited.calls()).to.be.empty
    })
  })
}

function named(method: unknown): { name: string; length: number } {
  const { name, length } = method as () => void
  return { name, length }
}
