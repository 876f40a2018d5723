import { AsyncLocalStorage } from 'node:async_hooks'
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import type { Context, ContextManager } from '@opentelemetry/api'
import { expect } from 'chai'
import { withAgent } from '../../../src/pipeline/with-agent.ts'
import { wrapTool } from '../../../src/pipeline/wrap-tool.ts'
import { RecordingLogger } from '../../support/recording-logger.ts'
import { collect } from './collect.ts'

class LocalStorageContextManager implements ContextManager {
  private readonly storage = new AsyncLocalStorage<Context>()
  active(): Context {
    return this.storage.getStore() ?? ROOT_CONTEXT
  }
  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    active: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.storage.run(active, () => Reflect.apply(fn, thisArg, args))
  }
  bind<T>(_context: Context, target: T): T {
    return target
  }
  enable(): this {
    return this
  }
  disable(): this {
    this.storage.disable()
    return this
  }
}

const span = (digit: string): Context =>
  trace.setSpanContext(ROOT_CONTEXT, { traceId: digit.repeat(32), spanId: digit.repeat(16), traceFlags: 1 })

describe('the trace of a wrapped call', () => {
  before(() => context.setGlobalContextManager(new LocalStorageContextManager()))
  after(() => context.disable())

  it('is the one it was made in, also when its stream is read in another', async () => {
    const logger = new RecordingLogger()
    const tool = wrapTool(
      async function* () {
        yield 1
      },
      { toolName: 'stream', logger },
    )
    const stream = context.with(span('a'), () => tool())
    await context.with(span('b'), () => collect(stream))

    expect(logger.events[0]).to.include({ trace_id: 'a'.repeat(32), span_id: 'a'.repeat(16), trace_flags: 1 })
  })

  it('of a run is the one around it, from start to end', async () => {
    const logger = new RecordingLogger()
    const { promise, resolve } = Promise.withResolvers<void>()
    const run = context.with(span('c'), () => withAgent({ agentName: 'a', goal: 'g', logger }, () => promise))
    context.with(span('d'), resolve)
    await run

    expect(logger.events.map(event => event.trace_id)).to.deep.equal(['c'.repeat(32), 'c'.repeat(32)])
  })
})
