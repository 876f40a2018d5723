/**
 * Observes one call whatever it returns: a value, a promise, an iterator or stream, or a promise of one. Result, error,
 * `this` and laziness stay exactly as they are: the caller gets the very object that was returned.
 */
import { observeApiPromise } from './api-promise.ts'
import { observeEmitter } from './emitter.ts'
import { guarded } from './fault.ts'
import { observeIterable, observeIterator } from './iterator.ts'
import { Observation } from './outcome.ts'
import type { CallObserver } from './outcome.ts'
import { isObject, readProperty } from './property.ts'
import { observeSettling } from './settling.ts'
import type { SettlingObserver } from './settling.ts'
import { observeWebStream } from './web-stream.ts'

/**
 * Calls `call` once and tells the observer made for it how it went. The observer's faults never reach the caller, but
 * for a refusal by `begin`: it is thrown, or where `fn` is an `async` function, what its promise rejects with.
 */
export function observeCall(fn: unknown, call: () => unknown, makeObserver: () => CallObserver): unknown {
  const observer = guarded('observing a call', makeObserver)
  if (observer === undefined) return call()
  const observation = new Observation(observer)
  try {
    observer.begin?.()
  } catch (refusal) {
    observation.end({ kind: 'refused', error: refusal })
    if (isAsyncFunction(fn)) return rejectedWith(refusal)
    throw refusal
  }
  let result: unknown
  try {
    result = observer.enter === undefined ? call() : observer.enter(call)
  } catch (error) {
    observation.end({ kind: 'threw', error })
    throw error
  }
  guarded('observing a result', () => observeResult(result, observation))
  return result
}

/** Also a bound one, and one in a Proxy. Async generators are none: they return an iterator, and can throw. */
function isAsyncFunction(fn: unknown): boolean {
  return readProperty(fn, Symbol.toStringTag) === 'AsyncFunction'
}

/** Pre-handled, as the promises of calls that are made: a refusal that nobody awaits ends no process. */
function rejectedWith(reason: unknown): Promise<never> {
  const rejected = Promise.reject(reason)
  rejected.catch(() => {})
  return rejected
}

function observeResult(result: unknown, observation: Observation): void {
  // The common case first: a plain value costs no look at its properties.
  if (!isObject(result)) return observation.end({ kind: 'returned', value: result })
  const observer = new ResultObserver(observation)
  if (observeApiPromise(result, observation, observer) || observeSettling(result, observer)) {
    return observation.await({ kind: 'dropped' })
  }
  observeValue(result, observation)
}

class ResultObserver implements SettlingObserver {
  private readonly observation: Observation

  constructor(observation: Observation) {
    this.observation = observation
  }

  get ended(): boolean {
    return this.observation.ended
  }

  fulfilled(value: unknown): void {
    observeValue(value, this.observation)
  }

  rejected(error: unknown): void {
    this.observation.end({ kind: 'threw', error })
  }
}

function observeValue(value: unknown, observation: Observation): void {
  if (observeStream(value, observation)) observation.await({ kind: 'streamed', aborted: false })
  else observation.end({ kind: 'returned', value })
}

function observeStream(value: unknown, observation: Observation): boolean {
  return (
    isObject(value) &&
    (observeIterator(value, observation) ||
      observeWebStream(value, observation) ||
      observeEmitter(value, observation) ||
      observeIterable(value, observation))
  )
}
