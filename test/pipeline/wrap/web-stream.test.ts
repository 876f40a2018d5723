import { expect } from 'chai'
import { wrapTool } from '../../../src/pipeline/wrap-tool.ts'
import { RecordingLogger } from '../../support/recording-logger.ts'
import { collect } from './collect.ts'

describe('a wrapped function that returns a web ReadableStream', () => {
  let logger: RecordingLogger
  let pulled = 0
  beforeEach(() => {
    logger = new RecordingLogger()
    pulled = 0
  })

  function source(...chunks: string[]): ReadableStream<string> {
    return new ReadableStream<string>(
      {
        pull(controller) {
          const chunk = chunks[pulled++]
          if (chunk === 'ERROR') controller.error(new RangeError('broken pipe'))
          else if (chunk === undefined) controller.close()
          else controller.enqueue(chunk)
        },
      },
      { highWaterMark: 0 },
    )
  }
  const open = (...chunks: string[]): ReadableStream<string> =>
    wrapTool(source, { toolName: 'open', parameters: () => 'p', logger })(...chunks)

  it('does not lock it and reads nothing', async () => {
    const stream = open('a')
    await Promise.resolve()

    expect(stream).to.be.instanceOf(ReadableStream)
    expect(stream.locked).to.equal(false)
    expect(pulled).to.equal(0)
  })

  it('sees a loop to the end', async () => {
    expect(await collect(open('a', 'b'))).to.deep.equal(['a', 'b'])
    expect(logger.toolCall).to.include({ success: true, output_preview: 'ab' })
  })

  it('sees a loop that breaks off', async () => {
    for await (const _ of open('a', 'b').values()) break
    expect(logger.toolCall).to.include({ success: true, output_preview: 'a' })
  })

  it('sees a reader, also one after another', async () => {
    const stream = open('a', 'b')
    const first = stream.getReader()
    expect(await first.read()).to.deep.equal({ done: false, value: 'a' })
    first.releaseLock()
    const second = stream.getReader()
    await second.read()
    await second.read()

    expect(logger.toolCall).to.include({ success: true, output_preview: 'ab' })
  })

  it('sees an error', async () => {
    const caught: unknown = await collect(open('a', 'ERROR')).catch((reason: unknown) => reason)

    expect(caught).to.be.instanceOf(RangeError)
    expect(logger.toolCall).to.include({ success: false, error_type: 'RangeError', output_preview: 'a' })
  })

  it('sees each chunk once through tee()', async () => {
    const [left, right] = open('a', 'b').tee()

    expect(await Promise.all([collect(left), collect(right)])).to.deep.equal([
      ['a', 'b'],
      ['a', 'b'],
    ])
    expect(logger.toolCall.output_preview).to.equal('ab')
  })

  it('sees what comes out of pipeThrough()', async () => {
    const upperCase = new TransformStream<string, string>({
      transform: (chunk, controller) => controller.enqueue(chunk.toUpperCase()),
    })

    expect(await collect(open('a', 'b').pipeThrough(upperCase))).to.deep.equal(['A', 'B'])
    expect(logger.toolCall.output_preview).to.equal('AB')
  })

  it('ends with pipeTo() and with cancel()', async () => {
    await open('a').pipeTo(new WritableStream())
    expect(logger.toolCall.success).to.equal(true)
    await open('a').cancel()
    expect(logger.events).to.have.length(2)
  })
})
