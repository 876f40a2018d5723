import { createRequire } from 'node:module'
import * as esm from '@google/genai'
import type { CallableTool, FunctionCall, GenerateContentParameters, GoogleGenAI } from '@google/genai'
import { expect } from 'chai'
import { GOOGLE_GENAI } from '../../../src/instrumentation/google-genai/google-genai-sdk.ts'
import { startToolCall } from '../../../src/instrumentation/observed-calls.ts'
import { withAgent } from '../../../src/pipeline/with-agent.ts'
import { auditing } from '../support/audited.ts'
import { useAudited, useModelServer } from '../support/set-up.ts'

const cjs: typeof esm = createRequire(import.meta.url)('@google/genai')
const TOKENS = { prompt_tokens: 11, completion_tokens: 9, total_tokens: 20, cache_read_tokens: 3, reasoning_tokens: 2 }

for (const [name, exported] of Object.entries({ 'ES module': esm, CommonJS: cjs })) {
  describe(`@google/genai, ${name}: a call`, () => {
    const audited = useAudited(() => auditing(GOOGLE_GENAI, esm, cjs))
    const server = useModelServer()
    let ai: GoogleGenAI
    before(() => (ai = new exported.GoogleGenAI({ apiKey: 'x', httpOptions: { baseUrl: server.url } })))
    beforeEach(() => server.clear())

    function ask(more: Partial<GenerateContentParameters> = {}): GenerateContentParameters {
      return { model: 'gemini-x', contents: 'Say hello.', ...more }
    }

    it('is recorded whole', async () => {
      const answer = await ai.models.generateContent(ask())

      expect(answer.text).to.equal('hello')
      expect(answer).to.be.instanceOf(exported.GenerateContentResponse)
      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.include({
        ...TOKENS,
        provider: new URL(server.url).host,
        model: 'gemini-x',
        operation: 'generate_content',
        response_model: 'gemini-real',
        response_id: 'resp_1',
        prompt_preview: 'Say hello.',
        response_preview: 'hello',
      })
    })

    it('that streams is recorded when it is read to its end', async () => {
      let text = ''
      for await (const chunk of await ai.models.generateContentStream(ask())) text += chunk.text ?? ''

      expect(text).to.equal('hello')
      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.include({ ...TOKENS, response_preview: 'hello' })
      expect(audited.calls()[0]).to.have.property('time_to_first_token_ms')
    })

    it('that streams is recorded when its reader leaves early', async () => {
      for await (const _ of await ai.models.generateContentStream(ask())) break

      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.include({ response_preview: 'hel' })
    })

    it('of a chat is recorded, one for each message', async () => {
      const chat = ai.chats.create({ model: 'gemini-x' })
      await chat.sendMessage({ message: 'one' })
      await chat.sendMessage({ message: 'two' })

      expect(audited.calls().map(call => call.prompt_preview)).to.deep.equal(['one', 'one\nhello\ntwo'])
    })

    it('that fails has its status, and the caller its error', async () => {
      const error: unknown = await ai.models
        .generateContent(ask({ model: 'fail-400' }))
        .catch((reason: unknown) => reason)

      expect(error).to.be.instanceOf(exported.ApiError)
      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.include({ status_code: 400, error_type: '400' })
    })

    it('that is aborted is cancelled', async () => {
      const controller = new AbortController()
      const call = ai.models.generateContent(ask({ model: 'hang', config: { abortSignal: controller.signal } }))
      setTimeout(() => controller.abort(), 20)
      await call.catch(() => {})

      expect(audited.calls()[0]).to.include({ error_type: 'cancelled' })
    })

    it('sends what it would send without us', async () => {
      await ai.models.generateContent(ask())

      expect(server.requests).to.have.length(1)
      expect(server.requests[0]?.body).to.deep.equal({
        contents: [{ role: 'user', parts: [{ text: 'Say hello.' }] }],
      })
    })

    it('belongs to the run that makes it, also with a hundred at once', async () => {
      await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          withAgent({ agentName: `agent-${index}`, goal: 'g', runId: `run-${index}` }, () =>
            ai.models.generateContent(ask({ contents: `${index}` })),
          ),
        ),
      )

      const runs = audited.events('ApiCall').map(({ run_id, event_type: of }) => {
        const prompt = of.type === 'ApiCall' ? of.data.prompt_preview : ''
        return run_id === `run-${prompt}`
      })
      expect(runs).to.deep.equal(Array.from({ length: 100 }, () => true))
    })

    it('with automatic function calling has a record for each request and each function', async () => {
      const asked: FunctionCall[][] = []
      const tool: CallableTool = {
        tool: () => Promise.resolve({ functionDeclarations: [{ name: 'weather' }] }),
        callTool: calls => {
          asked.push(calls)
          return Promise.resolve(
            calls.map(({ id, name = '' }) => ({
              functionResponse: { ...(id !== undefined && { id }), name, response: { output: 'sunny' } },
            })),
          )
        },
      }
      await ai.models.generateContent(ask({ config: { tools: [tool] } }))
      await ai.models.generateContent(ask({ config: { tools: [tool] } }))

      expect(asked).to.have.length(2)
      expect(audited.calls()).to.have.length(4)
      expect(audited.tools()).to.have.length(2)
      expect(audited.tools()[0]).to.include({
        tool_name: 'weather',
        call_id: asked[0]?.[0]?.id,
        success: true,
        output_preview: '{"output":"sunny"}',
      })
    })

    it("with tools of an MCP server records each call once, and the server's answer to it", async () => {
      const answers = [
        { content: [{ type: 'text', text: 'sunny' }] },
        { error: { content: [{ type: 'text', text: 'no such city' }], isError: true } },
      ]
      // What `mcpToTool` gives: it answers without ids, and its client may be audited too.
      const tool: CallableTool = {
        tool: () => Promise.resolve({ functionDeclarations: [{ name: 'weather' }] }),
        callTool: calls =>
          Promise.resolve(
            calls.map(({ name = '' }, index) => {
              startToolCall({ toolName: name, toolServer: 'meteo' }).end({ kind: 'returned', value: answers[index] })
              return { functionResponse: { name, response: answers[index] ?? {} } }
            }),
          ),
      }
      await ai.models.generateContent(ask({ model: 'gemini-two-tools', config: { tools: [tool] } }))

      expect(audited.tools()).to.have.length(2)
      expect(audited.tools()[0]).to.include({ success: true, tool_server: 'meteo' })
      expect(audited.tools()[0]?.output_preview).to.include('sunny')
      expect(audited.tools()[1]).to.include({ success: false, tool_server: 'meteo', error: 'no such city' })
    })

    it('with a function that fails records the failure, and passes it on', async () => {
      const tool: CallableTool = {
        tool: () => Promise.resolve({ functionDeclarations: [{ name: 'weather' }] }),
        callTool: () => Promise.reject(new RangeError('no such city')),
      }
      const error: unknown = await ai.models
        .generateContent(ask({ config: { tools: [tool] } }))
        .catch((reason: unknown) => reason)

      expect(error).to.be.instanceOf(RangeError)
      expect(audited.tools()[0]).to.include({ success: false, error: 'no such city', error_type: 'RangeError' })
    })
  })
}
