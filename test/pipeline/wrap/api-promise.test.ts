import { expect } from 'chai'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { wrapModelCall } from '../../../src/pipeline/wrap-model-call.ts'
import { RecordingLogger } from '../../support/recording-logger.ts'
import { untilCollected } from './garbage-collection.ts'

interface Props {
  readonly response: Response
}
type Parse<T> = (client: object, props: Props) => Promise<T>

/** Behaves like the promises of the openai and anthropic SDKs: the body is parsed when somebody awaits, and only once. */
class ApiPromise<T> extends Promise<T> {
  readonly #client = {}
  readonly responsePromise: Promise<Props>
  readonly parseResponse: Parse<T>
  private parsed: Promise<T> | undefined

  constructor(responsePromise: Promise<Props>, parseResponse: Parse<T>) {
    super(() => {})
    this.responsePromise = responsePromise
    this.parseResponse = parseResponse
  }

  _thenUnwrap<U>(transform: (data: T, props: Props) => U): ApiPromise<U> {
    const parse: Parse<U> = async (client, props) => transform(await this.parseResponse(client, props), props)
    return new ApiPromise(this.responsePromise, parse)
  }

  async asResponse(): Promise<Response> {
    return (await this.responsePromise).response
  }

  async withResponse(): Promise<{ data: T; response: Response }> {
    const [data, response] = await Promise.all([this.parse(), this.asResponse()])
    return { data, response }
  }

  private parse(): Promise<T> {
    this.parsed ??= this.responsePromise.then(props => this.parseResponse(this.#client, props))
    return this.parsed
  }

  // oxlint-disable-next-line unicorn/no-thenable -- what those SDKs do
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.parse().then(onFulfilled, onRejected)
  }

  override catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.parse().catch(onRejected)
  }
}

interface Answer {
  readonly id: string
  readonly model: string
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number }
  readonly choices: readonly { readonly message: { readonly content: string } }[]
}
const ANSWER: Answer = {
  id: 'c1',
  model: 'real-model',
  usage: { prompt_tokens: 11, completion_tokens: 7 },
  choices: [{ message: { content: 'hello' } }],
}

function request(): ApiPromise<Answer> {
  const response = Promise.resolve({ response: Response.json(ANSWER) })
  return new ApiPromise<Answer>(response, async (_client, props) => {
    const body: Answer = JSON.parse(await props.response.text())
    return body
  })
}

describe('a wrapped call that returns the promise of an SDK with methods of its own', () => {
  let logger: RecordingLogger
  beforeEach(() => {
    logger = new RecordingLogger()
  })
  const wrap = (fn: () => ApiPromise<Answer>): (() => ApiPromise<Answer>) =>
    wrapModelCall(fn, { provider: 'openai', model: 'gpt-5', logger })

  const expectAnswerRecorded = (): void => {
    expect(logger.apiCall).to.include({
      prompt_tokens: 11,
      completion_tokens: 7,
      response_preview: 'hello',
      response_model: 'real-model',
      response_id: 'c1',
      // Only these promises tell it: what they give is the body alone.
      status_code: 200,
    })
  }

  it('is that very promise, and records what its owner awaits', async () => {
    const promise = request()
    const returned = wrap(() => promise)()

    expect(returned).to.equal(promise)
    expect((await returned).id).to.equal('c1')
    expectAnswerRecorded()
  })

  it('works with withResponse()', async () => {
    const { data, response } = await wrap(request)().withResponse()

    expect(data.model).to.equal('real-model')
    expect(response.status).to.equal(200)
    expectAnswerRecorded()
  })

  it('works with what helpers derive from it', async () => {
    const text = await wrap(request)()._thenUnwrap(answer => answer.choices[0]?.message.content)

    expect(text).to.equal('hello')
    expectAnswerRecorded()
  })

  it('leaves the body unread for asResponse()', async () => {
    const response = await wrap(request)().asResponse()

    expect(response.bodyUsed).to.equal(false)
    expect(await response.json()).to.deep.equal(ANSWER)
  })

  for (const read of ['json', 'text'] as const) {
    it(`records what ${read}() of a raw response gives`, async () => {
      const response = await wrap(request)().asResponse()

      await response[read]()
      expectAnswerRecorded()
    })
  }

  it('records a raw response when nobody can parse it any more, with unknown usage', async () => {
    await wrap(request)().asResponse()

    await untilCollected(() => logger.events.length > 0)

    expect(logger.apiCall).to.include({ usage_unknown: true, total_tokens: 0 }).and.not.have.property('error')
  })

  it('records a failed request whether or not somebody awaits it', async () => {
    const error = Object.assign(new Error('slow down'), { status: 429 })
    const refuse = wrap(() => new ApiPromise<Answer>(Promise.reject(error), () => Promise.reject(new Error('unused'))))

    void refuse()
    await nextTurn()

    expect(logger.apiCall).to.include({ error: 'slow down', error_type: '429', status_code: 429 })
    expect(await refuse().catch((reason: unknown) => reason)).to.equal(error)
    expect(logger.dataOf('ApiCall')).to.have.length(2)
  })
})
