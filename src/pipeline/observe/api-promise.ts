/**
 * The promises of the openai and anthropic SDKs. The request is under way, but the body is parsed only when the owner
 * awaits it; who asks for the raw response gets the unread body. A `then` of ours would read that body away (and
 * `parse()` and `asResponse()` then fail with "Body is unusable"), so we listen in the parser instead.
 */
import { isPromise } from 'node:util/types'
import { shadowMethod } from './method.ts'
import type { Observation } from './outcome.ts'
import { hasMethods, isObject, prototypeOf, readProperty } from './property.ts'
import { observeRawResponse } from './raw-response.ts'
import { observeSettling, observeStep } from './settling.ts'
import type { SettlingObserver } from './settling.ts'

// Who listens to a promise. Owned by this file's functions, as all below.
const listeners = new WeakMap<object, SettlingObserver[]>()
// Who listens to a response that the SDK may parse through another promise.
const lent = new WeakMap<object, readonly SettlingObserver[]>()

/** False when `value` is no such promise. */
export function observeApiPromise(value: unknown, observation: Observation, observer: SettlingObserver): boolean {
  if (!isObject(value) || !listensIn(value)) return false
  const response = readProperty(value, 'responsePromise')
  if (!isPromise(response)) return false
  observeSettling(response, {
    fulfilled: answer => {
      observation.answered(answer)
      // Who takes the raw response, and reads nothing: its collection is the end of a call that was answered.
      observation.await({ kind: 'returned', value: undefined })
    },
    rejected: error => observer.rejected(error),
    ended: false,
  })
  const observers = listeners.get(value)
  if (observers !== undefined) {
    // One promise for many calls: who has ended is let go.
    observers.splice(0, observers.length, ...observers.filter(each => !each.ended), observer)
    return true
  }
  const first = [observer]
  if (!observeParser(value, first)) return false
  listeners.set(value, first)
  return true
}

/** Tells what `parse` makes of a response that was taken from an observed promise by `_responseProps()`. */
export function observeDerivedParse(props: unknown, parse: () => unknown): unknown {
  const observers = isObject(props) ? lent.get(props) : undefined
  return observers === undefined ? parse() : observeStep(parse, tellingAll(observers))
}

/** Puts back the methods of the SDKs' promises, until one is observed again. */
export function releaseApiPromises(): void {
  for (const undo of undoing.splice(0)) undo()
  prepared = new WeakSet()
}

// Owned by `listensIn` and `releaseApiPromises`: the prototypes that were met, and what puts their methods back.
let prepared = new WeakSet<object>()
const undoing: (() => void)[] = []

/** True for a promise of these SDKs. The methods of its class listen in from then on, for promises that are observed. */
function listensIn(value: object): boolean {
  const prototype = prototypeOf(value)
  if (prototype === undefined) return false
  if (prepared.has(prototype)) return true
  if (!hasMethods(value, 'asResponse', 'parseResponse', '_thenUnwrap', 'then')) return false
  prepared.add(prototype)
  listenInMethods(prototype)
  return true
}

function listenInMethods(prototype: object): void {
  listenInMethod(prototype, 'asResponse', (promise, observers, raw) => {
    observeRawResponse(
      raw,
      // The SDK's own parser reads it by the same methods.
      () => readProperty(promise, 'parsedPromise') === undefined,
      data => tellingAll(observers).fulfilled(data),
    )
  })
  // What the SDK's own surfaces build on: threads of messages.
  listenInMethod(prototype, '_responseProps', (_, observers, props) => {
    observeSettling(props, {
      fulfilled: given => (isObject(given) ? lent.set(given, observers) : undefined),
      rejected: () => {},
      ended: false,
    })
  })
}

type Listen = (promise: unknown, observers: readonly SettlingObserver[], result: unknown) => void

function listenInMethod(prototype: object, name: string, listen: Listen): void {
  const own = Object.getOwnPropertyDescriptor(prototype, name)
  const done = shadowMethod(prototype, name, (original, args, self) => {
    const result = original(args)
    const observers = isObject(self) ? listeners.get(self) : undefined
    if (observers !== undefined) listen(self, observers, result)
    return result
  })
  if (!done) return
  const ours = readProperty(prototype, name)
  undoing.push(() => {
    // Where somebody has put something before ours, it stays, and passes calls on.
    if (readProperty(prototype, name) !== ours) return
    if (own === undefined) Reflect.deleteProperty(prototype, name)
    else Reflect.defineProperty(prototype, name, own)
  })
}

/** Every promise has a parser of its own. */
function observeParser(promise: object, observers: readonly SettlingObserver[]): boolean {
  const parse = readProperty(promise, 'parseResponse')
  if (typeof parse !== 'function') return false
  // What `parse()` builds on. As a method of the class it goes through the parser; as one of the promise, past it.
  if (Object.hasOwn(promise, '_thenUnwrap')) observeUnwrapping(promise, observers)
  return Reflect.set(promise, 'parseResponse', function parseResponse(this: unknown, ...args: unknown[]): unknown {
    return observeStep(() => Reflect.apply(parse, this, args), tellingAll(observers))
  })
}

function observeUnwrapping(promise: object, observers: readonly SettlingObserver[]): void {
  const unwrap = readProperty(promise, '_thenUnwrap')
  if (typeof unwrap !== 'function') return
  Reflect.set(
    promise,
    '_thenUnwrap',
    function thenUnwrap(this: unknown, transform: unknown, ...rest: unknown[]): unknown {
      const told = (data: unknown, ...more: unknown[]): unknown => {
        tellingAll(observers).fulfilled(data)
        return typeof transform === 'function' ? Reflect.apply(transform, undefined, [data, ...more]) : data
      }
      return Reflect.apply(unwrap, this, [told, ...rest])
    },
  )
}

function tellingAll(observers: readonly SettlingObserver[]): SettlingObserver {
  return {
    ended: false,
    fulfilled: data => {
      for (const each of observers) if (!each.ended) each.fulfilled(data)
    },
    rejected: error => {
      for (const each of observers) if (!each.ended) each.rejected(error)
    },
  }
}
