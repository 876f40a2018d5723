import { expect } from 'chai'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { wrapModelCall } from '../../../src/pipeline/wrap-model-call.ts'
import { wrapTool } from '../../../src/pipeline/wrap-tool.ts'
import { RecordingLogger } from '../../support/recording-logger.ts'

describe('a wrapped function that returns a promise', () => {
  let logger: RecordingLogger
  beforeEach(() => {
    logger = new RecordingLogger()
  })

  it('returns that very promise and is recorded before its caller goes on', async () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    const read = wrapTool(() => promise, { toolName: 'read', logger })

    const returned = read()
    expect(returned).to.equal(promise)
    expect(logger.events).to.deep.equal([])
    resolve('content')
    await returned

    expect(logger.toolCall).to.include({ success: true, output_preview: 'content' })
  })

  it('rejects with the very error and causes no unhandled rejection', async () => {
    const unhandled: unknown[] = []
    const onUnhandled = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', onUnhandled)
    try {
      const error = new TypeError('bad input')
      const fail = wrapTool(async () => Promise.reject(error), { toolName: 'fail', logger })

      const caught: unknown = await fail().catch((reason: unknown) => reason)
      await nextTurn()
      await nextTurn()

      expect(caught).to.equal(error)
      expect(unhandled).to.deep.equal([])
      expect(logger.toolCall).to.include({ success: false, error: 'bad input', error_type: 'TypeError' })
    } finally {
      process.off('unhandledRejection', onUnhandled)
    }
  })

  it('keeps subclass, identity and methods of the promise', async () => {
    class CancellablePromise<T> extends Promise<T> {
      cancelled = false
      cancel(): void {
        this.cancelled = true
      }
    }
    const promise = new CancellablePromise<number>(resolve => resolve(5))
    const returned = wrapTool(() => promise, { toolName: 'compute', logger })()

    expect(returned).to.equal(promise)
    returned.cancel()
    expect(returned).to.include({ cancelled: true }).and.be.instanceOf(CancellablePromise)
    expect(await returned).to.equal(5)
    expect(logger.toolCall.output_preview).to.equal('5')
  })

  it('observes a subclass whose constructor takes no executor once its owner awaits it', async () => {
    class Job extends Promise<string> {
      constructor(name: string) {
        super(resolve => resolve(`did ${name.toUpperCase()}`))
      }
    }
    const job = new Job('x')
    // `await` and `then` of such a class fail, with and without us.
    expect(() => job.then(String)).to.throw(TypeError)

    const returned = wrapTool(() => job, { toolName: 'job', logger })()

    expect(returned).to.equal(job)
    expect(() => returned.then(String)).to.throw(TypeError)
  })

  it('is recorded once for one promise awaited many times, and once per call for a cached promise', async () => {
    const cached = Promise.resolve('same')
    const get = wrapTool(() => cached, { toolName: 'get', logger })

    const returned = get()
    await Promise.all([returned, returned, returned.finally(() => {})])
    expect(logger.events).to.have.length(1)
    await get()
    expect(logger.events).to.have.length(2)
  })

  it('measures model calls to the resolution of the promise', async () => {
    const { promise, resolve } = Promise.withResolvers<{ usage: object; model: string; id: string }>()
    const call = wrapModelCall((_body: { messages: object[] }) => promise, {
      provider: 'openai',
      model: 'gpt-5',
      logger,
    })

    const returned = call({ messages: [{ role: 'user', content: 'How are you?' }] })
    await nextTurn()
    resolve({ id: 'c1', model: 'gpt-5-2026', usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 } })
    await returned

    expect(logger.apiCall).to.include({
      provider: 'openai',
      model: 'gpt-5',
      prompt_preview: 'How are you?',
      prompt_tokens: 3,
      completion_tokens: 4,
      total_tokens: 7,
      response_model: 'gpt-5-2026',
      response_id: 'c1',
    })
    expect(logger.apiCall.latency_ms).to.be.at.least(0)
    expect(logger.apiCall).not.to.have.property('usage_unknown')
  })
})
