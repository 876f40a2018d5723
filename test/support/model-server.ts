/**
 * A stand-in for model services on the loopback, for every SDK: it speaks the wire formats of OpenAI (chat completions,
 * responses, embeddings), Anthropic (messages, also of Bedrock and Vertex AI) and Gemini (generateContent), whole and as
 * server-sent events in chunks.
 *
 * What it does is said by words in the model's name, so that any client can ask for it:
 * - `fail-429` (400, 401, 429, 500, 503): answers with that status, in the service's own error format.
 * - `retry-429-2`: fails so for the first two requests that name this very model, then answers. Retry-After is short.
 * - `slow-50`: waits 50 ms before it answers. `drip-5`: waits 5 ms before each event of a stream.
 * - `hang`: an answer that begins and never ends. `cut`: the connection is closed in the middle of the answer.
 * - `broken`: status 200 with a body that is no JSON.
 * - `throttled`, of Bedrock's streams: an exception in place of the last event.
 * - `two-tools`: asks for the first tool twice in one answer, with other arguments.
 * - `tools-50`, at its beginning: asks for the first tool 50 times in one answer.
 * - `told-tools`, of Anthropic's: asks for what the newest prompt says in a line of its own, like `Read {"file_path":"a"}`;
 *   else for none. Each answer has an id of its own.
 *
 * Where tools are offered and no result of one is in the request, the answer asks for the first tool.
 */
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, ReceivedRequest } from './model-server/answer.ts'
import { answerTo } from './model-server/services.ts'

export interface ModelServer {
  /** Without a slash at the end, and without `/v1`. */
  readonly url: string
  /** Everything received so far, in order. */
  readonly requests: readonly ReceivedRequest[]
  /** Forgets the requests, and which models failed how often. */
  clear(): void
  close(): Promise<void>
}

export async function startModelServer(): Promise<ModelServer> {
  const requests: ReceivedRequest[] = []
  const failures = new Map<string, number>()
  const server = createServer((request, response) => {
    receive(request)
      .then(received => {
        requests.push(received)
        return respond(received, response, failures)
      })
      .catch(() => response.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  // A suite that fails half-way is not to be held up by it.
  server.unref()
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    clear: () => {
      requests.length = 0
      failures.clear()
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function receive(request: IncomingMessage): Promise<ReceivedRequest> {
  let raw = ''
  for await (const chunk of request.setEncoding('utf8')) raw += chunk
  return { path: request.url ?? '', headers: request.headers, raw, body: JSON.parse(raw === '' ? '{}' : raw) }
}

async function respond(
  request: ReceivedRequest,
  response: ServerResponse,
  failures: Map<string, number>,
): Promise<void> {
  const answer = answerTo(request)
  const { model } = answer
  const slow = /slow-(\d+)/.exec(model)?.[1]
  if (slow !== undefined) await sleep(Number(slow))
  const failure = failureOf(model, failures)
  if (failure !== undefined) return sendJson(response, failure, answer.error(failure))
  if (answer.events === undefined) return sendWhole(response, model, answer)
  return sendEvents(response, model, answer.events, answer.eventsType)
}

/** The status to fail with this time. */
function failureOf(model: string, failures: Map<string, number>): number | undefined {
  const always = /fail-(\d{3})/.exec(model)?.[1]
  if (always !== undefined) return Number(always)
  const [, status, times] = /retry-(\d{3})-(\d+)/.exec(model) ?? []
  if (status === undefined || times === undefined) return undefined
  const failed = failures.get(model) ?? 0
  if (failed >= Number(times)) return undefined
  failures.set(model, failed + 1)
  return Number(status)
}

function sendWhole(response: ServerResponse, model: string, answer: Answer): void {
  if (/hang/.test(model)) return
  if (/cut/.test(model)) {
    response.writeHead(200, headersOf('application/json'))
    response.write('{"id":', () => response.destroy())
    return
  }
  if (/broken/.test(model)) {
    response.writeHead(200, headersOf('application/json'))
    response.end('{"id": no json')
    return
  }
  sendJson(response, answer.status ?? 200, answer.whole)
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const retryable = status === 429 || status >= 500
  response.writeHead(status, {
    ...headersOf('application/json'),
    ...(retryable && { 'retry-after': '1', 'retry-after-ms': '2' }),
  })
  response.end(JSON.stringify(body))
}

async function sendEvents(
  response: ServerResponse,
  model: string,
  events: readonly (string | Uint8Array)[],
  type = 'text/event-stream',
): Promise<void> {
  response.writeHead(200, headersOf(type))
  const drip = Number(/drip-(\d+)/.exec(model)?.[1] ?? 0)
  for (const [index, event] of events.entries()) {
    if (drip > 0) await sleep(drip)
    if (index > 0 && /hang/.test(model)) return
    if (index > 0 && /cut/.test(model)) {
      response.destroy()
      return
    }
    // In two pieces: nobody may rely on events and packets being the same.
    const middle = Math.floor(event.length / 2)
    response.write(event.slice(0, middle))
    await new Promise(resolve => setImmediate(resolve))
    if (response.destroyed) return
    response.write(event.slice(middle))
  }
  response.end()
}

function headersOf(type: string): Record<string, string> {
  return { 'content-type': type, 'x-request-id': 'req_1', 'request-id': 'req_1' }
}
