import { expect } from 'chai'
import { wrapTool } from '../../../src/pipeline/wrap-tool.ts'
import { RecordingLogger } from '../../support/recording-logger.ts'

/** Like a query builder: each `then` runs the query. */
class Query implements PromiseLike<string> {
  started = 0
  #table = ''
  readonly error: Error | undefined

  constructor(error?: Error) {
    this.error = error
  }

  from(table: string): this {
    this.#table = table
    return this
  }

  // oxlint-disable-next-line unicorn/no-thenable -- what query builders do
  then<A = string, B = never>(
    onFulfilled?: ((value: string) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): PromiseLike<A | B> {
    this.started++
    const rows = this.error === undefined ? Promise.resolve(`rows of ${this.#table}`) : Promise.reject(this.error)
    return rows.then(onFulfilled, onRejected)
  }
}

describe('a wrapped function that returns a thenable which starts when awaited', () => {
  let logger: RecordingLogger
  beforeEach(() => {
    logger = new RecordingLogger()
  })

  it('does not start it', async () => {
    const query = new Query()
    const returned = wrapTool(() => query, { toolName: 'sql', logger })()

    await Promise.resolve()
    expect(returned).to.equal(query)
    expect(query.started).to.equal(0)
    expect(logger.events).to.deep.equal([])
  })

  it('starts it once when its owner awaits it, and records the outcome', async () => {
    const query = new Query()

    expect(await wrapTool(() => query.from('users'), { toolName: 'sql', logger })()).to.equal('rows of users')

    expect(query.started).to.equal(1)
    expect(logger.toolCall).to.include({ success: true, output_preview: 'rows of users' })
  })

  it('passes the rejection on and records it', async () => {
    const error = new SyntaxError('near "SELEC"')
    const returned = wrapTool(() => new Query(error), { toolName: 'sql', logger })()

    const caught: unknown = await returned.then(undefined, (reason: unknown) => reason)

    expect(caught).to.equal(error)
    expect(logger.toolCall).to.include({ success: false, error_type: 'SyntaxError' })
  })

  it('does not grow its call stack when the same thenable is returned 20,000 times', async () => {
    const query = new Query()
    const run = wrapTool(() => query, { toolName: 'sql', logger })
    for (let i = 0; i < 20_000; i++) void run()

    await run()

    expect(query.started).to.equal(1)
    expect(logger.events).to.have.length(20_001)
  })

  it('records a frozen one as returned, and leaves it alone', async () => {
    const query = Object.freeze(new Query())
    const returned = wrapTool(() => query, { toolName: 'sql', logger })()

    expect(returned).to.equal(query)
    expect(logger.toolCall.success).to.equal(true)
  })
})
