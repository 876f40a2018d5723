/**
 * The promises of the openai and anthropic SDKs. The request is under way, but the body is parsed only when the owner
 * awaits it; who asks for the raw response gets the unread body. A `then` of ours would read that body away (and
 * `parse()` and `asResponse()` then fail with "Body is unusable"), so we listen in the parser instead.
 */
import { isPromise } from 'node:util/types'
import { shadowMethod } from './method.ts'
import { ObserverRegistry } from './once.ts'
import type { Observation } from './outcome.ts'
import { hasMethods, isObject, readProperty } from './property.ts'
import { observeRawResponse } from './raw-response.ts'
import { observeSettling, observeStep } from './settling.ts'
import type { SettlingObserver } from './settling.ts'

const registry = new ObserverRegistry<SettlingObserver>()
// Who listens to a response that the SDK may parse through another promise.
const lent = new WeakMap<object, () => SettlingObserver[]>()

/** False when `value` is no such promise. */
export function observeApiPromise(value: unknown, observation: Observation, observer: SettlingObserver): boolean {
  if (!hasMethods(value, 'then', 'asResponse', 'parseResponse', '_thenUnwrap')) return false
  const response = readProperty(value, 'responsePromise')
  if (!isPromise(response)) return false
  observeSettling(response, {
    // Who takes the raw response, and reads nothing: its collection is the end of a call that was answered.
    fulfilled: () => observation.await({ kind: 'returned', value: undefined }),
    rejected: error => observer.rejected(error),
    ended: false,
  })
  return registry.add(value, 'parseResponse', observer, listening => {
    shadowMethod(value, 'asResponse', (original, args) => {
      const raw = original(args)
      observeRawResponse(
        raw,
        // The SDK's own parser reads it by the same methods.
        () => readProperty(value, 'parsedPromise') === undefined,
        data => listening().forEach(each => each.fulfilled(data)),
      )
      return raw
    })
    // What the SDK's own surfaces build on: threads of messages.
    shadowMethod(value, '_responseProps', (original, args) => {
      const props = original(args)
      observeSettling(props, {
        fulfilled: given => (isObject(given) ? lent.set(given, listening) : undefined),
        rejected: () => {},
        ended: false,
      })
      return props
    })
    return observeParser(value, listening)
  })
}

/** Tells what `parse` makes of a response that was taken from an observed promise by `_responseProps()`. */
export function observeDerivedParse(props: unknown, parse: () => unknown): unknown {
  const listening = isObject(props) ? lent.get(props) : undefined
  if (listening === undefined) return parse()
  return observeStep(parse, {
    fulfilled: data => listening().forEach(each => each.fulfilled(data)),
    rejected: error => listening().forEach(each => each.rejected(error)),
    ended: false,
  })
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
