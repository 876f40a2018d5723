/** When the events of a file happened, as far as its first and last line tell. */
import { EventLine, readEvent } from './read-event.ts'
import { readLinesBackwards } from './read-last-lines.ts'
import { readLines, type StoredLine } from './read-lines.ts'
import type { OpenLogFile } from './read-log-files.ts'

/** A caller may give an event a time of its own, and clocks are set: so much off is still found. */
const SLACK_MILLIS = 3_600_000
/** At an end of a file that holds no event within so many bytes, nothing is known. */
const SEARCHED_BYTES = 1024 * 1024

/**
 * Whether the file may have events between two times (milliseconds since 1970; the second is not included). True where
 * that cannot be told.
 */
export async function mayHaveEventsIn(file: OpenLogFile, since: number, until: number): Promise<boolean> {
  if (since === Number.NEGATIVE_INFINITY && until === Number.POSITIVE_INFINITY) return true
  const first = await firstTime(readLines(file, 0, Math.min(file.size, SEARCHED_BYTES)))
  const last = await firstTime(readLinesBackwards(file, file.size), file.size - SEARCHED_BYTES)
  if (first === undefined || last === undefined) return true
  return Math.max(first, last) + SLACK_MILLIS >= since && Math.min(first, last) - SLACK_MILLIS < until
}

async function firstTime(lists: AsyncIterable<StoredLine[]>, downTo = 0): Promise<number | undefined> {
  for await (const lines of lists) {
    for (const line of lines) {
      if (line.start < downTo) return undefined
      const reading = readEvent(line)
      if (reading instanceof EventLine && !Number.isNaN(reading.time)) return reading.time
    }
  }
  return undefined
}
