import { expect } from 'chai'
import { ANTHROPIC } from '../../../src/instrumentation/anthropic/anthropic-sdk.ts'
import { skipBecause } from '../../support/skip-because.ts'
import { auditing } from '../support/audited.ts'
import { useAudited, useModelServer } from '../support/set-up.ts'
import { clientOf, COPIES, errorOf, EXPORTED, hasMethod, itemsOf, message } from './support.ts'

/** With the cached tokens in, which Anthropic counts beside the others. */
const TOKENS = {
  prompt_tokens: 15,
  completion_tokens: 7,
  total_tokens: 22,
  cache_read_tokens: 3,
  cache_write_tokens: 1,
}

for (const { name, exported } of COPIES) {
  describe(`@anthropic-ai/sdk, ${name}: a call`, () => {
    const audited = useAudited(() => auditing(ANTHROPIC, ...EXPORTED))
    const server = useModelServer()

    it('of messages is recorded whole', async () => {
      await clientOf(exported, server).messages.create(message())

      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.include({
        ...TOKENS,
        provider: new URL(server.url).host,
        model: 'm',
        operation: 'chat',
        response_model: 'claude-real',
        response_id: 'msg_1',
        status_code: 200,
        attempts: 1,
        prompt_preview: 'Say hello.',
        response_preview: 'hello',
      })
    })

    it('of beta messages is recorded whole', async () => {
      await clientOf(exported, server).beta.messages.create(message())

      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.include({ ...TOKENS, response_preview: 'hello', status_code: 200, attempts: 1 })
    })

    it('that streams has its tokens, by create() and by stream()', async () => {
      const { messages, beta } = clientOf(exported, server)
      await itemsOf(await messages.create({ ...message(), stream: true }))
      await itemsOf(await beta.messages.create({ ...message(), stream: true }))
      await messages.stream(message()).finalMessage()
      await beta.messages.stream(message()).finalMessage()

      expect(audited.calls()).to.have.length(4)
      for (const call of audited.calls()) {
        expect(call)
          .to.include({ ...TOKENS, response_preview: 'hello', status_code: 200, attempts: 1 })
          .and.have.property('time_to_first_token_ms')
      }
    })

    it('of a thread is recorded, whole and streaming', async function () {
      const { messages } = clientOf(exported, server).beta
      if (!hasMethod(messages, 'thread')) skipBecause(this, 'this version has no threads')
      const thread = messages.thread({ model: 'm', max_tokens: 100 })
      await thread.send({ role: 'user', content: 'Say hello.' })
      await itemsOf(thread.stream({ role: 'user', content: 'Again.' }))

      expect(audited.calls()).to.have.length(2)
      for (const call of audited.calls()) expect(call).to.include({ ...TOKENS, response_preview: 'hello' })
    })

    it('that counts tokens is none', async () => {
      const fetch = () => Promise.resolve(Response.json({ input_tokens: 3 }))
      const client = new exported.Anthropic({ apiKey: 'none', fetch })
      await client.messages.countTokens({ model: 'm', messages: message().messages })

      expect(audited.calls()).to.be.empty
    })

    for (const status of [400, 401, 429, 500, 503]) {
      it(`that fails with ${status} is recorded with it, and the error is the SDK's own`, async () => {
        const error = await errorOf(clientOf(exported, server).messages.create(message(`fail-${status}`)))

        expect(error).to.be.instanceOf(exported.Anthropic.APIError).and.include({ status })
        expect(audited.calls()).to.have.length(1)
        expect(audited.calls()[0]).to.include({ status_code: status, error_type: String(status), attempts: 1 })
      })
    }

    it('that fails while it would stream is recorded once', async () => {
      const error = await errorOf(clientOf(exported, server).messages.stream(message('fail-400')).finalMessage())

      expect(error).to.be.instanceOf(exported.Anthropic.BadRequestError)
      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.include({ error_type: '400' })
    })

    it('that is retried is one call with the number of its attempts', async () => {
      await clientOf(exported, { ...server, maxRetries: 2 }).messages.create(message(`retry-429-2-anthropic-${name}`))

      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0])
        .to.include({ ...TOKENS, attempts: 3, status_code: 200 })
        .and.not.have.property('error')
    })

    it('whose answer is no JSON, or whose connection breaks, is a failed one', async () => {
      const { messages } = clientOf(exported, server)
      // SyntaxError, or in old versions that of another fetch.
      const { constructor } = Object(await errorOf(messages.create(message('broken'))))
      await errorOf(messages.create(message('cut')))

      expect(audited.calls()).to.have.length(2)
      expect(audited.calls()[0]).to.include({ error_type: constructor.name, status_code: 200 })
      expect(audited.calls()[1]).to.have.property('error')
    })

    it("goes to Anthropic, or to the host of the client's own", async () => {
      const fetch = () => Promise.resolve(Response.json({ id: 'x', model: 'real', content: [] }))
      for (const baseURL of ['https://api.anthropic.com', 'https://models.example.com:8443']) {
        await new exported.Anthropic({ apiKey: 'none', baseURL, fetch }).messages.create(message())
      }

      expect(audited.calls().map(({ provider }) => provider)).to.deep.equal(['anthropic', 'models.example.com:8443'])
    })
  })
}

describe('@anthropic-ai/sdk: what a program has imported', () => {
  for (const { name, exported } of COPIES) {
    for (const [what, given] of [
      ['the exports', exported],
      ['the class', exported.Anthropic],
      ['the default export', exported.default],
    ] as const) {
      it(`may be handed over as ${what}, ${name}`, async () => {
        const audited = auditing(ANTHROPIC, given)
        const fetch = () => Promise.resolve(Response.json({ id: 'x', model: 'real', content: [] }))
        await new exported.Anthropic({ apiKey: 'none', fetch }).messages.create(message())
        await audited.stop()

        expect(audited.calls()).to.have.length(1)
      })
    }
  }
})
