/** Several logs as one stream, ordered by time. */

/** Items per list that the merge gives out. */
const MERGED_ITEMS = 512

interface Timed {
  /** Milliseconds since 1970; `NaN` where no time is known. */
  readonly time: number
}

/** One log's place in the merge. */
interface Head<T> {
  readonly source: AsyncIterator<readonly T[]>
  list: readonly T[]
  next: number
}

/**
 * Merges by `time`. The order within each log is kept, whatever its times say: a log's own order is what its seal
 * covers, a clock may jump. An item without a time goes with what precedes it in its log.
 */
export async function* mergeByTime<T extends Timed>(
  logs: readonly AsyncIterable<readonly T[]>[],
): AsyncGenerator<readonly T[]> {
  const [only] = logs
  if (logs.length === 1 && only !== undefined) {
    yield* only
    return
  }
  const sources = logs.map(log => log[Symbol.asyncIterator]())
  try {
    yield* mergeSources(sources)
  } finally {
    for (const source of sources) await source.return?.()
  }
}

async function* mergeSources<T extends Timed>(sources: readonly AsyncIterator<readonly T[]>[]): AsyncGenerator<T[]> {
  const heads: Head<T>[] = sources.map(source => ({ source, list: [], next: 0 }))
  let merged: T[] = []
  for (const head of heads) await refill(head)
  for (;;) {
    const head = earliest(heads)
    const item = head?.list[head.next]
    if (head === undefined || item === undefined) break
    merged.push(item)
    head.next += 1
    if (head.next === head.list.length) await refill(head)
    if (merged.length === MERGED_ITEMS) {
      yield merged
      merged = []
    }
  }
  if (merged.length > 0) yield merged
}

function earliest<T extends Timed>(heads: readonly Head<T>[]): Head<T> | undefined {
  let earliest: Head<T> | undefined
  let earliestTime = Number.POSITIVE_INFINITY
  for (const head of heads) {
    const item = head.list[head.next]
    if (item === undefined) continue
    if (Number.isNaN(item.time)) return head
    if (earliest !== undefined && item.time >= earliestTime) continue
    earliest = head
    earliestTime = item.time
  }
  return earliest
}

/** Takes lists until one has items, or leaves the head empty at the end of its log. */
async function refill<T>(head: Head<T>): Promise<void> {
  head.list = []
  head.next = 0
  while (head.list.length === 0) {
    const { done, value } = await head.source.next()
    if (done === true) return
    head.list = value
  }
}
