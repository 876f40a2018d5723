import { expect } from 'chai'
import { wrapModelCall } from '../../../src/pipeline/wrap-model-call.ts'
import { wrapTool } from '../../../src/pipeline/wrap-tool.ts'
import { RecordingLogger } from '../../support/recording-logger.ts'
import { untilCollected } from './garbage-collection.ts'

async function* letters(): AsyncGenerator<string> {
  yield 'a'
  yield 'b'
}

describe('a result that nobody holds any more', () => {
  let logger: RecordingLogger
  beforeEach(() => {
    logger = new RecordingLogger()
  })

  it('ends the record of a stream that was never read', async () => {
    wrapTool(letters, { toolName: 'letters', logger })()

    await untilCollected(() => logger.events.length > 0)

    expect(logger.toolCall).to.include({ success: true, output_preview: '' })
  })

  it('ends the record of a stream that was left half-way, with what was seen', async () => {
    await wrapTool(letters, { toolName: 'letters', logger })().next()

    await untilCollected(() => logger.events.length > 0)

    expect(logger.toolCall).to.include({ success: true, output_preview: 'a' })
  })

  it('ends the record of a tool that gives back the stream it was given', async () => {
    const pass = wrapTool((stream: ReadableStream<string>) => stream, { toolName: 'pass', logger })
    pass(new ReadableStream())

    await untilCollected(() => logger.events.length > 0)

    expect(logger.toolCall.success).to.equal(true)
  })

  it('ends the record of a promise that never settles, as cancelled', async () => {
    wrapModelCall(async () => new Promise<string>(() => {}), { provider: 'p', model: 'm', logger })().catch(() => {})

    await untilCollected(() => logger.events.length > 0)

    expect(logger.apiCall).to.include({ error_type: 'cancelled' })
  })

  it('does not end the record while its iterator is still read', async () => {
    const iterator = wrapTool(() => ({ [Symbol.asyncIterator]: letters }), { toolName: 'letters', logger })()[
      Symbol.asyncIterator
    ]()
    await iterator.next()
    let dropped = false
    const registry = new FinalizationRegistry<undefined>(() => (dropped = true))
    ;(() => registry.register({}, undefined))()
    await untilCollected(() => dropped)

    expect(logger.events).to.deep.equal([])
    await iterator.next()
    await iterator.next()
    expect(logger.toolCall.output_preview).to.equal('ab')
  })
})
