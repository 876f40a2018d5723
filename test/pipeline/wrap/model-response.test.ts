import { expect } from 'chai'
import type { ApiCallData } from '../../../src/events/kinds.ts'
import { wrapModelCall } from '../../../src/pipeline/wrap-model-call.ts'
import { RecordingLogger } from '../../support/recording-logger.ts'
import { collect } from './collect.ts'

function recorded(result: unknown, logger = new RecordingLogger()): ApiCallData {
  wrapModelCall(() => result, { provider: 'p', model: 'm', logger })()
  return logger.apiCall
}

async function streamed(chunks: readonly unknown[], logger = new RecordingLogger()): Promise<ApiCallData> {
  const stream = wrapModelCall(
    async function* () {
      yield* chunks
    },
    { provider: 'p', model: 'm', logger },
  )
  await collect(stream())
  return logger.apiCall
}

const chatChunk = (content: string | null, usage: object | null = null): object => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  model: 'real-model',
  choices: content === null ? [] : [{ delta: { content } }],
  usage,
})

describe('what is read of a model’s response', () => {
  const results: { name: string; result: unknown; expected: Partial<ApiCallData> }[] = [
    {
      name: 'openai chat completions',
      result: {
        id: 'c1',
        model: 'gpt-5-2026',
        choices: [{ message: { role: 'assistant', content: 'hello' } }],
        usage: {
          prompt_tokens: 11,
          completion_tokens: 7,
          total_tokens: 18,
          prompt_tokens_details: { cached_tokens: 3 },
          completion_tokens_details: { reasoning_tokens: 2 },
        },
      },
      expected: {
        prompt_tokens: 11,
        completion_tokens: 7,
        total_tokens: 18,
        cache_read_tokens: 3,
        reasoning_tokens: 2,
        response_preview: 'hello',
        response_model: 'gpt-5-2026',
        response_id: 'c1',
      },
    },
    {
      name: 'openai responses',
      result: {
        id: 'resp_1',
        model: 'gpt-5',
        output: [{ type: 'message', content: [{ type: 'output_text', text: 'hello' }] }],
        usage: {
          input_tokens: 11,
          output_tokens: 7,
          total_tokens: 18,
          input_tokens_details: { cached_tokens: 3 },
          output_tokens_details: { reasoning_tokens: 2 },
        },
      },
      expected: {
        prompt_tokens: 11,
        completion_tokens: 7,
        total_tokens: 18,
        cache_read_tokens: 3,
        reasoning_tokens: 2,
        response_preview: 'hello',
        response_id: 'resp_1',
      },
    },
    {
      name: 'anthropic messages, whose input leaves the cached tokens out',
      result: {
        id: 'msg_1',
        type: 'message',
        model: 'claude',
        content: [
          { type: 'text', text: 'Let me look.' },
          { type: 'tool_use', id: 'toolu_1', name: 'ls', input: {} },
        ],
        usage: { input_tokens: 11, output_tokens: 7, cache_creation_input_tokens: 1, cache_read_input_tokens: 3 },
      },
      expected: {
        prompt_tokens: 15,
        completion_tokens: 7,
        total_tokens: 22,
        cache_read_tokens: 3,
        cache_write_tokens: 1,
        response_preview: 'Let me look.',
        response_model: 'claude',
        response_id: 'msg_1',
      },
    },
    {
      name: 'Gemini, whose output leaves the thoughts out',
      result: {
        candidates: [{ content: { role: 'model', parts: [{ text: 'hello' }] } }],
        usageMetadata: { promptTokenCount: 11, candidatesTokenCount: 7, thoughtsTokenCount: 5, totalTokenCount: 23 },
        modelVersion: 'gemini-real',
        responseId: 'r1',
      },
      expected: {
        prompt_tokens: 11,
        completion_tokens: 12,
        total_tokens: 23,
        reasoning_tokens: 5,
        response_preview: 'hello',
        response_model: 'gemini-real',
        response_id: 'r1',
      },
    },
    {
      name: 'the AI SDK',
      result: {
        text: 'hello',
        usage: {
          inputTokens: 11,
          outputTokens: 7,
          totalTokens: 18,
          inputTokenDetails: { cacheReadTokens: 3, cacheWriteTokens: 1 },
        },
        response: { id: 'r1', modelId: 'real-model' },
      },
      expected: {
        prompt_tokens: 11,
        completion_tokens: 7,
        total_tokens: 18,
        cache_read_tokens: 3,
        cache_write_tokens: 1,
        response_preview: 'hello',
        response_model: 'real-model',
        response_id: 'r1',
      },
    },
    {
      name: 'LangChain',
      result: { content: 'hello', usage_metadata: { input_tokens: 11, output_tokens: 7, total_tokens: 18 } },
      expected: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18, response_preview: 'hello' },
    },
    {
      name: 'embeddings, which are not kept',
      result: { data: [{ embedding: [0.1, 0.2] }], model: 'real-emb', usage: { prompt_tokens: 4, total_tokens: 4 } },
      expected: { prompt_tokens: 4, completion_tokens: 0, total_tokens: 4, response_model: 'real-emb' },
    },
    {
      name: 'a plain string',
      result: 'hello',
      expected: { usage_unknown: true, total_tokens: 0, response_preview: 'hello' },
    },
    {
      name: 'counts that cannot be',
      result: { usage: { prompt_tokens: -1, completion_tokens: 'many', total_tokens: Number.NaN } },
      expected: { usage_unknown: true, total_tokens: 0 },
    },
  ]
  for (const { name, result, expected } of results) {
    it(`knows ${name}`, () => {
      expect(recorded(result)).to.include(expected)
    })
  }

  it('is nothing of an embedding', () => {
    expect(recorded({ data: [{ embedding: [0.1] }] })).not.to.have.property('response_preview')
  })

  it('runs no getter: a lazy result stays unread', () => {
    class LazyResult {
      read = 0
      get usage(): object {
        this.read++
        return { prompt_tokens: 1 }
      }
      get text(): Promise<string> {
        this.read++
        return Promise.reject(new Error('consumed'))
      }
    }
    const result = new LazyResult()

    expect(recorded(result)).to.include({ usage_unknown: true }).and.not.have.property('response_preview')
    expect(result.read).to.equal(0)
  })

  it('is the status alone of an answer to fetch, whose body is the caller’s to read', async () => {
    const response = Response.json({ id: 'x', model: 'other', choices: [] }, { status: 503 })
    const data = recorded(response)
    expect(data).to.include({ status_code: 503, usage_unknown: true, model: 'm' })
    expect(data).to.not.have.any.keys('response_preview', 'response', 'response_model')
    expect(response.bodyUsed).to.equal(false)
    expect(await response.json()).to.include({ id: 'x' })
  })

  it('is whole at capture level full, tool calls included', () => {
    const message = { role: 'assistant', content: 'hi', tool_calls: [{ id: 'call_1' }] }
    const data = recorded({ choices: [{ message }] }, new RecordingLogger({ capture: 'full' }))

    expect(JSON.parse(data.response ?? '')).to.deep.equal(message)
    expect(data.response_preview).to.equal('hi')
  })
})

