import type { Anthropic } from '@anthropic-ai/sdk'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { expect } from 'chai'
import { ANTHROPIC } from '../../../src/instrumentation/anthropic/anthropic-sdk.ts'
import { skipBecause } from '../../support/skip-because.ts'
import { auditing } from '../support/audited.ts'
import { expectMethodsReturned } from '../support/returned-methods.ts'
import { useModelServer } from '../support/set-up.ts'
import { clientOf, COPIES, errorOf, EXPORTED, hasMethod, itemsOf, message, runnerBody, weather } from './support.ts'

interface Use {
  readonly name: string
  /** Model calls that it makes. */
  readonly calls: number
  /** The method of messages or beta messages that not every version has. */
  readonly needs?: 'toolRunner' | 'parse' | 'thread'
  /** What the application gets to see of it. */
  readonly use: (client: Anthropic) => Promise<unknown>
}

const FORMAT = {
  type: 'json_schema',
  schema: { type: 'object' },
  parse: (text: string): unknown => JSON.parse(text),
} as never

const USES: readonly Use[] = [
  { name: 'create()', calls: 1, use: async client => client.messages.create(message()) },
  { name: 'create() of beta messages', calls: 1, use: async client => client.beta.messages.create(message()) },
  {
    name: 'create() of a stream',
    calls: 1,
    use: async client => itemsOf(await client.messages.create({ ...message(), stream: true })),
  },
  {
    name: 'withResponse()',
    calls: 1,
    use: async client => {
      const { data, response, request_id } = await client.messages.create(message()).withResponse()
      return { data, status: response.status, bodyUsed: response.bodyUsed, request_id }
    },
  },
  {
    name: 'asResponse()',
    calls: 1,
    use: async client => {
      const response = await client.messages.create(message()).asResponse()
      const { bodyUsed } = response
      return { bodyUsed, body: await response.json() }
    },
  },
  {
    name: 'asResponse() and the parsed answer',
    calls: 1,
    use: async client => {
      const promise = client.messages.create(message())
      return { status: (await promise.asResponse()).status, answer: await promise }
    },
  },
  {
    name: 'parse()',
    calls: 1,
    needs: 'parse',
    use: async client => {
      const parsed = await client.beta.messages.parse({ ...message(), output_format: FORMAT })
      return parsed.parsed_output
    },
  },
  {
    name: 'stream()',
    calls: 1,
    use: async client => {
      const stream = client.messages.stream(message())
      const texts: string[] = []
      stream.on('text', text => texts.push(text))
      return { final: await stream.finalMessage(), texts, ended: stream.ended }
    },
  },
  {
    name: 'stream() of beta messages in a loop',
    calls: 1,
    use: async client => itemsOf(client.beta.messages.stream(message())),
  },
  {
    name: 'stream() that is left early',
    calls: 1,
    use: async client => {
      const stream = client.messages.stream(message('drip-2'))
      for await (const _ of stream) break
      return { aborted: stream.aborted, error: shown(await errorOf(stream.done())) }
    },
  },
  {
    name: 'toReadableStream()',
    calls: 1,
    use: async client => {
      const stream = await client.messages.create({ ...message(), stream: true })
      return new Response(stream.toReadableStream() as ReadableStream).text()
    },
  },
  {
    name: 'toolRunner()',
    calls: 2,
    needs: 'toolRunner',
    use: async client => {
      const runner = client.beta.messages.toolRunner(runnerBody(({ city }) => `${city} sunny`, { model: 'two-tools' }))
      return { messages: await itemsOf(runner), history: runner.params.messages }
    },
  },
  {
    name: 'toolRunner() of a stream, with a tool that fails',
    calls: 2,
    needs: 'toolRunner',
    use: async client => {
      const fails = (): never => {
        throw new Error('no weather')
      }
      const runner = client.beta.messages.toolRunner(runnerBody(fails, { stream: true }))
      const final = await runner.runUntilDone()
      return { final, history: runner.params.messages }
    },
  },
  {
    name: 'toolRunner() that starts its tools while the answer streams',
    calls: 2,
    needs: 'thread',
    use: async client => {
      const body = runnerBody(({ city }) => `${city} sunny`, {
        model: 'two-tools',
        stream: true,
        runToolsEagerly: true,
      })
      return client.beta.messages.toolRunner(body).runUntilDone()
    },
  },
  {
    name: 'a thread and its runner',
    calls: 4,
    needs: 'thread',
    use: async client => {
      const tools = [weather(() => 'sunny')] as never
      const thread = client.beta.messages.thread({ ...message(), tools })
      const ran = await thread.toolRunner()
      const sent = await thread.send({ role: 'user', content: 'Again.' }).withResponse()
      const streamed = await thread.stream({ role: 'user', content: 'Once more.' }).finalMessage()
      return { ran, data: sent.data, streamed, history: thread.messages }
    },
  },
  {
    name: 'a failed call',
    calls: 1,
    use: async client => shown(await errorOf(client.messages.create(message('fail-400')))),
  },
  {
    name: 'a failed stream()',
    calls: 1,
    use: async client => shown(await errorOf(client.messages.stream(message('fail-401')).finalMessage())),
  },
]

