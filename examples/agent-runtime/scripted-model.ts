/**
 * A model service for working offline: an HTTP server on 127.0.0.1 that speaks OpenAI's chat completions wire format.
 * What it answers is decided by `model-script.ts` from the conversation so far. Like a busy real service it turns the
 * first request away with 429, so that a client's retry can be seen.
 */
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { ChatChunk, ChatCompletion, ChatMessage, ChatRequest, ChatUsage, FinishReason } from './chat-wire.ts'
import { answerTo } from './model-script.ts'

type AssistantMessage = ChatCompletion['choices'][number]['message']

export interface ScriptedModel {
  /** To be used as `OPENAI_BASE_URL`. */
  readonly baseUrl: string
  close(): Promise<void>
}

const RETRY_AFTER_MILLIS = 150
/** A person reads along: a few words at a time, as a real model sends them. */
const WORDS_PER_CHUNK = 3
const CHUNK_INTERVAL_MILLIS = 12

export async function startScriptedModel(): Promise<ScriptedModel> {
  let requests = 0
  const server = createServer((request, response) => {
    requests += 1
    handle(request, response, requests).catch((error: unknown) => response.destroy(asError(error)))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return { baseUrl: `http://127.0.0.1:${portOf(server)}/v1`, close: () => close(server) }
}

async function handle(request: IncomingMessage, response: ServerResponse, requestNumber: number): Promise<void> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk)
  if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
    return refuse(response, 404, 'invalid_request_error', `there is no ${request.method} ${request.url}`)
  }
  if (requestNumber === 1) {
    response.setHeader('retry-after', Math.ceil(RETRY_AFTER_MILLIS / 1000))
    response.setHeader('retry-after-ms', RETRY_AFTER_MILLIS)
    return refuse(response, 429, 'rate_limit_exceeded', 'Rate limit reached, please try again shortly')
  }
  let chat: ChatRequest
  try {
    chat = JSON.parse(text)
  } catch {
    return refuse(response, 400, 'invalid_request_error', 'the body is not JSON')
  }
  const message = answerTo(chat.messages)
  const finishReason = message.tool_calls === undefined ? 'stop' : 'tool_calls'
  const head = { id: `chatcmpl-${requestNumber}`, created: Math.floor(Date.now() / 1000), model: chat.model }
  const usage = usageOf(chat, message)
  if (chat.stream === true) {
    const includeUsage = chat.stream_options?.include_usage === true
    return sendStream(response, chunksOf(head, message, finishReason), includeUsage ? { ...head, usage } : undefined)
  }
  const completion: ChatCompletion = {
    ...head,
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: finishReason }],
    usage,
  }
  sendJson(response, 200, completion)
}

type ChunkHead = Pick<ChatChunk, 'id' | 'created' | 'model'>

async function sendStream(
  response: ServerResponse,
  chunks: Iterable<ChatChunk>,
  last: (ChunkHead & { usage: ChatUsage }) | undefined,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  for (const chunk of chunks) {
    // A client that hangs up (a cancelled run) ends the work here too.
    if (response.destroyed) return
    response.write(`data: ${JSON.stringify(chunk)}\n\n`)
    await wait(CHUNK_INTERVAL_MILLIS)
  }
  if (last !== undefined) {
    const chunk: ChatChunk = { ...last, object: 'chat.completion.chunk', choices: [] }
    response.write(`data: ${JSON.stringify(chunk)}\n\n`)
  }
  response.end('data: [DONE]\n\n')
}

/** The message in pieces, as deltas: the role first, then text and tool calls, then the reason why it ended. */
function* chunksOf(head: ChunkHead, message: AssistantMessage, finishReason: FinishReason): Generator<ChatChunk> {
  const chunk = (
    delta: ChatChunk['choices'][number]['delta'],
    finish_reason: FinishReason | null = null,
  ): ChatChunk => ({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })

  yield chunk({ role: 'assistant', content: message.content === null ? null : '' })
  const words = message.content?.match(/\S+\s*/g) ?? []
  for (let at = 0; at < words.length; at += WORDS_PER_CHUNK) {
    yield chunk({ content: words.slice(at, at + WORDS_PER_CHUNK).join('') })
  }
  for (const [index, call] of (message.tool_calls ?? []).entries()) {
    yield chunk({ tool_calls: [{ ...call, index, function: { name: call.function.name, arguments: '' } }] })
    yield chunk({ tool_calls: [{ index, function: { arguments: call.function.arguments } }] })
  }
  yield chunk({}, finishReason)
}

/** Counted from the text, four characters a token, which is close to what real models count for English. */
function usageOf(chat: ChatRequest, answer: AssistantMessage): ChatUsage {
  const prompt_tokens = tokensOf(chat.messages) + tokensOf(chat.tools ?? [])
  const completion_tokens = tokensOf([{ ...answer, role: 'assistant' }])
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens }
}

function tokensOf(content: readonly (ChatMessage | object)[]): number {
  return Math.ceil(JSON.stringify(content).length / 4)
}

function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  sendJson(response, status, { error: { message, type, param: null, code: type } })
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function close(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