describe('what is read of a model’s stream', () => {
  it('of openai chat completions: the text, and the usage of the last chunk', async () => {
    const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 }

    expect(await streamed([chatChunk('hel'), chatChunk('lo'), chatChunk(null, usage)])).to.include({
      response_preview: 'hello',
      prompt_tokens: 11,
      completion_tokens: 7,
      total_tokens: 18,
      response_id: 'c1',
      response_model: 'real-model',
    })
  })

  it('of openai chat completions without usage: that nobody told it', async () => {
    const data = await streamed([{ choices: [{ delta: { content: 'hi' } }] }])

    expect(data).to.include({ usage_unknown: true, response_preview: 'hi' })
    expect(data.time_to_first_token_ms)
      .to.be.at.least(0)
      .and.at.most(data.latency_ms ?? 0)
  })

  it('of openai responses: the deltas once, and the usage of the completed response', async () => {
    const usage = { input_tokens: 11, output_tokens: 7, total_tokens: 18 }
    const data = await streamed([
      { type: 'response.created', response: { id: 'resp_1', model: 'gpt-5', usage: null } },
      { type: 'response.output_text.delta', delta: 'hel', item_id: 'msg_1' },
      { type: 'response.output_text.delta', delta: 'lo', item_id: 'msg_1' },
      { type: 'response.output_text.done', text: 'hello' },
      { type: 'response.completed', response: { id: 'resp_1', model: 'gpt-5', usage } },
    ])

    expect(data).to.include({ response_preview: 'hello', prompt_tokens: 11, total_tokens: 18, response_id: 'resp_1' })
  })

  it('of anthropic messages: input from the start, output from the last delta', async () => {
    const usage = { input_tokens: 11, output_tokens: 1, cache_creation_input_tokens: 1, cache_read_input_tokens: 3 }
    const data = await streamed([
      { type: 'message_start', message: { id: 'msg_1', type: 'message', model: 'claude', content: [], usage } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'hel' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'lo' } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 7 } },
      { type: 'message_stop' },
    ])

    expect(data).to.include({
      response_preview: 'hello',
      prompt_tokens: 15,
      completion_tokens: 7,
      cache_read_tokens: 3,
      cache_write_tokens: 1,
      response_id: 'msg_1',
      response_model: 'claude',
    })
  })

  it('of the AI SDK: text deltas, and the usage of the whole', async () => {
    const data = await streamed([
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', text: 'hel' },
      { type: 'text-delta', id: '0', text: 'lo' },
      {
        type: 'finish-step',
        usage: { inputTokens: 5, outputTokens: 3 },
        response: { id: 'r1', modelId: 'real-model' },
      },
      { type: 'finish', totalUsage: { inputTokens: 11, outputTokens: 7 } },
    ])

    expect(data).to.include({ response_preview: 'hello', prompt_tokens: 11, completion_tokens: 7, response_id: 'r1' })
  })

  it('is not claimed to be whole when only its beginning was kept', async () => {
    const full = { capture: 'full', previewLength: 10_000 } as const
    const long = await streamed(['x'.repeat(3000), 'y'.repeat(3000)], new RecordingLogger(full))
    const short = await streamed(['x', 'y'], new RecordingLogger(full))

    expect(long).not.to.have.property('response')
    expect(long.response_preview).to.have.length(4096)
    expect(short.response).to.equal('xy')
  })
})

