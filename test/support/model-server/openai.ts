/** Answers of OpenAI's completions, responses and embeddings. */
import { eventText, objectsIn, textOf, wantedTools } from './answer.ts'
import type { Answer, ReceivedRequest, WantedTool } from './answer.ts'

const CHAT_USAGE = {
  prompt_tokens: 11,
  completion_tokens: 7,
  total_tokens: 18,
  prompt_tokens_details: { cached_tokens: 3 },
  completion_tokens_details: { reasoning_tokens: 2 },
}
const RESPONSE_USAGE = {
  input_tokens: 11,
  output_tokens: 7,
  total_tokens: 18,
  input_tokens_details: { cached_tokens: 3 },
  output_tokens_details: { reasoning_tokens: 2 },
}
const CREATED = 1_763_800_000

export function openAiError(status: number): unknown {
  return { error: { message: `failed with ${status}`, type: 'test_error', code: `code_${status}`, param: null } }
}

export function chatAnswer(request: ReceivedRequest): Answer {
  const { body } = request
  const model = textOf(body['model'])
  const names = objectsIn(body['tools']).map(tool => (tool['function'] as { name?: unknown } | undefined)?.name)
  const tools = wantedTools(names, request, model)
  const calls = tools.map(({ id, name, args }, index) => ({
    index,
    id,
    type: 'function',
    function: { name, arguments: JSON.stringify(args) },
  }))
  // What `parse()` is asked for is JSON.
  const text = body['response_format'] === undefined ? 'hello' : '{"greeting":"hello"}'
  const finish_reason = calls.length > 0 ? 'tool_calls' : 'stop'
  const message =
    calls.length > 0
      ? {
          role: 'assistant',
          content: null,
          refusal: null,
          tool_calls: calls.map(({ id, type, function: fn }) => ({ id, type, function: fn })),
        }
      : { role: 'assistant', content: text, refusal: null }
  const head = { id: 'chatcmpl-1', created: CREATED, model: 'real-model' }
  const whole = {
    ...head,
    object: 'chat.completion',
    choices: [{ index: 0, message, logprobs: null, finish_reason }],
    usage: CHAT_USAGE,
  }
  return {
    model,
    whole,
    error: openAiError,
    events: body['stream'] === true ? chatEvents(head, text, calls, body) : undefined,
  }
}

function chatEvents(
  head: object,
  text: string,
  calls: readonly { index: number; id: string; type: string; function: { name: string; arguments: string } }[],
  body: ReceivedRequest['body'],
): readonly string[] {
  const chunk = (delta: object, finish_reason: string | null = null): string =>
    eventText({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })
  const half = Math.ceil(text.length / 2)
  const deltas =
    calls.length > 0
      ? calls.flatMap(call => [
          chunk({ tool_calls: [{ ...call, function: { ...call.function, arguments: '' } }] }),
          chunk({ tool_calls: [{ index: call.index, function: { arguments: call.function.arguments } }] }),
        ])
      : [chunk({ content: text.slice(0, half) }), chunk({ content: text.slice(half) })]
  const asksForUsage = (body['stream_options'] as { include_usage?: unknown } | undefined)?.include_usage === true
  return [
    chunk({ role: 'assistant', content: calls.length > 0 ? null : '' }),
    ...deltas,
    chunk({}, calls.length > 0 ? 'tool_calls' : 'stop'),
    ...(asksForUsage ? [eventText({ ...head, object: 'chat.completion.chunk', choices: [], usage: CHAT_USAGE })] : []),
    eventText('[DONE]'),
  ]
}

export function completionAnswer({ body }: ReceivedRequest): Answer {
  const model = textOf(body['model'])
  const head = { id: 'cmpl-1', object: 'text_completion', created: CREATED, model: 'real-model' }
  const choice = (text: string): object => ({ index: 0, text, logprobs: null, finish_reason: 'stop' })
  const whole = { ...head, choices: [choice('hello')], usage: CHAT_USAGE }
  if (body['stream'] !== true) return { model, whole, error: openAiError }
  const chunks = [
    { ...head, choices: [choice('hel')] },
    { ...head, choices: [choice('lo')], usage: CHAT_USAGE },
  ]
  return { model, error: openAiError, events: [...chunks.map(chunk => eventText(chunk)), eventText('[DONE]')] }
}

