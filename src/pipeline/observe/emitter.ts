/**
 * Streams that are consumed through events as often as through a loop: Node's `Readable`, and what the `stream()` methods
 * of the openai and anthropic SDKs return. We add listeners, but none for `error`: that would make an unhandled error
 * look handled.
 */
import { errorMonitor } from 'node:events'
import { observeIterable } from './iterator.ts'
import { ObserverRegistry } from './once.ts'
import type { CallOutcome, Observation } from './outcome.ts'
import { hasMethods, readProperty } from './property.ts'

type Listen = (event: string | symbol, listener: (value: unknown) => void) => void
const registry = new ObserverRegistry<Observation>()
const FINISHED: CallOutcome = { kind: 'streamed', aborted: false }

/** False when `value` is no such stream. */
export function observeEmitter(value: unknown, observation: Observation): boolean {
  if (hasMethods(value, 'on', 'read', 'pipe', 'destroy')) return observeNodeReadable(value, observation)
  if (hasMethods(value, 'on', 'done', 'abort') && typeof readProperty(value, 'ended') === 'boolean') {
    return observeSdkEventStream(value, observation)
  }
  return false
}

/** Chunks are seen where the consumer loops; a `data` listener of ours would make the stream flow before its time. */
function observeNodeReadable(value: object, observation: Observation): boolean {
  observeIterable(value, observation)
  return registry.add(value, 'on', observation, listening => {
    const listen = listenerOf(value)
    const end = (outcome: CallOutcome): void => listening().forEach(each => each.end(outcome))
    listen('end', () => end(FINISHED))
    listen('close', () => end(FINISHED))
    listen(errorMonitor, error => end({ kind: 'threw', error }))
    return true
  })
}

function observeSdkEventStream(value: object, observation: Observation): boolean {
  return registry.add(value, 'on', observation, listening => {
    const listen = listenerOf(value)
    // openai's chat completions, anthropic's messages, openai's responses.
    for (const event of ['chunk', 'streamEvent', 'event']) {
      listen(event, chunk => listening().forEach(each => each.chunk(chunk)))
    }
    listen('end', () => {
      const aborted = readProperty(value, 'aborted') === true
      const failed = readProperty(value, 'errored') === true && !aborted
      const outcome: CallOutcome = failed
        ? { kind: 'threw', error: new Error('the stream failed') }
        : { kind: 'streamed', aborted }
      for (const each of listening()) each.end(outcome)
    })
    return true
  })
}

function listenerOf(emitter: object): Listen {
  return (event, listener) => {
    const on = readProperty(emitter, 'on')
    if (typeof on === 'function') Reflect.apply(on, emitter, [event, listener])
  }
}
