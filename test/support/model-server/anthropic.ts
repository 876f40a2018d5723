/** Answers of Anthropic's messages. */
import { eventText, objectsIn, textOf, wantedTools } from './answer.ts'
import type { Answer, ReceivedRequest } from './answer.ts'
import { digestOf, toldTools } from './told-tools.ts'

const USAGE = { input_tokens: 11, output_tokens: 7, cache_creation_input_tokens: 1, cache_read_input_tokens: 3 }
const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  429: 'rate_limit_error',
  503: 'overloaded_error',
}

/** Of the tokens in a request. */
export function anthropicCountAnswer({ body }: ReceivedRequest): Answer {
  return { model: textOf(body['model']), whole: { input_tokens: USAGE.input_tokens }, error: anthropicError }
}

function anthropicError(status: number): unknown {
  return {
    type: 'error',
    error: { type: ERROR_TYPES[status] ?? 'api_error', message: `failed with ${status}` },
    request_id: 'req_1',
  }
}

export function anthropicAnswer(request: ReceivedRequest): Answer {
  const { body } = request
  const model = textOf(body['model'])
  const names = objectsIn(body['tools']).map(tool => tool['name'])
  const isTold = /told-tools/.test(model)
  const tools = isTold ? toldTools(names, request) : wantedTools(names, request, model)
  // The same field may say nothing of a format, but of effort.
  const format = (body['output_config'] as { format?: unknown } | undefined)?.format ?? body['output_format']
  const text = format === undefined ? 'hello' : '{"greeting":"hello"}'
  const content =
    tools.length > 0
      ? tools.map(({ id, name, args }) => ({ type: 'tool_use', id: id.replace('call', 'toolu'), name, input: args }))
      : [{ type: 'text', text, citations: null }]
  const stop_reason = tools.length > 0 ? 'tool_use' : 'end_turn'
  const head = {
    id: isTold ? `msg_${digestOf(request)}` : 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-real',
    stop_sequence: null,
  }
  const whole = { ...head, content, stop_reason, usage: USAGE }
  const error = anthropicError
  if (body['stream'] !== true) return { model, whole, error }
  const event = (data: { type: string; [field: string]: unknown }): string => eventText(data, data.type)
  const start = { ...head, content: [], stop_reason: null, usage: { ...USAGE, output_tokens: 1 } }
  return {
    model,
    error,
    events: [
      event({ type: 'message_start', message: start }),
      event({ type: 'ping' }),
      ...content.flatMap((block, index) => blockEvents(block, index, event)),
      event({
        type: 'message_delta',
        delta: { stop_reason, stop_sequence: null },
        usage: { output_tokens: USAGE.output_tokens },
      }),
      event({ type: 'message_stop' }),
    ],
  }
}

function blockEvents(
  block: { type: string; [field: string]: unknown },
  index: number,
  event: (data: { type: string; [field: string]: unknown }) => string,
): readonly string[] {
  const isTool = 'input' in block
  const text = 'text' in block ? textOf(block['text']) : JSON.stringify(isTool ? block['input'] : {})
  const half = Math.ceil(text.length / 2)
  return [
    event({
      type: 'content_block_start',
      index,
      content_block: isTool ? { ...block, input: {} } : { ...block, text: '' },
    }),
    ...[text.slice(0, half), text.slice(half)].map(piece => {
      const delta = isTool ? { type: 'input_json_delta', partial_json: piece } : { type: 'text_delta', text: piece }
      return event({ type: 'content_block_delta', index, delta })
    }),
    event({ type: 'content_block_stop', index }),
  ]
}