export function compactAnswer({ body }: ReceivedRequest): Answer {
  const whole = { id: 'resp_2', object: 'response.compaction', created_at: CREATED, output: [], usage: RESPONSE_USAGE }
  return { model: textOf(body['model']), whole, error: openAiError }
}

export function responsesAnswer(request: ReceivedRequest): Answer {
  const { body } = request
  const model = textOf(body['model'])
  const tools = wantedTools(
    objectsIn(body['tools']).map(tool => tool['name']),
    request,
    model,
  )
  const text =
    (body['text'] as { format?: unknown } | undefined)?.format === undefined ? 'hello' : '{"greeting":"hello"}'
  const items = tools.length > 0 ? tools.map(functionCall) : [messageOf(text)]
  const response = (status: string, output: readonly object[], usage: object | null): object => ({
    id: 'resp_1',
    object: 'response',
    created_at: CREATED,
    status,
    model: 'real-model',
    output,
    usage,
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    parallel_tool_calls: true,
    tool_choice: 'auto',
    tools: [],
    temperature: 1,
    top_p: 1,
  })
  const whole = response('completed', items, RESPONSE_USAGE)
  if (body['stream'] !== true) return { model, whole, error: openAiError }
  let sequence_number = 0
  const event = (type: string, more: object): string =>
    eventText({ type, sequence_number: sequence_number++, ...more }, type)
  const started = response('in_progress', [], null)
  return {
    model,
    error: openAiError,
    events: [
      event('response.created', { response: started }),
      event('response.in_progress', { response: started }),
      ...items.flatMap((item, output_index) => itemEvents(item, output_index, text, event)),
      event('response.completed', { response: whole }),
    ],
  }
}

function itemEvents(
  item: { id: string; type: string; [field: string]: unknown },
  output_index: number,
  text: string,
  event: (type: string, more: object) => string,
): readonly string[] {
  const at = { item_id: item.id, output_index }
  if (item.type === 'function_call') {
    const { arguments: args } = item as { arguments?: string }
    return [
      event('response.output_item.added', { output_index, item: { ...item, status: 'in_progress', arguments: '' } }),
      event('response.function_call_arguments.delta', { ...at, delta: args }),
      event('response.function_call_arguments.done', { ...at, arguments: args }),
      event('response.output_item.done', { output_index, item }),
    ]
  }
  const half = Math.ceil(text.length / 2)
  const part = { type: 'output_text', text: '', annotations: [] }
  return [
    event('response.output_item.added', { output_index, item: { ...item, status: 'in_progress', content: [] } }),
    event('response.content_part.added', { ...at, content_index: 0, part }),
    ...[text.slice(0, half), text.slice(half)].map(delta =>
      event('response.output_text.delta', { ...at, content_index: 0, delta, logprobs: [] }),
    ),
    event('response.output_text.done', { ...at, content_index: 0, text, logprobs: [] }),
    event('response.content_part.done', { ...at, content_index: 0, part: { ...part, text } }),
    event('response.output_item.done', { output_index, item }),
  ]
}

function functionCall(
  { id, name, args }: WantedTool,
  index: number,
): { id: string; type: string; [field: string]: unknown } {
  return {
    id: `fc_${index + 1}`,
    type: 'function_call',
    status: 'completed',
    call_id: id,
    name,
    arguments: JSON.stringify(args),
  }
}

function messageOf(text: string): { id: string; type: string; [field: string]: unknown } {
  const content = [{ type: 'output_text', text, annotations: [], logprobs: [] }]
  return { id: 'msg_1', type: 'message', status: 'completed', role: 'assistant', content }
}

export function embeddingsAnswer({ body }: ReceivedRequest): Answer {
  const { input, encoding_format } = body
  const count = Array.isArray(input) ? input.length : 1
  // Clients ask for base64 unless they are told otherwise.
  const vector = new Float32Array([0.5, -0.25])
  const embedding = encoding_format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector]
  const data = Array.from({ length: count }, (_, index) => ({ object: 'embedding', index, embedding }))
  const whole = { object: 'list', model: 'real-embedding', data, usage: { prompt_tokens: 4, total_tokens: 4 } }
  return { model: textOf(body['model']), whole, error: openAiError }
}
