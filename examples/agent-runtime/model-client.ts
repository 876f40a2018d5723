/** Client of a model service that speaks OpenAI's chat completions. Every request it sends is recorded as an `ApiCall`. */
import { setTimeout as wait } from 'node:timers/promises'
import { wrapModelCall } from 'kansa'
import { readChunks, StreamedAnswer } from './chat-stream.ts'
import type { ChatChunk, ChatCompletion, ChatMessage, ChatRequest, ChatUsage } from './chat-wire.ts'
import type { Tool } from './tools.ts'

export type AssistantMessage = ChatCompletion['choices'][number]['message']

export interface ModelAnswer {
  readonly message: AssistantMessage
  /** Absent when the service does not tell. */
  readonly usage: ChatUsage | undefined
}

export interface ModelClientOptions {
  /** For example `https://api.openai.com/v1`. */
  readonly baseUrl: string
  /** Empty for a service that needs none. */
  readonly apiKey: string
  readonly model: string
  /** Who is named as the provider in the audit. */
  readonly provider: string
  /** Told before a request is repeated. */
  readonly onRetry: (error: ModelError, delayMillis: number) => Promise<void>
}

/** The service refused. `status` is HTTP's. */
export class ModelError extends Error {
  override readonly name = 'ModelError'
  readonly status: number
  readonly retryAfterMillis: number | undefined

  constructor(status: number, message: string, retryAfterMillis: number | undefined) {
    super(message)
    this.status = status
    this.retryAfterMillis = retryAfterMillis
  }
}

const MAX_ATTEMPTS = 3
const FIRST_DELAY_MILLIS = 500
const MAX_DELAY_MILLIS = 20_000

export class ModelClient {
  private readonly options: ModelClientOptions
  private readonly send: (request: ChatRequest, signal: AbortSignal) => Promise<ChatCompletion>
  private readonly openStream: (request: ChatRequest, signal: AbortSignal) => Promise<AsyncIterable<ChatChunk>>

  constructor(options: ModelClientOptions) {
    this.options = options
    // Wrapped where the request is sent, below the retry: one record for each attempt, with its own status and error.
    const { provider, model } = options
    this.send = wrapModelCall((request, signal) => this.post(request, signal).then(readCompletion), {
      provider,
      model,
      operation: 'chat',
    })
    this.openStream = wrapModelCall((request, signal) => this.post(request, signal).then(readStream), {
      provider,
      model,
      operation: 'chat',
    })
  }

  async complete(messages: ChatMessage[], tools: readonly Tool[], signal: AbortSignal): Promise<ModelAnswer> {
    const request = this.requestFor(messages, tools)
    const { choices, usage } = await this.withRetries(() => this.send(request, signal), signal)
    const message = choices[0]?.message
    if (message === undefined) throw new Error('the model service answered without a choice')
    return { message, usage }
  }

  /** Like `complete`, but hands on the text as it comes. */
  async stream(
    messages: ChatMessage[],
    tools: readonly Tool[],
    signal: AbortSignal,
    onText: (text: string) => Promise<void>,
  ): Promise<ModelAnswer> {
    const request = { ...this.requestFor(messages, tools), stream: true, stream_options: { include_usage: true } }
    const answer = new StreamedAnswer()
    for await (const chunk of await this.withRetries(() => this.openStream(request, signal), signal)) {
      const text = answer.add(chunk)
      if (text !== '') await onText(text)
    }
    return { message: answer.message, usage: answer.usage }
  }

  private requestFor(messages: ChatMessage[], tools: readonly Tool[]): ChatRequest {
    const declared = tools.map(({ name, description, parameters }) => ({
      type: 'function' as const,
      function: { name, description, parameters },
    }))
    const request = { model: this.options.model, messages }
    return declared.length === 0 ? request : { ...request, tools: declared }
  }

  private async withRetries<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let number = 1; ; number += 1) {
      try {
        return await attempt()
      } catch (error) {
        const mayPass = error instanceof ModelError && (error.status === 429 || error.status >= 500)
        if (!mayPass || number === MAX_ATTEMPTS) throw error
        const delay = Math.min(error.retryAfterMillis ?? FIRST_DELAY_MILLIS * 2 ** (number - 1), MAX_DELAY_MILLIS)
        await this.options.onRetry(error, delay)
        await wait(delay, undefined, { signal })
      }
    }
  }

  private async post(request: ChatRequest, signal: AbortSignal): Promise<Response> {
    const { baseUrl, apiKey } = this.options
    const response = await fetch(`${baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(apiKey !== '' && { authorization: `Bearer ${apiKey}` }) },
      body: JSON.stringify(request),
      signal,
    })
    if (!response.ok) throw new ModelError(response.status, await reasonOf(response), retryAfterOf(response))
    return response
  }
}

async function readCompletion(response: Response): Promise<ChatCompletion> {
  const completion: ChatCompletion = JSON.parse(await response.text())
  return completion
}

function readStream(response: Response): AsyncIterable<ChatChunk> {
  if (response.body === null) throw new Error('the model service answered without a body')
  return readChunks(response.body)
}

async function reasonOf(response: Response): Promise<string> {
  const text = await response.text()
  try {
    return `${response.status} ${JSON.parse(text).error.message}`
  } catch {
    return `${response.status} ${text.slice(0, 200)}`
  }
}

function retryAfterOf({ headers }: Response): number | undefined {
  const millis = headers.get('retry-after-ms') ?? undefined
  const seconds = headers.get('retry-after') ?? undefined
  const delay = millis === undefined ? Number(seconds) * 1000 : Number(millis)
  return Number.isFinite(delay) ? delay : undefined
}
