import { AsyncLocalStorage } from 'node:async_hooks'
import { expect } from 'chai'
import { z } from 'zod'
import { startModelServer } from '../../support/model-server.ts'
import { AI_SDK } from '../../../src/instrumentation/ai/ai-sdk.ts'
import { skipBecause } from '../../support/skip-because.ts'
import { auditing } from '../support/audited.ts'
import { useModelServer } from '../support/set-up.ts'
import {
  auditingSdk,
  IS_VERSION_7,
  PLAIN,
  providerOf,
  QUIET,
  telemetry,
  textOf,
  THREE_STEPS,
  TOOLS,
} from './support.ts'

type Sdk = typeof PLAIN
type Models = ReturnType<typeof providerOf>

interface Use {
  readonly name: string
  /** Model calls that it makes. */
  readonly calls: number
  /** What the application gets to see of it. */
  readonly use: (ai: Sdk, models: Models) => Promise<unknown>
}

const GREETING = z.object({ greeting: z.string() })
const OFF = telemetry({ isEnabled: false })

function usesWith(settings: object): readonly Use[] {
  const asked = (models: Models, name = 'm') => ({
    model: models(name),
    prompt: 'hi',
    tools: TOOLS,
    ...THREE_STEPS,
    ...settings,
  })
  return [
    {
      name: 'generateText()',
      calls: 2,
      use: async (ai, models) => {
        const { text, usage, finishReason, steps } = await ai.generateText(asked(models))
        return { text, usage, finishReason, steps: steps.map(({ content, usage: used }) => ({ content, used })) }
      },
    },
    {
      name: 'streamText()',
      calls: 2,
      use: async (ai, models) => {
        const ended: unknown[] = []
        const onFinish = ({ text }: { text: string }): void => void ended.push(text)
        const result = ai.streamText({ ...asked(models), onFinish })
        const types: string[] = []
        for await (const { type } of result.fullStream) types.push(type)
        return {
          types,
          text: await result.text,
          usage: await result.totalUsage,
          ended,
          keys: Object.keys(result).length,
        }
      },
    },
    {
      name: 'a response made of streamText()',
      calls: 2,
      use: async (ai, models) => {
        const response = ai.streamText(asked(models)).toTextStreamResponse()
        return { status: response.status, body: await response.text() }
      },
    },
    {
      name: 'generateObject()',
      calls: 1,
      use: async (ai, models) =>
        (await ai.generateObject({ model: models('m'), prompt: 'hi', schema: GREETING, ...settings })).object,
    },
    {
      name: 'streamObject()',
      calls: 1,
      use: async (ai, models) => {
        const result = ai.streamObject({ model: models('m'), prompt: 'hi', schema: GREETING, ...settings })
        const partial: unknown[] = []
        for await (const each of result.partialObjectStream) partial.push(each)
        return { partial, object: await result.object }
      },
    },
    {
      name: 'embedMany()',
      calls: 1,
      use: async (ai, models) => {
        const { embeddings, usage } = await ai.embedMany({
          model: models.embeddingModel('m'),
          values: ['a', 'b'],
          ...settings,
        })
        return { embeddings, usage }
      },
    },
    {
      name: 'an agent',
      calls: 4,
      use: async (ai, models) => {
        const agent = new ai.ToolLoopAgent({ model: models('m'), tools: TOOLS, ...settings })
        return [(await agent.generate({ prompt: 'hi' })).text, await textOf(await agent.stream({ prompt: 'hi' }))]
      },
    },
    {
      name: 'a request that is hidden from telemetry',
      calls: 1,
      use: async (ai, models) => {
        const hidden = { value: () => ({ token: 'hidden' }) }
        const body = Object.defineProperty({ token: 'in use' }, Symbol.for('vercel.ai.telemetry.redact'), hidden)
        const middleware = {
          wrapStream: async ({ doStream }: { doStream: () => PromiseLike<object> }) =>
            ({ ...(await doStream()), request: { body } }) as never,
        }
        const model = ai.wrapLanguageModel({ model: models('m'), middleware })
        const result = ai.streamText({ model, prompt: 'hi', include: { requestBody: true }, ...settings })
        return { text: await textOf(result), body: (await result.request).body }
      },
    },
    {
      name: 'the spans of a stream',
      calls: 2,
      use: async (ai, models) => {
        const tracer = new FakeTracer()
        const traced = telemetry({ isEnabled: settings !== OFF, tracer })
        await textOf(ai.streamText({ ...asked(models), ...traced }))
        return tracer.started
      },
    },
    {
      name: 'a failed generateText()',
      calls: 1,
      use: (ai, models) => ai.generateText({ ...asked(models, 'fail-429'), maxRetries: 1 }).catch(shown),
    },
    {
      name: 'a failed streamText()',
      calls: 1,
      use: async (ai, models) => {
        const errors: unknown[] = []
        const onError = ({ error }: { error: unknown }): void => void errors.push(shown(error))
        const text = await textOf(ai.streamText({ ...asked(models, 'fail-400'), onError }))
        return { text, errors }
      },
    },
    {
      name: 'a failed streamText() that nobody listens to',
      calls: 1,
      use: async (ai, models) => {
        const printed: unknown[] = []
        const { error } = console
        console.error = (...args: unknown[]) => void printed.push(...args.map(shown))
        try {
          await textOf(ai.streamText(asked(models, 'fail-400')))
        } finally {
          console.error = error
        }
        return printed
      },
    },
  ]
}

