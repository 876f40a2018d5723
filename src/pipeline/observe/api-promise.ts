/**
 * The promises of the openai and anthropic SDKs. The request is under way, but the body is parsed only when the owner
 * awaits it; who asks for the raw response gets the unread body. A `then` of ours would read that body away (and
 * `parse()` and `asResponse()` then fail with "Body is unusable"), so we listen in the parser instead.
 */
import { isPromise } from 'node:util/types'
import { shadowMethod } from './method.ts'
import { ObserverRegistry } from './once.ts'
import type { Observation } from './outcome.ts'
import { hasMethods, readProperty } from './property.ts'
import { observeSettling, observeStep } from './settling.ts'
import type { SettlingObserver } from './settling.ts'

const registry = new ObserverRegistry<SettlingObserver>()

/** False when `value` is no such promise. */
export function observeApiPromise(value: unknown, observation: Observation, observer: SettlingObserver): boolean {
  if (!hasMethods(value, 'then', 'asResponse', 'parseResponse', '_thenUnwrap')) return false
  const response = readProperty(value, 'responsePromise')
  if (!isPromise(response)) return false
  observeSettling(response, {
    // Who took the raw response never parses: its collection is the end of a call that was answered.
    fulfilled: () => observation.await({ kind: 'returned', value: undefined }),
    rejected: error => observer.rejected(error),
    ended: false,
  })
  return registry.add(value, 'parseResponse', observer, listening => observeParser(value, listening))
}

function observeParser(value: object, listening: () => SettlingObserver[]): boolean {
  const fulfilled = (data: unknown): void => listening().forEach(each => each.fulfilled(data))
  const rejected = (error: unknown): void => listening().forEach(each => each.rejected(error))
  // What `parse()` builds on: the promise derived here may not go through the parser above.
  shadowMethod(value, '_thenUnwrap', (original, [transform, ...rest]) =>
    original([
      (data: unknown, ...more: unknown[]): unknown => {
        fulfilled(data)
        return typeof transform === 'function' ? Reflect.apply(transform, undefined, [data, ...more]) : data
      },
      ...rest,
    ]),
  )
  return shadowMethod(value, 'parseResponse', (original, args) =>
    observeStep(() => original(args), { ended: false, fulfilled, rejected }),
  )
}