describe('the callbacks of a model call', () => {
  it('go before what is read by default', async () => {
    const logger = new RecordingLogger()
    const call = wrapModelCall(
      async (question: string, options: { model: string }) => ({
        answer: `yes: ${question}`,
        cost: 5,
        model: options.model,
      }),
      {
        provider: 'p',
        model: (_question, options) => options.model,
        operation: 'chat',
        callId: 'call-1',
        prompt: question => ({ question }),
        usage: result => ({ promptTokens: result.cost, completionTokens: 1 }),
        response: result => result.answer,
        logger,
      },
    )
    await call('really?', { model: 'small' })

    expect(logger.apiCall).to.include({
      model: 'small',
      operation: 'chat',
      call_id: 'call-1',
      prompt_preview: '{"question":"really?"}',
      prompt_tokens: 5,
      completion_tokens: 1,
      total_tokens: 6,
      response_preview: 'yes: really?',
    })
  })

  it('get each item of a stream', async () => {
    const logger = new RecordingLogger()
    const stream = wrapModelCall(
      async function* () {
        yield { piece: 'a', used: 1 }
        yield { piece: 'b', used: 2 }
      },
      {
        provider: 'p',
        model: 'm',
        usage: item => ({ totalTokens: item.used }),
        response: item => item.piece,
        logger,
      },
    )
    await collect(stream())

    expect(logger.apiCall).to.include({ total_tokens: 2, response_preview: 'ab' })
  })
})
