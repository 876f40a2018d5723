/**
 * Consumers of a graph's stream that leave it. What they read is a stream around the one of the graph, and before langgraph
 * 1.7 nothing tells the graph that the outer one was left: it runs on, and its generator is never read again. So it is the
 * outer stream at which a run's end is seen.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { guarded } from '../../pipeline/observe/fault.ts'
import { shadowMethod } from '../../pipeline/observe/method.ts'
import { isObject, readProperty } from '../../pipeline/observe/property.ts'
import { observeSettling, observeStep } from '../../pipeline/observe/settling.ts'
import type { PatchedCall, Patches } from '../patches.ts'

const STREAMING = ['stream', 'streamEvents']

/** `hasLeft`: false when a consumer is about to leave, which is not always known before it has. */
type OnLeaving = (hasLeft: boolean) => void

/** Of one stream. It has one run, the first that begins inside of the call; those nested in it have consumers of their own. */
class Consumer {
  private listener: OnLeaving | undefined
  isTaken = false

  listen(listener: OnLeaving): void {
    this.isTaken = true
    this.listener = listener
  }

  readonly leaves: OnLeaving = hasLeft => {
    guarded('ending a run', () => this.listener?.(hasLeft))
  }
}

const consumers = new AsyncLocalStorage<Consumer>()

/** @param prototype of graphs */
export function attachToConsumers(prototype: unknown, patches: Patches): void {
  for (const name of STREAMING) {
    if (typeof readProperty(prototype, name) === 'function') patches.method(prototype, name, observeConsumer)
  }
}

/**
 * Tells when the consumer of the run that begins here leaves its stream, perhaps after its end, and more than once. Where
 * the graph itself learns of it, its generator has ended when the consumer has left.
 */
export function onConsumerLeaving(listener: OnLeaving): void {
  const consumer = consumers.getStore()
  if (consumer?.isTaken === false) consumer.listen(listener)
}

function observeConsumer(call: PatchedCall): unknown {
  // `streamEvents()` reads a stream of the same run, by itself.
  const around = consumers.getStore()
  const consumer = around?.isTaken === false ? around : new Consumer()
  const result = consumers.run(consumer, () => call.proceed())
  const observe = (stream: unknown): void =>
    guarded('observing a stream', () => observeLeaving(stream, consumer.leaves))
  const isPromise = observeSettling(result, { ended: false, fulfilled: observe, rejected: () => {} })
  if (!isPromise) observe(result)
  return result
}

/** By whatever means a web stream is left. */
function observeLeaving(stream: unknown, leaves: OnLeaving): void {
  if (!isObject(stream)) return
  for (const name of ['return', 'throw', 'cancel']) leaveBy(stream, name, leaves)
  shadowMethod(stream, 'pipeTo', (original, args) => telling(() => original(args), leaves))
  shadowMethod(stream, 'getReader', (original, args) => {
    const reader = original(args)
    if (isObject(reader)) leaveBy(reader, 'cancel', leaves)
    return reader
  })
  shadowMethod(stream, 'pipeThrough', (original, args) => {
    const piped = original(args)
    observeLeaving(piped, leaves)
    return piped
  })
  shadowMethod(stream, 'tee', (original, args) => {
    const branches = original(args)
    const open = new Set([0, 1])
    for (const branch of open) {
      observeLeaving(readProperty(branches, branch), hasLeft => {
        if (hasLeft) open.delete(branch)
        if (open.size === 0) leaves(true)
      })
    }
    return branches
  })
  // Of the streams that are made by the two above. That of the SDK is its own iterator.
  for (const name of ['values', Symbol.asyncIterator]) {
    shadowMethod(stream, name, (original, args) => {
      const iterator = original(args)
      if (isObject(iterator) && iterator !== stream) leaveBy(iterator, 'return', leaves)
      return iterator
    })
  }
}

function leaveBy(target: object, name: string, leaves: OnLeaving): void {
  shadowMethod(target, name, (original, args) => {
    leaves(false)
    return telling(() => original(args), leaves)
  })
}

function telling(original: () => unknown, leaves: OnLeaving): unknown {
  const left = (): void => leaves(true)
  return observeStep(original, { ended: false, fulfilled: left, rejected: left })
}
