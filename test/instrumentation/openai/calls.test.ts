import { expect } from 'chai'
import { OPENAI } from '../../../src/instrumentation/openai/openai-sdk.ts'
import { auditing } from '../support/audited.ts'
import { OPENAI_TOKENS } from '../support/openai-tokens.ts'
import { since } from '../support/since.ts'
import { useAudited, useModelServer } from '../support/set-up.ts'
import { chat, clientOf, COPIES, EXPORTED } from './support.ts'

for (const { name, exported } of COPIES) {
  describe(`openai, ${name}: a call`, () => {
    const audited = useAudited(() => auditing(OPENAI, ...EXPORTED))
    const server = useModelServer()

    it('of chat completions is recorded whole', async () => {
      await clientOf(exported, server).chat.completions.create(chat())

      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.include({
        ...OPENAI_TOKENS,
        provider: new URL(server.url).host,
        model: 'm',
        operation: 'chat',
        response_model: 'real-model',
        response_id: 'chatcmpl-1',
        status_code: 200,
        attempts: 1,
        prompt_preview: 'Say hello.',
        response_preview: 'hello',
      })
    })

    it('that streams has its tokens when the application asks for them', async () => {
      const body = { ...chat(), stream: true, stream_options: { include_usage: true } } as const
      for await (const _ of await clientOf(exported, server).chat.completions.create(body));

      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.include({ ...OPENAI_TOKENS, response_preview: 'hello', status_code: 200 })
      expect(audited.calls()[0]).to.have.property('time_to_first_token_ms')
    })

    it('that streams without that says that nobody told the tokens, and asks for nothing by itself', async () => {
      server.clear()
      for await (const _ of await clientOf(exported, server).chat.completions.create({ ...chat(), stream: true }));

      expect(audited.calls()[0]).to.include({ usage_unknown: true, total_tokens: 0, response_preview: 'hello' })
      expect(server.requests[0]?.body).to.not.have.property('stream_options')
    })

    it('of responses is recorded, whole and streaming', async () => {
      const client = clientOf(exported, server)
      await client.responses.create({ model: 'm', input: 'Say hello.' })
      for await (const _ of await client.responses.create({ model: 'm', input: 'Say hello.', stream: true }));

      expect(audited.calls()).to.have.length(2)
      for (const call of audited.calls()) {
        expect(call).to.include({
          ...OPENAI_TOKENS,
          response_id: 'resp_1',
          prompt_preview: 'Say hello.',
          response_preview: 'hello',
        })
      }
    })

    it('of completions without a chat is recorded, whole and streaming', async () => {
      const { completions } = clientOf(exported, server)
      await completions.create({ model: 'm', prompt: 'Say hello.' })
      for await (const _ of await completions.create({ model: 'm', prompt: 'Say hello.', stream: true }));

      expect(audited.calls()).to.have.length(2)
      for (const call of audited.calls()) {
        expect(call).to.include({
          ...OPENAI_TOKENS,
          operation: 'text_completion',
          prompt_preview: 'Say hello.',
          response_preview: 'hello',
        })
      }
    })

    since('openai', '7.57.0')('of beta responses is recorded', async () => {
      await clientOf(exported, server).beta.responses.create({ model: 'm', input: 'Say hello.' })

      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.include({ ...OPENAI_TOKENS, operation: 'chat', response_preview: 'hello' })
    })

    since('openai', '7.57.0')('that sums a conversation up is recorded', async () => {
      await clientOf(exported, server).responses.compact({ model: 'm', input: 'Say hello.' })

      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.include({ ...OPENAI_TOKENS, operation: 'compact', prompt_preview: 'Say hello.' })
    })

    it('of embeddings is recorded without the vectors', async () => {
      await clientOf(exported, server).embeddings.create({ model: 'm', input: ['one', 'two'] })

      expect(audited.calls()[0]).to.include({ operation: 'embeddings', total_tokens: 4, prompt_preview: 'one\ntwo' })
      expect(audited.calls()[0]).to.not.have.property('response_preview')
    })

    for (const status of [400, 401, 429, 500, 503]) {
      it(`that fails with ${status} is recorded with it, and the error is the SDK's own`, async () => {
        const failing = clientOf(exported, server).chat.completions.create(chat(`fail-${status}`))
        const error: unknown = await failing.then(
          () => undefined,
          (reason: unknown) => reason,
        )

        expect(error).to.be.instanceOf(exported.OpenAI.APIError).and.include({ status })
        expect(audited.calls()).to.have.length(1)
        expect(audited.calls()[0]).to.include({ status_code: status, error_type: String(status), attempts: 1 })
      })
    }

    it('of responses that the model fails is a failed one, though the server answers', async () => {
      const response = {
        status: 'failed',
        model: 'real',
        output: [],
        error: { code: 'server_error', message: 'no more' },
      }
      const event = `data: ${JSON.stringify({ type: 'response.failed', response })}\n\n`
      const fetch = (_: unknown, init?: { body?: unknown }): Promise<Response> => {
        const streams = String(init?.body).includes('"stream":true')
        const headers = { 'content-type': streams ? 'text/event-stream' : 'application/json' }
        return Promise.resolve(new Response(streams ? event : JSON.stringify(response), { headers }))
      }
      const client = new exported.OpenAI({ apiKey: 'none', baseURL: server.url, fetch })
      await client.responses.create({ model: 'm', input: 'x' })
      for await (const _ of await client.responses.create({ model: 'm', input: 'x', stream: true }));

      expect(audited.calls()).to.have.length(2)
      for (const call of audited.calls()) expect(call).to.include({ error: 'no more', error_type: 'server_error' })
    })

    it('that is retried is one call with the number of its attempts', async () => {
      await clientOf(exported, { ...server, maxRetries: 2 }).chat.completions.create(chat(`retry-429-2-${name}`))

      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0])
        .to.include({ ...OPENAI_TOKENS, attempts: 3, status_code: 200 })
        .and.not.have.property('error')
    })

    it('whose answer is no JSON is a failed one', async () => {
      await clientOf(exported, server)
        .chat.completions.create(chat('broken'))
        .catch(() => {})

      expect(audited.calls()[0]).to.include({ error_type: 'SyntaxError', status_code: 200 })
    })

    it('whose connection breaks is a failed one', async () => {
      await clientOf(exported, server)
        .chat.completions.create(chat('cut'))
        .catch(() => {})

      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.have.property('error')
    })
  })
}

