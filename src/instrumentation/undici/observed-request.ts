/** One request to a model server, from its creation to its end, as undici's channels tell of it: becomes one `ApiCall`. */
import type { ModelCall } from '../../pipeline/observe/model-call.ts'
import { textOfContent } from '../../pipeline/observe/model-text.ts'
import { Observation } from '../../pipeline/observe/outcome.ts'
import { isObject, readData, readDataPath } from '../../pipeline/observe/property.ts'
import { guarded } from '../../pipeline/observe/fault.ts'
import { givenText } from '../given-text.ts'
import { promptIn, startModelCall } from '../observed-calls.ts'
import { providerOfUrl } from '../provider-name.ts'
import { BodyBytes } from './body-bytes.ts'
import type { ModelPath } from './model-operation.ts'
import { ResponseBody } from './response-body.ts'

/** Events after which a stream has nothing more to say: Anthropic, OpenAI's responses, Cohere. */
const LAST_EVENTS = new Set(['message_stop', 'response.completed', 'response.incomplete', 'message-end'])

interface EndOfBody {
  /** Of a body that was not streamed. */
  readonly value: unknown
  readonly isStreamed: boolean
  readonly isDone: boolean
}

/** Must not refer to the request: that it was collected is the end of a call that nobody waits for any more. */
export class ObservedRequest {
  private readonly call: ModelCall
  private readonly observation: Observation
  /** Until the request is sent. */
  private sent: BodyBytes | undefined = new BodyBytes()
  private statusCode = 0
  private body: ResponseBody | undefined
  private isDone = false
  /** What the server reported inside of a stream. */
  private failure: Error | undefined

  /** To be made where the request is: the call belongs to the run of that place. */
  constructor(origin: string, { operation, model = 'unknown' }: ModelPath) {
    const call = startModelCall({ provider: providerOfUrl(origin, origin), model, operation })
    this.call = call
    this.observation = new Observation(call)
    this.observation.await({ kind: 'dropped' })
    // It is too late to refuse the request: a channel can only look on.
    guarded('announcing a request', () => call.begin())
  }

  addSent(chunk: Uint8Array): void {
    this.sent?.add(chunk)
  }

  allSent(): void {
    const request = this.sent?.takeJson()
    this.sent = undefined
    if (!isObject(request)) return
    const model = givenText(readData(request, 'model'))
    const prompt = promptIn(request)
    const text = textOfContent(prompt)
    this.call.tell({
      ...(model !== undefined && { model }),
      prompt,
      ...(text !== '' && { promptPreview: text }),
    })
  }

  answered(statusCode: number, contentType: string, contentEncoding: string): void {
    this.allSent()
    this.statusCode = statusCode
    this.call.tell({ statusCode })
    this.body = new ResponseBody(contentType, contentEncoding, value => this.addValue(value))
  }

  addReceived(chunk: Uint8Array): void {
    this.body?.add(chunk)
  }

  ended(): void {
    const { value, isStreamed } = this.endOfBody()
    const { statusCode, observation } = this
    if (statusCode >= 400) return observation.end({ kind: 'threw', error: httpError(statusCode, value) })
    // Gemini streams one long list where no events are asked for.
    const parts: readonly unknown[] = Array.isArray(value) ? value : []
    for (const part of parts) this.addValue(part)
    if (this.failure !== undefined) return observation.end({ kind: 'threw', error: this.failure })
    if (isStreamed || parts.length > 0) return observation.end({ kind: 'streamed', aborted: false })
    observation.end({ kind: 'returned', value })
  }

  failed(error: unknown): void {
    this.allSent()
    const { isDone } = this.endOfBody()
    // Who has read the last event often leaves without waiting for the end of the response.
    this.observation.end(isDone ? { kind: 'streamed', aborted: false } : { kind: 'threw', error })
  }

  private endOfBody(): EndOfBody {
    const { body } = this
    const value = guarded('reading a response', () => body?.end())
    this.body = undefined
    return { value, isStreamed: body?.isStreamed === true, isDone: this.isDone || body?.isDone === true }
  }

  private addValue(value: unknown): void {
    const type = readData(value, 'type')
    if (typeof type === 'string' && LAST_EVENTS.has(type)) this.isDone = true
    const reported = [readData(value, 'error'), readDataPath(value, ['response', 'error'])].some(isObject)
    if (reported || type === 'error') this.failure = new Error(messageOf(value) ?? 'the model server reported an error')
    this.observation.chunk(value)
  }
}

/** With the status where failures have it. */
function httpError(status: number, body: unknown): Error {
  return Object.assign(new Error(messageOf(body) ?? `status ${status}`), { status })
}

/** What providers say of a failure; Google's lists hold one object. */
function messageOf(body: unknown): string | undefined {
  const holder: unknown = Array.isArray(body) ? body[0] : body
  const candidates = [
    readDataPath(holder, ['error', 'message']),
    readData(holder, 'error'),
    readData(holder, 'message'),
  ]
  return candidates.find(each => typeof each === 'string')
}
