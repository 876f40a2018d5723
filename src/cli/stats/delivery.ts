/** How far the deliveries of each log are, as their cursors have it. */
import { dirname } from 'node:path'
import { readCursor } from '../../journal/forwarding/cursor-file.ts'
import { destinationsOf } from '../../journal/forwarding/destination-files.ts'
import { newestCheckpoint } from '../../journal/forwarding/sealed-checkpoints.ts'
import { SealedLines } from '../../journal/forwarding/sealed-lines.ts'
import { readLineFacts } from '../../journal/line-facts.ts'
import type { OpenLog } from '../../journal/open-logs.ts'

export interface DeliverySummary {
  /** The log's folder. */
  readonly log: string
  readonly destination: string
  /** Records that it took. */
  readonly delivered: number
  /** Sealed records that wait. */
  readonly pending: number
  /** How old the oldest of these is, in milliseconds; absent where none waits. */
  readonly lag_ms?: number | undefined
  /** Records that it refused, that the journal had no longer, that its filter left out. */
  readonly rejected: number
  readonly missing: number
  readonly skipped: number
}

export async function deliverySummaries(logs: readonly OpenLog[], now: number): Promise<DeliverySummary[]> {
  const summaries: DeliverySummary[] = []
  for (const { path, files } of logs) {
    const dir = dirname(path)
    for (const destination of files.length === 0 ? [] : destinationsOf(dir)) {
      const cursor = readCursor(dir, destination)
      const newest = newestCheckpoint(dir)
      if (cursor === undefined || newest?.origin !== cursor.origin) continue
      const { delivered, rejected, missing, skipped, next } = cursor
      const pending = Math.max(0, newest.size - next)
      const written = pending === 0 ? undefined : await timeOf(path, cursor.place, next)
      const lag_ms = written === undefined ? undefined : Math.max(0, now - written)
      summaries.push({ log: dir, destination, delivered, pending, lag_ms, rejected, missing, skipped })
    }
  }
  return summaries
}

/** When the record was written, in milliseconds since 1970. */
async function timeOf(
  path: string,
  place: Parameters<SealedLines['seek']>[0],
  seq: number,
): Promise<number | undefined> {
  const lines = new SealedLines(path, () => {})
  try {
    lines.seek(place)
    const [line] = await lines.read(seq, seq)
    const time = Date.parse((line && readLineFacts(line.bytes)?.time) ?? '')
    return Number.isNaN(time) ? undefined : time
  } finally {
    lines.close()
  }
}
