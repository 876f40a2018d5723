/**
 * Listening in on a model's stream on its way to the SDK, which pipes it on: a stream that is piped tells nobody what it
 * carries. Parts are asked for one by one, as they are wanted.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { guarded } from '../../pipeline/observe/fault.ts'
import { shadowMethod } from '../../pipeline/observe/method.ts'
import { readProperty } from '../../pipeline/observe/property.ts'

/** All that a stream can be read by. */
const READING = ['getReader', 'pipeThrough', 'pipeTo', 'tee', 'values', Symbol.asyncIterator, 'cancel'] as const

export interface StreamTap {
  part(part: unknown): void
  /** Read to its end, or left. */
  ended(): void
  failed(error: unknown): void
}

/** It stays the same object: version 7 finds by it the answer that is meant where it has shown a copy without credentials. */
export function tap(stream: ReadableStream<unknown>, listener: StreamTap): void {
  // What the SDK does with a part, it does where the stream was made: its spans are children of that call's.
  const within = AsyncLocalStorage.snapshot()
  let tapped: ReadableStream<unknown> | undefined
  let isTaken = false
  for (const name of READING) {
    shadowMethod(stream, name, (original, args) => {
      if (isTaken && tapped === undefined) return original(args)
      isTaken = true
      tapped ??= passedOn(stream.getReader(), listener, within)
      const method = readProperty(tapped, name)
      return typeof method === 'function' ? Reflect.apply(method, tapped, args) : undefined
    })
  }
}

function passedOn(
  reader: ReadableStreamDefaultReader<unknown>,
  listener: StreamTap,
  within: (step: () => void) => void,
): ReadableStream<unknown> {
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (done) {
            guarded('recording a call', () => listener.ended())
            within(() => controller.close())
          } else {
            guarded('reading a chunk', () => listener.part(value))
            within(() => controller.enqueue(value))
          }
        } catch (error) {
          guarded('recording a call', () => listener.failed(error))
          within(() => controller.error(error))
        }
      },
      cancel(reason) {
        guarded('recording a call', () => listener.ended())
        return reader.cancel(reason)
      },
    },
    // Nothing is read ahead that the SDK has not asked for.
    { highWaterMark: 0 },
  )
}