function shown(error: unknown): unknown {
  const { constructor, message, status } = error as Error & { status: number }
  return { name: constructor.name, message, status }
}

for (const { name, exported } of COPIES) {
  describe(`@anthropic-ai/sdk, ${name}: to the application everything is as without an audit:`, () => {
    const server = useModelServer()

    /** What the use gives, what it sent, and the spans that the SDK itself made. */
    async function seen(use: Use['use']): Promise<object> {
      server.clear()
      const exporter = new InMemorySpanExporter()
      const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })
      const more = { openTelemetry: { tracerProvider } }
      const result = await use(clientOf(exported, { ...server, more }))
      const spans = exporter.getFinishedSpans().map(({ name, status }) => ({ name, status }))
      return { result, spans, requests: server.requests.map(({ path, raw }) => ({ path, raw })) }
    }

    for (const { name: what, calls, needs, use } of USES) {
      it(what, async function () {
        if (needs !== undefined && !hasMethod(clientOf(exported, server).beta.messages, needs)) {
          skipBecause(this, `this version has no ${needs}()`)
        }
        const without = await seen(use)
        const audited = auditing(ANTHROPIC, ...EXPORTED)
        try {
          expect(await seen(use)).to.deep.equal(without)
          expect(audited.calls()).to.have.length(calls)
        } finally {
          await audited.stop()
        }
      })
    }

    const { Messages, Beta } = exported.Anthropic
    const methodsOf = (): unknown[] => [
      ...[Messages, Beta.Messages].map(({ prototype }): unknown => Reflect.get(prototype, 'create')),
      Reflect.get(Beta.Messages.prototype, 'toolRunner'),
      Reflect.get(exported.Anthropic.prototype, 'fetchWithTimeout'),
    ]

    it('the promise keeps its class and properties, and the methods their names and lengths', async () => {
      const shapesOf = (): object[] => methodsOf().map(method => ({ ...named(method) }))
      const shapes = shapesOf()
      const plain = clientOf(exported, server).messages.create(message())
      const audited = auditing(ANTHROPIC, ...EXPORTED)
      const promise = clientOf(exported, server).messages.create(message())

      expect(Object.getPrototypeOf(promise)).to.equal(Object.getPrototypeOf(plain))
      expect(Object.keys(promise)).to.deep.equal(Object.keys(plain))
      expect(shapesOf()).to.deep.equal(shapes)
      await Promise.all([plain, promise])
      await audited.stop()
    })

    it('a detached instrumentation leaves the very methods that were there', async () => {
      const audited = await expectMethodsReturned(methodsOf, () => auditing(ANTHROPIC, ...EXPORTED))
      await clientOf(exported, server).messages.create(message())
      expect(audited.calls()).to.be.empty
    })
  })
}

function named(method: unknown): { name?: string; length?: number } {
  if (typeof method !== 'function') return {}
  const { name, length } = method
  return { name, length }
}
