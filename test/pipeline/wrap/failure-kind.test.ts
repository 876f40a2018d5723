import { expect } from 'chai'
import { setTimeout as sleep } from 'node:timers/promises'
import { KansaError } from '../../../src/errors.ts'
import { failureOf } from '../../../src/pipeline/observe/failure-kind.ts'

/** Named as openai's are: the class tells, the name is plain `Error`. */
class APIUserAbortError extends Error {}
class APIConnectionTimeoutError extends Error {}
class RateLimitError extends Error {
  readonly status = 429
}
class CustomError extends Error {}

async function thrownBy(fn: () => Promise<unknown>): Promise<unknown> {
  return fn().then(
    () => undefined,
    (reason: unknown) => reason,
  )
}
const coded = (code: string): Error => Object.assign(new Error('x'), { code })
const named = (name: string): Error => Object.assign(new Error('x'), { name })

const trap = (): never => {
  throw new Error('trap')
}

describe('the kind of a failure', () => {
  const cases: { name: string; thrown: unknown; kind: string; errorType: string }[] = [
    {
      name: 'a DOMException AbortError',
      thrown: new DOMException('x', 'AbortError'),
      kind: 'cancelled',
      errorType: 'cancelled',
    },
    { name: 'code ABORT_ERR', thrown: coded('ABORT_ERR'), kind: 'cancelled', errorType: 'cancelled' },
    {
      name: 'openai’s and anthropic’s abort',
      thrown: new APIUserAbortError('x'),
      kind: 'cancelled',
      errorType: 'cancelled',
    },
    { name: 'axios’s cancellation', thrown: named('CanceledError'), kind: 'cancelled', errorType: 'cancelled' },
    {
      name: 'a DOMException TimeoutError',
      thrown: new DOMException('x', 'TimeoutError'),
      kind: 'timeout',
      errorType: 'timeout',
    },
    { name: 'code ETIMEDOUT', thrown: coded('ETIMEDOUT'), kind: 'timeout', errorType: 'timeout' },
    { name: 'openai’s timeout', thrown: new APIConnectionTimeoutError('x'), kind: 'timeout', errorType: 'timeout' },
    {
      name: 'a fetch that failed of a timeout',
      thrown: new TypeError('fetch failed', { cause: coded('UND_ERR_CONNECT_TIMEOUT') }),
      kind: 'timeout',
      errorType: 'timeout',
    },
    {
      name: 'a call that was refused because the disk timed out',
      thrown: new KansaError('KANSA_NOT_RECORDED', 'x', { cause: coded('ETIMEDOUT') }),
      kind: 'failed',
      errorType: 'KANSA_NOT_RECORDED',
    },
    { name: 'an HTTP status', thrown: new RateLimitError('x'), kind: 'failed', errorType: '429' },
    { name: 'an HTTP status of axios', thrown: { response: { status: 503 } }, kind: 'failed', errorType: '503' },
    { name: 'a class of its own', thrown: new CustomError('x'), kind: 'failed', errorType: 'CustomError' },
    { name: 'a name of its own', thrown: named('GraphInterrupt'), kind: 'failed', errorType: 'GraphInterrupt' },
    { name: 'a plain error', thrown: new Error('x'), kind: 'failed', errorType: 'Error' },
    {
      name: 'a failure that only mentions an abort',
      thrown: new Error('AbortError', { cause: 'x' }),
      kind: 'failed',
      errorType: 'Error',
    },
    { name: 'a string', thrown: 'no', kind: 'failed', errorType: 'Error' },
    { name: 'null', thrown: null, kind: 'failed', errorType: 'Error' },
    { name: 'undefined', thrown: undefined, kind: 'failed', errorType: 'Error' },
    { name: 'an object', thrown: { reason: 1 }, kind: 'failed', errorType: 'Error' },
    {
      name: 'a status that is none',
      thrown: Object.assign(new Error('x'), { status: 7 }),
      kind: 'failed',
      errorType: 'Error',
    },
  ]
  for (const { name, thrown, kind, errorType } of cases) {
    it(`of ${name} is ${errorType}`, () => {
      expect(failureOf(thrown)).to.include({ kind, errorType })
    })
  }

  it('is cancelled for what Node throws when its signal is aborted', async () => {
    const signal = AbortSignal.abort()
    expect(failureOf(await thrownBy(() => sleep(10, undefined, { signal })))).to.include({ kind: 'cancelled' })
    expect(failureOf(await thrownBy(() => fetch('http://127.0.0.1:1/', { signal })))).to.include({ kind: 'cancelled' })
  })

  it('is timeout for what Node throws when its signal times out', async () => {
    const thrown = await thrownBy(() => sleep(10_000, undefined, { signal: AbortSignal.timeout(1) }))

    expect(thrown).to.have.property('name', 'AbortError')
    expect(failureOf(thrown)).to.include({ kind: 'timeout', errorType: 'timeout' })
  })

  it('is cancelled when what the signal was aborted with is thrown, whatever that is', () => {
    for (const reason of ['the user said stop', new CustomError('stop'), { status: 418 }]) {
      const signal = AbortSignal.abort(reason)
      expect(failureOf(reason, signal)).to.include({ kind: 'cancelled' })
      expect(failureOf(new Error('wrapped', { cause: reason }), signal)).to.include({ kind: 'cancelled' })
    }
    expect(failureOf('the user said stop')).to.include({ kind: 'failed', message: 'the user said stop' })
  })

  it('is cancelled when what the signal was aborted with is only quoted', () => {
    const signal = AbortSignal.abort()
    const quoting = new Error(`exception ${String(signal.reason)} sending request`)
    expect(failureOf(quoting, signal)).to.include({ kind: 'cancelled' })
    expect(failureOf(quoting)).to.include({ kind: 'failed' })
  })

  it('stays a failure when the signal was aborted but something else went wrong', () => {
    expect(failureOf(new CustomError('bug'), AbortSignal.abort())).to.include({
      kind: 'failed',
      errorType: 'CustomError',
    })
  })

  it('has a message always', () => {
    expect(failureOf(new CustomError(''))).to.include({ message: 'CustomError' })
    expect(failureOf({ reason: 1 })).to.include({ message: '{"reason":1}' })
    expect(failureOf(null)).to.include({ message: 'null' })
  })

  it('never throws, whatever was thrown', () => {
    const everyTrap = new Proxy(
      {},
      { get: trap, getPrototypeOf: trap, ownKeys: trap, has: trap, getOwnPropertyDescriptor: trap },
    )
    const getters = Object.defineProperties(new Error('x'), {
      name: { get: trap },
      message: { get: trap },
      cause: { get: trap },
    })
    const endless: { cause?: unknown } = {}
    endless.cause = endless
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    for (const thrown of [everyTrap, getters, endless, proxy, Symbol('x'), 1n, Object.create(null)]) {
      expect(failureOf(thrown))
        .to.include({ kind: 'failed', errorType: 'Error' })
        .and.have.property('message')
        .that.is.a('string')
    }
  })
})
