import { expect } from 'chai'
import type * as langchainOpenAi from '@langchain/openai'
import { OPENAI_TOKENS } from '../support/openai-tokens.ts'
import { useAudited, useModelServer } from '../support/set-up.ts'
import {
  auditingBoth,
  auditingLangChain,
  COPIES,
  itemsOf,
  modelOf,
  QUESTION,
  reasonOf,
  weatherTool,
} from './support.ts'

for (const { name, modules } of COPIES) {
  describe(`langchain on openai, ${name}: a model call`, () => {
    const audited = useAudited(auditingBoth)
    const server = useModelServer()

    it('is one call, with what each layer knows, and outside of a chain in no run', async () => {
      await modelOf(modules, server).invoke('Say hello.')

      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.include({
        ...OPENAI_TOKENS,
        provider: 'openai',
        model: 'm',
        operation: 'chat',
        response_model: 'real-model',
        response_id: 'chatcmpl-1',
        status_code: 200,
        attempts: 1,
        prompt_preview: 'Say hello.',
        response_preview: 'hello',
      })
      expect(audited.runs()).to.be.empty
      expect(audited.events('ApiCall')[0]).to.not.have.property('run_id')
    })

    it('that streams is one call', async () => {
      await itemsOf(await modelOf(modules, server).stream('Say hello.'))

      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.include({
        ...OPENAI_TOKENS,
        response_preview: 'hello',
        status_code: 200,
        attempts: 1,
      })
      expect(audited.calls()[0]).to.have.property('time_to_first_token_ms')
    })

    it('that streams has the tokens that the client below counted, whatever LangChain makes of its chunks', async () => {
      class CountsTwice extends modules.langchainOpenAi.ChatOpenAI {
        override async *_streamResponseChunks(
          ...args: Parameters<langchainOpenAi.ChatOpenAI['_streamResponseChunks']>
        ): ReturnType<langchainOpenAi.ChatOpenAI['_streamResponseChunks']> {
          for await (const chunk of super._streamResponseChunks(...args)) {
            yield chunk
            if ('usage_metadata' in chunk.message) yield chunk
          }
        }
      }
      const configuration = { baseURL: `${server.url}/v1` }
      await itemsOf(await new CountsTwice({ model: 'm', apiKey: 'none', configuration }).stream('Say hello.'))

      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.include(OPENAI_TOKENS)
    })

    it('through the responses API is one call, whole and streaming', async () => {
      const model = modelOf(modules, { ...server, useResponsesApi: true })
      await model.invoke('Say hello.')
      await itemsOf(await model.stream('Say hello.'))

      expect(audited.calls()).to.have.length(2)
      for (const call of audited.calls()) {
        expect(call).to.include({ ...OPENAI_TOKENS, response_id: 'resp_1', response_preview: 'hello', attempts: 1 })
      }
    })

    it('for each of several inputs is a call of its own', async () => {
      const model = modelOf(modules, server)
      await model.batch(['one', 'two'])
      await model.generate([
        [new modules.langchain.HumanMessage('three')],
        [new modules.langchain.HumanMessage('four')],
      ])

      const prompts = audited.calls().map(({ prompt_preview }) => prompt_preview)
      expect(prompts).to.have.members(['one', 'two', 'three', 'four'])
      for (const call of audited.calls()) expect(call).to.include({ ...OPENAI_TOKENS, attempts: 1 })
    })

    it('that asks for a tool shows for which', async () => {
      await modelOf(modules, server)
        .bindTools([weatherTool(modules)])
        .invoke('Will it rain?')
      expect(audited.calls()[0]?.response_preview).to.include('"name":"weather","args":{"city":"Paris"}')
    })

    for (const status of [400, 401, 429, 500]) {
      it(`that fails with ${status} is one failed call, and the error is LangChain's own`, async () => {
        const error = await reasonOf(modelOf(modules, { ...server, model: `fail-${status}` }).invoke('x'))

        expect(error).to.be.instanceOf(Error).and.include({ status })
        expect(audited.calls()).to.have.length(1)
        expect(audited.calls()[0]).to.include({ status_code: status, error_type: String(status), attempts: 1 })
      })
    }

    it('that is answered from a cache is none', async () => {
      const cached = new modules.langchainOpenAi.ChatOpenAI({
        model: 'm',
        apiKey: 'none',
        configuration: { baseURL: `${server.url}/v1` },
        cache: true,
      })
      await cached.invoke('the same')
      await cached.invoke('the same')
      expect(audited.calls()).to.have.length(1)
    })

    it('of a fallback is a call beside the one that failed', async () => {
      const model = modelOf(modules, { ...server, model: 'fail-400' })
      await model.withFallbacks([modelOf(modules, server)]).invoke('x')
      expect(audited.calls().map(({ model: asked }) => asked)).to.deep.equal(['fail-400', 'm'])
    })
  })

  describe(`langchain alone, ${name}: a model call`, () => {
    const audited = useAudited(auditingLangChain)
    const server = useModelServer()

    it('has its tokens and attempts', async () => {
      await modelOf(modules, server).invoke('Say hello.')
      await itemsOf(await modelOf(modules, server).stream('Say hello.'))

      expect(audited.calls()).to.have.length(2)
      for (const call of audited.calls())
        expect(call).to.include({ ...OPENAI_TOKENS, response_preview: 'hello', attempts: 1 })
    })

    it('of a model that anybody wrote is recorded', async () => {
      const model = new modules.testing.FakeListChatModel({ responses: ['first', 'second'] })
      await model.invoke('x')
      await itemsOf(await model.stream('x'))

      expect(audited.calls().map(({ response_preview }) => response_preview)).to.deep.equal(['first', 'second'])
      expect(audited.calls()[0]).to.include({ provider: 'FakeListChatModel', usage_unknown: true })
    })

    it('of a text model is recorded', async () => {
      const model = new modules.testing.FakeStreamingLLM({ responses: ['text', 'more'] })
      await model.invoke('x')
      await itemsOf(await model.stream('y'))

      expect(audited.calls()).to.have.length(2)
      expect(audited.calls()[0]).to.include({
        operation: 'text_completion',
        prompt_preview: 'x',
        response_preview: 'text',
      })
      expect(audited.calls()[1]).to.include({ prompt_preview: 'y', response_preview: 'more' })
    })

    it('counts the tokens that a stream tells in parts', async () => {
      const parts = [
        { input_tokens: 11, output_tokens: 1, total_tokens: 12 },
        { input_tokens: 0, output_tokens: 6, total_tokens: 6 },
      ]
      class Parts extends modules.testing.FakeListChatModel {
        override async *_streamResponseChunks() {
          for (const usage_metadata of parts) {
            const message = new modules.langchain.AIMessageChunk('x')
            Object.assign(message, { usage_metadata })
            yield { message, text: 'x', concat: () => ({ message }) } as never
          }
        }
      }
      const seen = await itemsOf(await new Parts({ responses: ['x'] }).stream(QUESTION.messages))

      expect(seen).to.have.length(2)
      expect(audited.calls()[0]).to.include({ prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 })
    })
  })
}

// Once only: it waits for more than a second before it tries again.
describe('langchain on openai: a model call that is retried', () => {
  const audited = useAudited(auditingBoth)
  const server = useModelServer()

  it('is one call with the number of its attempts', async () => {
    const { modules } = COPIES[0]
    await modelOf(modules, { ...server, model: 'retry-503-1-langchain', maxRetries: 1 }).invoke('x')

    expect(audited.calls()).to.have.length(1)
    expect(audited.calls()[0])
      .to.include({ ...OPENAI_TOKENS, attempts: 2, status_code: 200 })
      .and.not.have.property('error')
  })
})
