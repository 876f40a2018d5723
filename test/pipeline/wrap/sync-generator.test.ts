import { expect } from 'chai'
import { wrapTool } from '../../../src/pipeline/wrap-tool.ts'
import { RecordingLogger } from '../../support/recording-logger.ts'

function* letters(): Generator<string, void> {
  yield 'a'
  yield 'b'
}

describe('a wrapped synchronous generator', () => {
  let logger: RecordingLogger
  beforeEach(() => {
    logger = new RecordingLogger()
  })

  it('is recorded at its end, with what it yielded', () => {
    const generator = wrapTool(letters, { toolName: 'letters', logger })()
    expect(logger.events).to.deep.equal([])

    expect([...generator]).to.deep.equal(['a', 'b'])
    expect(generator).to.be.instanceOf(letters)
    expect(logger.toolCall).to.include({ success: true, output_preview: 'ab' })
  })

  it('is recorded when its consumer breaks off', () => {
    for (const letter of wrapTool(letters, { toolName: 'letters', logger })()) if (letter === 'a') break

    expect(logger.toolCall).to.include({ success: true, output_preview: 'a' })
  })

  it('throws the very error', () => {
    const error = new Error('broken')
    const broken = wrapTool(
      function* (): Generator<string> {
        yield 'a'
        throw error
      },
      { toolName: 'broken', logger },
    )

    expect(() => [...broken()])
      .to.throw()
      .that.equals(error)
    expect(logger.toolCall).to.include({ success: false, error: 'broken', error_type: 'Error' })
  })
})
