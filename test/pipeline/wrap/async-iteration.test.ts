import { expect } from 'chai'
import { wrapTool } from '../../../src/pipeline/wrap-tool.ts'
import { RecordingLogger } from '../../support/recording-logger.ts'
import { collect } from './collect.ts'

describe('a wrapped function that returns an async iterator', () => {
  let logger: RecordingLogger
  let finished: boolean
  beforeEach(() => {
    logger = new RecordingLogger()
    finished = false
  })

  async function* words(...texts: string[]): AsyncGenerator<string, number> {
    try {
      for (const text of texts) yield text
      return texts.length
    } finally {
      finished = true
    }
  }
  const stream = (...texts: string[]): AsyncGenerator<string, number> =>
    wrapTool(words, { toolName: 'stream', parameters: () => 'p', logger })(...texts)

  it('starts nothing before its owner iterates', async () => {
    let started = false
    const wrapped = wrapTool(
      async function* () {
        started = true
        yield 1
      },
      { toolName: 'lazy', logger },
    )

    const iterator = wrapped()
    await Promise.resolve()
    expect(started).to.equal(false)
    await iterator.next()
    expect(started).to.equal(true)
  })

  it('yields everything and is recorded at its end', async () => {
    const seen: string[] = []
    for await (const word of stream('one ', 'two')) {
      expect(logger.events).to.deep.equal([])
      seen.push(word)
    }

    expect(seen).to.deep.equal(['one ', 'two'])
    expect(logger.toolCall).to.include({ success: true, output_preview: 'one two' })
  })

  it('gives the return value and stays an instance of its generator function', async () => {
    const iterator = stream()

    expect(iterator).to.be.instanceOf(words)
    expect(await iterator.next()).to.deep.equal({ done: true, value: 0 })
  })

  it('is a success with what was seen when its consumer breaks off', async () => {
    for await (const word of stream('one', 'two', 'three')) if (word === 'two') break

    expect(finished).to.equal(true)
    expect(logger.toolCall).to.include({ success: true, output_preview: 'onetwo' })
  })

  it('fails with the very error of the generator', async () => {
    const error = new RangeError('too deep')
    const failing = wrapTool(
      async function* () {
        yield 'a'
        throw error
      },
      { toolName: 'failing', logger },
    )

    const caught: unknown = await collect(failing()).catch((reason: unknown) => reason)

    expect(caught).to.equal(error)
    expect(logger.toolCall).to.include({ success: false, error_type: 'RangeError', output_preview: 'a' })
  })

  it('forwards return() and throw() with their values', async () => {
    const returned = stream('a', 'b')
    await returned.next()
    expect(await returned.return(7)).to.deep.equal({ done: true, value: 7 })

    const thrown = stream('a', 'b')
    await thrown.next()
    const error = new TypeError('stop it')
    expect(await thrown.throw(error).catch((reason: unknown) => reason)).to.equal(error)

    const [first, second] = logger.dataOf('ToolCall')
    expect(first).to.include({ success: true, output_preview: 'a' })
    expect(second).to.include({ success: false, error_type: 'TypeError' })
  })

  it('goes on after a throw() that the generator takes', async () => {
    const stubborn = wrapTool(
      async function* () {
        try {
          yield 'first'
        } catch {
          yield 'second'
        }
      },
      { toolName: 'stubborn', logger },
    )

    const iterator = stubborn()
    await iterator.next()
    expect(await iterator.throw(new Error('x'))).to.deep.equal({ done: false, value: 'second' })
    expect(logger.events).to.deep.equal([])
    await iterator.next()
    expect(logger.toolCall.success).to.equal(true)
  })

  it('passes values in, with many steps under way at once', async () => {
    const echo = wrapTool(
      async function* (): AsyncGenerator<string, void, string> {
        let word = 'start'
        for (;;) word = yield word
      },
      { toolName: 'echo', logger },
    )
    const iterator = echo()

    const steps = await Promise.all([iterator.next('x'), iterator.next('a'), iterator.next('b'), iterator.return()])

    expect(steps.map(step => step.value)).to.deep.equal(['start', 'a', 'b', undefined])
    expect(logger.toolCall.success).to.equal(true)
  })

  it('may come as a promise', async () => {
    const open = wrapTool(async () => words('a', 'b'), { toolName: 'open', logger })

    expect(await collect(await open())).to.deep.equal(['a', 'b'])
    expect(logger.toolCall.output_preview).to.equal('ab')
  })

  it('keeps a stream object as it is: identity, class, private fields, methods', async () => {
    class Stream {
      readonly controller = new AbortController()
      readonly #words: readonly string[] = ['x', 'y']
      async *[Symbol.asyncIterator](): AsyncGenerator<string> {
        yield* this.#words
      }
      get size(): number {
        return this.#words.length
      }
    }
    const source = new Stream()
    const returned = await wrapTool(async () => source, { toolName: 'open', logger })()

    expect(returned).to.equal(source)
    expect(returned).to.be.instanceOf(Stream)
    expect(returned.size).to.equal(2)
    expect(Object.keys(returned)).to.deep.equal(['controller'])
    expect(await collect(returned)).to.deep.equal(['x', 'y'])
    expect(logger.toolCall.output_preview).to.equal('xy')
  })

  it('is cancelled when the stream was aborted and just ends', async () => {
    const controller = new AbortController()
    const source = {
      controller,
      async *iterator() {
        yield 'a'
        if (!controller.signal.aborted) yield 'b'
      },
      [Symbol.asyncIterator]() {
        return this.iterator()
      },
    }
    const open = wrapTool(() => source, { toolName: 'open', logger })

    for await (const word of open()) if (word === 'a') controller.abort()

    expect(logger.toolCall).to.include({ success: false, error_type: 'cancelled', output_preview: 'a' })
  })

  it('keeps 4,096 characters of an endless stream', async () => {
    logger = new RecordingLogger({ previewLength: 1_000_000 })
    const endless = wrapTool(
      async function* () {
        for (;;) yield 'x'.repeat(1000)
      },
      { toolName: 'endless', logger },
    )
    let chunks = 0
    for await (const _ of endless()) if (++chunks === 10_000) break

    expect(logger.toolCall.output_preview).to.have.length(4096)
  })

  it('is recorded by each of two wrappers', async () => {
    const twice = wrapTool(wrapTool(words, { toolName: 'inner', logger }), { toolName: 'outer', logger })

    expect(await collect(twice('a', 'b'))).to.deep.equal(['a', 'b'])

    const calls = logger.dataOf('ToolCall').map(call => [call.tool_name, call.output_preview])
    expect(calls).to.have.deep.members([
      ['inner', 'ab'],
      ['outer', 'ab'],
    ])
  })

  it('does not take an array, a map or a string for a stream', () => {
    const give = wrapTool((value: unknown) => value, { toolName: 'give', logger })
    for (const value of [[1], new Map([[1, 2]]), new Set([1]), 'text', Buffer.from('b')])
      expect(give(value)).to.equal(value)

    expect(logger.events).to.have.length(5)
  })
})
