/**
 * Listening in on a model's stream on its way to the SDK, which pipes it on: a stream that is piped tells nobody what it
 * carries. Parts are asked for one by one, as they are wanted.
 */
import { guarded } from '../../pipeline/observe/fault.ts'

export interface StreamTap {
  part(part: unknown): void
  /** Read to its end, or left. */
  ended(): void
  failed(error: unknown): void
}

export function tapped(stream: ReadableStream<unknown>, tap: StreamTap): ReadableStream<unknown> {
  const reader = stream.getReader()
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (done) {
            guarded('recording a call', () => tap.ended())
            controller.close()
          } else {
            guarded('reading a chunk', () => tap.part(value))
            controller.enqueue(value)
          }
        } catch (error) {
          guarded('recording a call', () => tap.failed(error))
          controller.error(error)
        }
      },
      cancel(reason) {
        guarded('recording a call', () => tap.ended())
        return reader.cancel(reason)
      },
    },
    // Nothing is read ahead that the SDK has not asked for.
    { highWaterMark: 0 },
  )
}
