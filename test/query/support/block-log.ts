/** A log that gives its lines in blocks of any size. */
import type { OpenLog } from '../../../src/journal/open-logs.ts'
import { LineJoiner } from '../../../src/journal/read-lines.ts'

/** One block for all of it by default. */
export function blockLog(content: string | Uint8Array, wantedBytes?: number): OpenLog {
  const bytes = Buffer.from(content)
  const blockBytes = Math.max(1, wantedBytes ?? bytes.length)
  return {
    path: 'block log',
    bytes: bytes.length,
    files: [],
    async *read() {
      const joiner = new LineJoiner('block log', 0)
      for (let from = 0; from < bytes.length; from += blockBytes) {
        yield* joiner.push(bytes.subarray(from, from + blockBytes))
      }
      const rest = joiner.rest()
      if (rest !== undefined) yield rest
    },
    close() {},
  }
}
