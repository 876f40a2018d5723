import { expect } from 'chai'
import type { Model, ModelResponse } from '@openai/agents'
import { OPENAI_AGENTS } from '../../../src/instrumentation/openai-agents/openai-agents-sdk.ts'
import { OPENAI } from '../../../src/instrumentation/openai/openai-sdk.ts'
import { AuditInstrumentation } from '../../../src/instrumentation/audit-instrumentation.ts'
import type { ApiCallData } from '../../../src/events/kinds.ts'
import { auditing } from '../support/audited.ts'
import { useAudited, useModelServer } from '../support/set-up.ts'
import { ATTACHED, CLIENTS, COPIES, errorOf, runnerOf } from './support.ts'
import type { RunnerOptions } from './support.ts'

const STACKS = [
  { attached: 'with openai under it', isStacked: true },
  { attached: 'alone', isStacked: false },
]
const APIS = [{ what: 'responses' }, { what: 'chat completions', api: 'chat' }] as const

for (const copy of COPIES) {
  const { Agent } = copy.agents
  for (const { attached, isStacked } of STACKS) {
    describe(`openai-agents, ${copy.name}, ${attached}: a model call`, () => {
      const audited = useAudited(() => auditing(OPENAI_AGENTS, ...ATTACHED))
      const server = useModelServer()
      let under: AuditInstrumentation
      before(() => {
        under = new AuditInstrumentation(OPENAI)
        for (const exported of CLIENTS) under.attachTo(exported)
        if (isStacked) under.enable()
      })
      after(() => under.disable())

      const calls = (): ApiCallData[] => audited.calls()
      const ask = async (model: string, options: Omit<RunnerOptions, 'url'> = {}, stream = false): Promise<void> => {
        const agent = new Agent({ name: 'asking', model, instructions: 'Be brief.' })
        const runner = runnerOf(copy, { ...server, ...options })
        if (!stream) return void (await errorOf(runner.run(agent, 'Say hello.')))
        await errorOf((await runner.run(agent, 'Say hello.', { stream: true })).completed)
      }

      for (const { what, ...options } of APIS) {
        for (const stream of [false, true]) {
          it(`of ${what}${stream ? ' that streams' : ''} is one, recorded whole`, async () => {
            await ask('m', options, stream)

            expect(calls()).to.have.length(1)
            expect(calls()[0]).to.include({
              model: 'm',
              operation: 'chat',
              prompt_preview: 'Say hello.',
              response_preview: 'hello',
              response_model: 'real-model',
              prompt_tokens: 11,
              completion_tokens: 7,
              total_tokens: 18,
              cache_read_tokens: 3,
              reasoning_tokens: 2,
            })
            expect(calls()[0]?.response_id).to.be.oneOf(['resp_1', 'chatcmpl-1'])
          })
        }
      }

      for (const status of [400, 429, 500]) {
        it(`that fails with ${status} is one, with it`, async () => {
          await ask(`fail-${status}`)

          expect(calls()).to.have.length(1)
          expect(calls()[0]).to.include({ status_code: status, error_type: String(status) })
        })
      }

      it('that the client retries is one', async () => {
        await ask(`retry-503-1-${copy.name}-${attached}`, { maxRetries: 1 })

        expect(calls()).to.have.length(1)
        expect(calls()[0]).to.include({ total_tokens: 18 }).and.not.have.property('error')
        if (isStacked) expect(calls()[0]).to.include({ attempts: 2, status_code: 200 })
      })

      it('that the runner retries is one, with the attempts', async () => {
        const { retryPolicies } = copy.agents
        const modelSettings = { retry: { maxRetries: 2, policy: retryPolicies.httpStatus([503]) } }
        const runner = runnerOf(copy, server)
        const model = `retry-503-2-runner-${copy.name}-${attached}`
        await runner.run(new Agent({ name: 'retrying', model, modelSettings }), 'x')
        await errorOf(runner.run(new Agent({ name: 'retrying', model: 'fail-503', modelSettings }), 'x'))

        expect(calls()).to.have.length(2)
        expect(calls()[0]).to.include({ attempts: 3, total_tokens: 18 }).and.not.have.property('error')
        expect(calls()[1]).to.include({ attempts: 3, error_type: '503' })
      })

      it('knows the server that it goes to', async () => {
        await ask('m')
        expect(calls()[0]).to.include({ provider: new URL(server.url).host })
      })
    })
  }
}

describe('openai-agents: a model', () => {
  const { Agent, Runner, Usage } = COPIES[0].agents
  const audited = useAudited(() => auditing(OPENAI_AGENTS, ...ATTACHED))

  const response = (usage: object): ModelResponse => ({
    usage: new Usage(usage),
    output: [
      { type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'hi' }] },
    ],
    responseId: 'own-1',
  })

  class OwnModel implements Model {
    readonly model = 'own-model'
    readonly provider = 'own'
    getResponse(): Promise<ModelResponse> {
      return Promise.resolve(response({ inputTokens: 3, outputTokens: 2, totalTokens: 5 }))
    }
    // eslint-disable-next-line require-yield
    async *getStreamedResponse(): AsyncGenerator<never> {
      throw new Error('not streamed')
    }
  }

  it('of the application is audited too, as are those that a provider of its own gives', async () => {
    await new Runner().run(new Agent({ name: 'a', model: new OwnModel() }), 'x')
    const modelProvider = { getModel: () => new OwnModel() }
    await new Runner({ modelProvider }).run(new Agent({ name: 'a', model: 'by-name' }), 'x')

    expect(audited.calls()).to.have.length(2)
    for (const call of audited.calls()) {
      expect(call).to.include({ provider: 'own', model: 'own-model', total_tokens: 5, response_preview: 'hi' })
    }
  })

  it('that is a plain object is as well, and is left to itself when the instrumentation goes', async () => {
    const own = new OwnModel()
    const model: Model = {
      getResponse: () => own.getResponse(),
      getStreamedResponse: () => own.getStreamedResponse(),
    }
    const run = (): Promise<unknown> => new Runner().run(new Agent({ name: 'a', model }), 'x')
    await run()
    await run()
    expect(audited.calls()).to.have.length(2)

    await audited.stop()
    await run()
    expect(audited.calls()).to.have.length(2)
    Object.assign(audited, auditing(OPENAI_AGENTS, ...ATTACHED))
  })

  it('that adapts one of another SDK is known by what it makes of an answer', async () => {
    const providerData = { model: 'acme.chat:large:latest' }
    const [message] = response({}).output
    const model: Model = {
      getResponse: () =>
        Promise.resolve({
          ...response({ inputTokens: 3, outputTokens: 2, totalTokens: 5 }),
          responseId: 'FAKE_ID',
          output: [{ ...message, providerData } as never],
        }),
      getStreamedResponse: () => new OwnModel().getStreamedResponse(),
    }
    await new Runner().run(new Agent({ name: 'a', model }), 'x')

    expect(audited.calls()[0])
      .to.include({ provider: 'acme', model: 'large:latest' })
      .and.not.have.property('response_id')
  })

  it('that tells no tokens has a call that says so', async () => {
    const model: Model = {
      getResponse: () => Promise.resolve(response({ requests: 1 })),
      getStreamedResponse: () => new OwnModel().getStreamedResponse(),
    }
    await new Runner().run(new Agent({ name: 'a', model }), 'x')

    expect(audited.calls()[0]).to.include({ provider: 'unknown', usage_unknown: true, total_tokens: 0 })
  })
})
