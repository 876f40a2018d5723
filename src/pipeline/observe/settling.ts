/** Learning how a promise ends without changing it and without starting what has not begun. */
import { isPromise } from 'node:util/types'
import { shadowMethod } from './method.ts'
import { ObserverRegistry } from './once.ts'
import type { EndingObserver } from './once.ts'
import { isObject, readProperty } from './property.ts'

/** Told when something settles. Neither method may throw. */
export interface SettlingObserver extends EndingObserver {
  fulfilled(value: unknown): void
  rejected(error: unknown): void
}

const registry = new ObserverRegistry<SettlingObserver>()

/**
 * Reports how `value` settles. False when it is no thenable.
 *
 * A native promise is under way already: we listen on the side. (So Node takes its rejection for handled: one that
 * nobody awaits is in the audit log, but no longer an `unhandledRejection`.) Every other thenable may start its work in
 * `then`, as query builders do: we only listen once its owner calls `then`.
 */
export function observeSettling(value: unknown, observer: SettlingObserver): boolean {
  if (!isObject(value)) return false
  const then = readProperty(value, 'then')
  if (typeof then !== 'function') return false
  return (then === Promise.prototype.then && listenBeside(value, observer)) || listenInThen(value, observer)
}

/** Calls `step` and reports its end: at once, or when what it returns has settled. */
export function observeStep(step: () => unknown, observer: SettlingObserver): unknown {
  let result: unknown
  try {
    result = step()
  } catch (error) {
    observer.rejected(error)
    throw error
  }
  if (!observeSettling(result, observer)) observer.fulfilled(result)
  return result
}

function listenBeside(value: object, observer: SettlingObserver): boolean {
  if (!isPromise(value)) return false
  try {
    value.then(
      result => observer.fulfilled(result),
      (error: unknown) => observer.rejected(error),
    )
    return true
  } catch {
    // A subclass whose constructor takes no executor cannot make the promise that `then` returns.
    return false
  }
}

function listenInThen(thenable: object, observer: SettlingObserver): boolean {
  return registry.add(thenable, 'then', observer, listening =>
    shadowMethod(thenable, 'then', (original, [onFulfilled, onRejected, ...rest]) =>
      original([
        (...values: unknown[]): unknown => {
          for (const each of listening()) each.fulfilled(values[0])
          return typeof onFulfilled === 'function' ? Reflect.apply(onFulfilled, undefined, values) : values[0]
        },
        (...errors: unknown[]): unknown => {
          for (const each of listening()) each.rejected(errors[0])
          if (typeof onRejected === 'function') return Reflect.apply(onRejected, undefined, errors)
          throw errors[0]
        },
        ...rest,
      ]),
    ),
  )
}
