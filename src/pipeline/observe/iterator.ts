/** Iterators and iterables, sync and async, generators included: what comes out of them is told as it is consumed. */
import { shadowMethod } from './method.ts'
import { ObserverRegistry } from './once.ts'
import type { Observation } from './outcome.ts'
import { hasMethods, isObject, readPath, readProperty } from './property.ts'
import { observeStep } from './settling.ts'

const registry = new ObserverRegistry<Observation>()

/** False when `value` is no iterator, or does not let itself be observed. */
export function observeIterator(value: unknown, observation: Observation): boolean {
  if (!hasMethods(value, 'next')) return false
  if (!hasMethods(value, Symbol.asyncIterator) && !hasMethods(value, Symbol.iterator)) return false
  return observeSteps(value, observation, never)
}

/** False when `value` is no async iterable, or does not let itself be observed. */
export function observeIterable(value: unknown, observation: Observation): boolean {
  if (!hasMethods(value, Symbol.asyncIterator)) return false
  const wasAborted = (): boolean => readPath(value, ['controller', 'signal', 'aborted']) === true
  // The streams of the openai and anthropic SDKs make all their iterators in `iterator()`, those of `tee()` included.
  const isSdkStream = hasMethods(value, 'iterator') && isObject(readProperty(value, 'controller'))
  return observeIteratorsOf(value, isSdkStream ? 'iterator' : Symbol.asyncIterator, observation, wasAborted)
}

/** Observes the iterators that `source[name]()` makes. */
export function observeIteratorsOf(
  source: object,
  name: PropertyKey,
  observation: Observation,
  wasAborted: () => boolean = never,
): boolean {
  return registry.add(source, name, observation, listening =>
    shadowMethod(source, name, (original, args) => {
      const iterator = original(args)
      if (isObject(iterator)) for (const each of listening()) observeSteps(iterator, each, wasAborted)
      return iterator
    }),
  )
}

function observeSteps(iterator: object, observation: Observation, wasAborted: () => boolean): boolean {
  return registry.add(iterator, 'next', observation, listening => {
    const end = (aborted: boolean): void => listening().forEach(each => each.end({ kind: 'streamed', aborted }))
    const shadow = (name: PropertyKey, onResult: (result: unknown) => void): boolean =>
      shadowMethod(iterator, name, (original, args) => {
        const step = listening().reduce<() => unknown>(
          (inner, each) => () => each.enter(inner),
          () => original(args),
        )
        return observeStep(step, {
          ended: false,
          fulfilled: onResult,
          rejected: error => listening().forEach(each => each.end({ kind: 'threw', error })),
        })
      })
    // A consumer that breaks out of its loop calls `return`. A generator may go on after `return` and `throw`.
    const onLeave = (result: unknown): void => (readProperty(result, 'done') === false ? undefined : end(false))
    shadow('return', onLeave)
    shadow('throw', onLeave)
    return shadow('next', result => {
      if (readProperty(result, 'done') === true) return end(wasAborted())
      const chunk = readProperty(result, 'value')
      return listening().forEach(each => each.chunk(chunk))
    })
  })
}

function never(): boolean {
  return false
}
