/**
 * Web `ReadableStream`s: observed through whatever their consumer uses (loop, reader, `tee`, `pipeTo`, `pipeThrough`).
 * A reader of our own would lock the stream or take its chunks away.
 */
import { observeIteratorsOf } from './iterator.ts'
import { shadowMethod } from './method.ts'
import { ObserverRegistry } from './once.ts'
import type { Observation } from './outcome.ts'
import { hasMethods, isObject, readProperty } from './property.ts'
import { observeStep } from './settling.ts'

type Listening = () => Observation[]
const registry = new ObserverRegistry<Observation>()

/** False when `value` is no web stream. */
export function observeWebStream(value: unknown, observation: Observation): boolean {
  if (!hasMethods(value, 'getReader', 'tee', 'pipeTo', 'pipeThrough', 'cancel')) return false
  observeIteratorsOf(value, Symbol.asyncIterator, observation)
  observeIteratorsOf(value, 'values', observation)
  return registry.add(value, 'getReader', observation, listening => {
    shadowMethod(value, 'tee', (original, args) => {
      const branches = original(args)
      // The branches carry the same chunks: one is enough.
      for (const each of listening()) observeWebStream(readProperty(branches, 0), each)
      return branches
    })
    shadowMethod(value, 'pipeThrough', (original, args) => {
      const piped = original(args)
      for (const each of listening()) observeWebStream(piped, each)
      return piped
    })
    endWith(value, 'pipeTo', listening)
    endWith(value, 'cancel', listening)
    return shadowMethod(value, 'getReader', (original, args) => {
      const reader = original(args)
      if (isObject(reader)) observeReader(reader, listening)
      return reader
    })
  })
}

function observeReader(reader: object, listening: Listening): void {
  endWith(reader, 'cancel', listening)
  shadowMethod(reader, 'read', (original, args) =>
    observeStep(() => original(args), {
      ended: false,
      fulfilled: result => {
        if (readProperty(result, 'done') === true) return finish(listening)
        const chunk = readProperty(result, 'value')
        return listening().forEach(each => each.chunk(chunk))
      },
      rejected: error => fail(listening, error),
    }),
  )
}

/** The call ends as the promise does that `target[name]()` returns. */
function endWith(target: object, name: PropertyKey, listening: Listening): void {
  shadowMethod(target, name, (original, args) =>
    observeStep(() => original(args), {
      ended: false,
      fulfilled: () => finish(listening),
      rejected: error => fail(listening, error),
    }),
  )
}

function finish(listening: Listening): void {
  for (const each of listening()) each.end({ kind: 'streamed', aborted: false })
}

function fail(listening: Listening, error: unknown): void {
  for (const each of listening()) each.end({ kind: 'threw', error })
}