for (const { name, settings } of [
  { name: '', settings: {} },
  { name: ', with telemetry switched off', settings: OFF },
]) {
  describe(`ai: to the application everything is as without an audit${name}:`, () => {
    const server = useModelServer()

    async function seen(use: Use['use'], ai: Sdk): Promise<object> {
      server.clear()
      const result = await use(ai, providerOf(server))
      return { result: comparable(result), requests: server.requests.map(({ path, raw }) => ({ path, raw })) }
    }

    for (const { name: what, calls, use } of usesWith(settings)) {
      it(what, async () => {
        const without = await seen(use, PLAIN)
        const audited = auditingSdk()
        try {
          expect(await seen(use, audited.ai)).to.deep.equal(without)
          expect(audited.calls()).to.have.length(calls)
        } finally {
          await audited.stop()
        }
      })
    }
  })
}

describe('ai: attaching', () => {
  const integrations = (): unknown => Reflect.get(globalThis, 'AI_SDK_TELEMETRY_INTEGRATIONS')

  it('keeps the integrations of others, before and after', async () => {
    const other = {}
    Reflect.set(globalThis, 'AI_SDK_TELEMETRY_INTEGRATIONS', [other])
    const audited = auditing(AI_SDK)
    expect(integrations()).to.include(other).and.have.length(2)
    await audited.stop()
    expect(integrations()).to.deep.equal([other])
    Reflect.deleteProperty(globalThis, 'AI_SDK_TELEMETRY_INTEGRATIONS')
  })

  it('replaces exports that cannot be written, and leaves the others as they are', async () => {
    const audited = auditingSdk()
    expect(audited.ai).to.not.equal(PLAIN)
    expect(Object.keys(audited.ai)).to.deep.equal(Object.keys(PLAIN))
    expect(audited.ai.tool).to.equal(PLAIN.tool)
    expect(audited.ai.generateText).to.not.equal(PLAIN.generateText)
    const { name, length } = audited.ai.generateText
    expect({ name, length }).to.deep.equal({ name: PLAIN.generateText.name, length: PLAIN.generateText.length })
    await audited.stop()
  })

  it('needs no module in version 7: a bundled copy is audited by its telemetry', async function () {
    if (!IS_VERSION_7) skipBecause(this, 'ai 6 has no telemetry that a bundled copy could be audited by')
    const server = await startModelServer()
    const audited = auditing(AI_SDK)
    const models = providerOf(server)
    await PLAIN.generateText({ model: models('m'), prompt: 'hi', tools: TOOLS, ...THREE_STEPS })
    await textOf(PLAIN.streamText({ model: models('fail-400'), prompt: 'hi', ...QUIET }))
    await PLAIN.generateObject({ model: models('m'), prompt: 'hi', schema: GREETING })
    await PLAIN.embed({ model: models.embeddingModel('m'), value: 'hi' })
    await audited.stop()
    await server.close()

    const seen = audited
      .calls()
      .map(({ operation, total_tokens, status_code }) => [operation, total_tokens, status_code])
    expect(seen).to.deep.equal([
      ['chat', 18, undefined],
      ['chat', 18, undefined],
      ['chat', 0, 400],
      ['chat', 18, undefined],
      ['embeddings', 4, undefined],
    ])
    const statuses = audited.runs().map(({ status }) => status)
    expect(statuses).to.deep.equal(['Started', 'Completed', 'Started', 'Failed', 'Started', 'Completed'])
    expect(audited.tools()).to.have.length(1)
  })
})

/** As version 6 uses it: notes which span is started in which. */
class FakeTracer {
  readonly started: string[] = []
  private readonly active = new AsyncLocalStorage<string>()

  startActiveSpan(name: string, _: unknown, run: (span: object) => unknown): unknown {
    this.started.push(`${name} in ${this.active.getStore()}`)
    const span: object = new Proxy({}, { get: (_target, method) => () => (method === 'isRecording' ? true : span) })
    return this.active.run(name, run, span)
  }
}

function shown(error: unknown): unknown {
  const { name, message, statusCode } = error as Error & { statusCode: unknown }
  return { name, message, statusCode }
}

/** Without ids that are made up each time. */
function comparable(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value ?? null).replaceAll(/"(aitxt|aiobj|call|msg)-[A-Za-z0-9]+"/g, '"id"'),
  ) as unknown
}
