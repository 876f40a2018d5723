import { expect } from 'chai'
import { OPENAI } from '../../../src/instrumentation/openai/openai-sdk.ts'
import { AuditInstrumentation } from '../../../src/instrumentation/audit-instrumentation.ts'
import { withAgent } from '../../../src/pipeline/with-agent.ts'
import { wrapModelCall } from '../../../src/pipeline/wrap-model-call.ts'
import { startModelServer } from '../../support/model-server.ts'
import { skipBecause } from '../../support/skip-because.ts'
import { chat as openaiChat, clientOf, COPIES } from '../openai/support.ts'
import { useAudited, useModelServer } from '../support/set-up.ts'
import { auditingLoopback, chat, NO_BODIES, post, TELLS_BODIES, until } from './support.ts'

const OPENAI_TOKENS = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18, cache_read_tokens: 3 }
const GEMINI_TOKENS = { prompt_tokens: 11, completion_tokens: 9, total_tokens: 20, reasoning_tokens: 2 }
const ANTHROPIC_TOKENS = { prompt_tokens: 15, completion_tokens: 7, cache_read_tokens: 3, cache_write_tokens: 1 }
const GEMINI = { contents: [{ role: 'user', parts: [{ text: 'Say hello.' }] }] }

describe('undici: a request to a model server', () => {
  const audited = useAudited(auditingLoopback)
  const server = useModelServer()
  beforeEach(() => server.clear())

  it('has its operation, status and latency on every Node', async () => {
    await (await post(`${server.url}/v1/chat/completions`, chat())).json()

    expect(audited.calls()).to.have.length(1)
    expect(audited.calls()[0]).to.include({
      provider: new URL(server.url).host,
      operation: 'chat',
      status_code: 200,
      model: TELLS_BODIES ? 'm' : 'unknown',
    })
    expect(audited.calls()[0]).to.have.property('latency_ms')
  })

  const streamed = { stream: true }
  for (const [what, path, body, expected] of [
    ['chat completions', '/v1/chat/completions', chat(), OPENAI_TOKENS],
    [
      'streamed chat completions',
      '/v1/chat/completions',
      { ...chat(), ...streamed, stream_options: { include_usage: true } },
      OPENAI_TOKENS,
    ],
    ['responses', '/v1/responses', { model: 'm', input: 'Say hello.' }, OPENAI_TOKENS],
    ['streamed responses', '/v1/responses', { model: 'm', input: 'Say hello.', ...streamed }, OPENAI_TOKENS],
    ['messages', '/v1/messages', chat(), ANTHROPIC_TOKENS],
    ['streamed messages', '/v1/messages', { ...chat(), ...streamed }, ANTHROPIC_TOKENS],
    ['content generation', '/v1beta/models/m:generateContent', GEMINI, GEMINI_TOKENS],
    ['streamed content generation', '/v1beta/models/m:streamGenerateContent?alt=sse', GEMINI, GEMINI_TOKENS],
  ] as const) {
    it(`for ${what} has model, tokens, prompt and answer`, async function () {
      if (!TELLS_BODIES) skipBecause(this, NO_BODIES)
      const text = await (await post(`${server.url}${path}`, body)).text()

      expect(text).to.include('lo')
      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0])
        .to.include({ ...expected, model: 'm', prompt_preview: 'Say hello.', response_preview: 'hello' })
        .and.not.have.property('error')
    })
  }

  it('for embeddings has its tokens', async function () {
    if (!TELLS_BODIES) skipBecause(this, NO_BODIES)
    await (await post(`${server.url}/v1/embeddings`, { model: 'm', input: ['one', 'two'] })).json()

    expect(audited.calls()[0]).to.include({ operation: 'embeddings', total_tokens: 4, prompt_preview: 'one\ntwo' })
  })

  it('is looked at only where it asks a model, and the key in its query is never kept', async () => {
    await fetch(`${server.url}/v1/models`)
    await post(`${server.url}/v1/files`, {})
    await post(`${server.url}/v1/messages/count_tokens`, chat())
    await (await post(`${server.url}/v1beta/models/m:generateContent?key=sk-secret-in-query`, GEMINI)).text()

    expect(audited.calls()).to.have.length(1)
    expect(JSON.stringify(audited.logger.events)).to.not.include('sk-secret-in-query')
  })

  it('to another server is none of ours', async () => {
    await (await post(`${server.url.replace('127.0.0.1', 'localhost')}/v1/chat/completions`, chat())).text()

    expect(audited.calls()).to.be.empty
  })

  for (const status of [400, 401, 429, 500]) {
    it(`that is answered with ${status} is a failed call`, async function () {
      const response = await post(`${server.url}/v1/chat/completions`, chat(`fail-${status}`))
      await response.text()
      const error = TELLS_BODIES ? `failed with ${status}` : `status ${status}`

      expect(audited.calls()[0]).to.include({ status_code: status, error_type: String(status), error })
    })
  }

  it('whose connection breaks, or cannot be made, is a failed call', async () => {
    await (await post(`${server.url}/v1/chat/completions`, chat('cut'))).text().catch(() => {})
    const gone = await startModelServer()
    await gone.close()
    await post(`${gone.url}/v1/messages`, chat()).catch(() => {})

    expect(audited.calls()).to.have.length(2)
    expect(audited.calls()[0]).to.include({ status_code: 200 }).and.have.property('error')
    expect(audited.calls()[1]).to.have.property('error').that.includes('ECONNREFUSED')
  })

  it('that is aborted is a cancelled call, one that takes too long a timeout', async () => {
    const abort = new AbortController()
    const hanging = post(`${server.url}/v1/messages`, chat('hang'), { signal: abort.signal }).catch(() => {})
    await until(() => server.requests.length === 1)
    abort.abort()
    await hanging
    await post(`${server.url}/v1/messages`, chat('hang'), { signal: AbortSignal.timeout(20) }).catch(() => {})

    expect(audited.calls().map(({ error_type }) => error_type)).to.deep.equal(['cancelled', 'timeout'])
  })

  it('whose stream is left early has the tokens so far, and ends there', async function () {
    if (!TELLS_BODIES) skipBecause(this, NO_BODIES)
    const response = await post(`${server.url}/v1/messages`, { ...chat('drip-5'), stream: true })
    let text = ''
    for await (const bytes of response.body ?? []) {
      text += Buffer.from(bytes).toString()
      if (text.includes('message_start') && text.includes('ping')) break
    }
    await until(() => audited.calls().length > 0)

    expect(audited.calls()[0]).to.include({ error_type: 'cancelled', prompt_tokens: 15, status_code: 200 })
  })

  it('inside of a call that is recorded already counts as an attempt at it', async () => {
    const ask = wrapModelCall(
      async () => {
        await (await post(`${server.url}/v1/chat/completions`, chat('fail-503'))).text()
        const response = await post(`${server.url}/v1/chat/completions`, chat())
        return response.json() as Promise<object>
      },
      { provider: 'mine', model: 'm' },
    )
    await ask()

    expect(audited.calls()).to.have.length(1)
    expect(audited.calls()[0]).to.include({ provider: 'mine', attempts: 2, total_tokens: 18 })
  })

  it('of an SDK that is audited is no call of its own; of one that is not, it is one', async () => {
    const openai = new AuditInstrumentation(OPENAI)
    const client = clientOf(COPIES[0].exported, { ...server, maxRetries: 1 })
    openai.attachTo(COPIES[0].exported)
    openai.enable()
    try {
      await client.chat.completions.create(openaiChat('retry-503-1-undici'))
      expect(audited.calls()).to.have.length(1)
      expect(audited.calls()[0]).to.include({ attempts: 2, total_tokens: 18, model: 'retry-503-1-undici' })
    } finally {
      openai.disable()
    }
    await client.chat.completions.create(openaiChat())
    expect(audited.calls()).to.have.length(2)
  })

  it('belongs to the run that makes it, with a hundred at once', async () => {
    const model = (index: number): string => `model-${index}`
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        withAgent({ agentName: 'a', goal: 'x', runId: model(index) }, async () => {
          const url = `${server.url}/v1beta/models/${model(index)}:generateContent`
          await (await post(url, GEMINI)).text()
        }),
      ),
    )

    const calls = audited.events('ApiCall')
    expect(calls).to.have.length(100)
    for (const { run_id, event_type } of calls) expect(event_type.data).to.include({ model: run_id })
    const tokens = audited.runs().flatMap(({ status, tokens_used }) => (status === 'Completed' ? [tokens_used] : []))
    expect(new Set(tokens)).to.deep.equal(new Set([TELLS_BODIES ? 20 : 0]))
  })

  it('is what it was without an audit: answer, headers and what is sent', async () => {
    const use = async (): Promise<unknown> => {
      server.clear()
      const response = await post(`${server.url}/v1/chat/completions`, { ...chat(), stream: true })
      const { status, headers, body } = response
      return { status, type: headers.get('content-type'), body: body !== null, text: await response.text() }
    }
    const during = [await use(), server.requests.map(({ raw, headers }) => ({ raw, headers }))]
    await audited.stop()
    const after = [await use(), server.requests.map(({ raw, headers }) => ({ raw, headers }))]
    const count = audited.calls().length
    Object.assign(audited, auditingLoopback())

    expect(during).to.deep.equal(after)
    expect(count).to.equal(1)
  })
})