describe('openai: the provider of a call', () => {
  const audited = useAudited(() => auditing(OPENAI, ...EXPORTED))

  const fetch = (): Promise<Response> => Promise.resolve(Response.json({ id: 'x', model: 'real', choices: [] }))
  const { OpenAI, AzureOpenAI } = COPIES[0].exported

  for (const [baseURL, provider] of [
    ['https://api.openai.com/v1', 'openai'],
    ['https://eu.api.openai.com/v1', 'openai'],
    ['https://resource.openai.azure.com/openai/v1', 'azure.ai.openai'],
    ['https://bedrock-mantle.us-east-1.api.aws/openai/v1', 'aws.bedrock'],
    ['https://models.example.com:8443/v1', 'models.example.com:8443'],
    ['https://openai.com.example.com/v1', 'openai.com.example.com'],
  ] as const) {
    it(`at ${baseURL} is ${provider}`, async () => {
      await new OpenAI({ apiKey: 'none', baseURL, fetch }).chat.completions.create(chat())
      expect(audited.calls()[0]).to.include({ provider })
    })
  }

  it('of an Azure client is Azure, whatever stands before it', async () => {
    const client = new AzureOpenAI({ apiKey: 'none', baseURL: 'https://gateway.example.com', apiVersion: '1', fetch })
    await client.chat.completions.create(chat())
    expect(audited.calls()[0]).to.include({ provider: 'azure.ai.openai', model: 'm' })
  })

  for (const model of [undefined, '']) {
    it(`of an Azure client has the deployment for a model where the request says ${JSON.stringify(model)}`, async () => {
      const options = { endpoint: 'https://me.openai.azure.com', deployment: 'mine', apiVersion: '1' }
      const client = new AzureOpenAI({ apiKey: 'none', ...options, fetch })
      await client.chat.completions.create({ ...chat(), model: model as never })
      expect(audited.calls()[0]).to.include({ provider: 'azure.ai.openai', model: 'mine' })
    })
  }
})
