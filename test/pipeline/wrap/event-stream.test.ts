import { expect } from 'chai'
import { EventEmitter, once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { wrapModelCall } from '../../../src/pipeline/wrap-model-call.ts'
import { wrapTool } from '../../../src/pipeline/wrap-tool.ts'
import { RecordingLogger } from '../../support/recording-logger.ts'
import { collect } from './collect.ts'

describe('a wrapped function that returns a Node stream', () => {
  let logger: RecordingLogger
  beforeEach(() => {
    logger = new RecordingLogger()
  })

  it('does not make it flow', async () => {
    const stream = wrapTool(() => Readable.from(['a', 'b']), { toolName: 'tail', logger })()
    await Promise.resolve()

    expect(stream.readableFlowing).to.equal(null)
    expect(logger.events).to.deep.equal([])
  })

  it('sees a loop with its chunks, and a loop that breaks off', async () => {
    const tail = wrapTool(() => Readable.from(['a', 'b']), { toolName: 'tail', logger })

    expect(await collect(tail())).to.deep.equal(['a', 'b'])
    for await (const _ of tail()) break

    const [whole, part] = logger.dataOf('ToolCall')
    expect(whole).to.include({ success: true, output_preview: 'ab' })
    expect(part).to.include({ success: true, output_preview: 'a' })
  })

  it('sees the end of a piped one', async () => {
    const target = new PassThrough()
    wrapTool(() => Readable.from(['a']), { toolName: 'tail', logger })().pipe(target)
    target.resume()
    await once(target, 'end')

    expect(logger.toolCall.success).to.equal(true)
  })

  it('sees an error, and leaves an unhandled one unhandled', () => {
    const stream = wrapTool(() => new PassThrough(), { toolName: 'tail', logger })()

    expect(stream.listenerCount('error')).to.equal(0)
    expect(() => stream.emit('error', new RangeError('gone'))).to.throw(RangeError)
    expect(logger.toolCall).to.include({ success: false, error_type: 'RangeError' })
  })

  it('adds its listeners once to a stream that is returned again and again', () => {
    const shared = new PassThrough()
    const get = wrapTool(() => shared, { toolName: 'tail', logger })
    for (let i = 0; i < 50; i++) get()
    shared.destroy(new Error('gone'))
    shared.on('error', () => {})

    expect(shared.listenerCount('end')).to.be.at.most(2)
  })
})

/** Behaves like what `stream()` of the openai and anthropic SDKs returns. */
class MessageStream extends EventEmitter {
  ended = false
  errored = false
  aborted = false

  abort(): void {
    this.aborted = true
    this.finish()
  }

  fail(): void {
    this.errored = true
    this.finish()
  }

  finish(): void {
    this.ended = true
    this.emit('end')
  }

  async done(): Promise<void> {
    if (!this.ended) await once(this, 'end')
  }

  async *[Symbol.asyncIterator](): AsyncGenerator {
    for await (const [event] of EventEmitter.on(this, 'streamEvent', { close: ['end'] })) yield event
  }
}

describe('a wrapped model call that returns an SDK’s event stream', () => {
  const USAGE = { type: 'message_delta', usage: { input_tokens: 3, output_tokens: 4 } }
  let logger: RecordingLogger
  let stream: MessageStream
  beforeEach(() => {
    logger = new RecordingLogger()
    stream = wrapModelCall(() => new MessageStream(), { provider: 'anthropic', model: 'claude', logger })()
  })

  it('is recorded though nobody iterates', () => {
    stream.emit('streamEvent', USAGE)
    stream.finish()

    expect(logger.apiCall).to.include({ prompt_tokens: 3, completion_tokens: 4 }).and.not.have.property('error')
  })

  it('is cancelled by abort()', () => {
    stream.abort()
    expect(logger.apiCall).to.include({ error_type: 'cancelled' })
  })

  it('fails as the stream does', () => {
    stream.fail()
    expect(logger.apiCall).to.include({ error_type: 'Error', error: 'the stream failed' })
  })
})
