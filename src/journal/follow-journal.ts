/** Gives out the new lines of all logs of an audit folder as they are written, new logs under `writers/` included. */
import { dirname, join } from 'node:path'
import { WRITERS_FOLDER } from './layout.ts'
import { ChangeHints } from './follow-changes.ts'
import { LogFollower, type LogPosition } from './follow-log.ts'
import type { StoredLine } from './read-lines.ts'
import { findLogs, refuseNewerFormat } from './read-logs.ts'

/** Longest time between two looks at the files, in milliseconds. */
const POLL_MILLIS = 150
/** How often new logs are looked for, in milliseconds. */
const LISTING_MILLIS = 250

export interface FollowOptions {
  /** Ends the iteration. */
  readonly signal: AbortSignal
  /** Where reading begins, by active path; the follower owns the files in them. A log that is not named begins at its start. */
  readonly positions: ReadonlyMap<string, LogPosition>
  /** Hears, in one sentence, of lines that may be missing. */
  readonly onNotice: (text: string) => void
}

/**
 * Yields the new lines, one list per log that has some; each line once, in the order of its log. Where there is no
 * folder or file yet, waits for it. Nothing is written.
 * @throws KansaError `KANSA_UNREADABLE` when a file cannot be read, `KANSA_FORMAT_NEWER` for a newer Kansa's log.
 */
export async function* followJournal(path: string, options: FollowOptions): AsyncGenerator<StoredLine[][]> {
  const { signal, positions, onNotice } = options
  const hints = new ChangeHints()
  const followers = new Map<string, LogFollower>()
  const follow = (activePath: string): void => {
    if (!followers.has(activePath)) {
      refuseNewerFormat(activePath)
      followers.set(activePath, new LogFollower(activePath, positions.get(activePath), onNotice))
    }
    hints.watch(dirname(activePath))
  }
  let listedAt = Number.NEGATIVE_INFINITY
  try {
    for (const activePath of positions.keys()) follow(activePath)
    while (!signal.aborted) {
      if (performance.now() - listedAt >= LISTING_MILLIS) {
        const { singleFile, activePaths } = findLogs(path)
        if (!singleFile) for (const folder of [path, join(path, WRITERS_FOLDER)]) hints.watch(folder)
        for (const activePath of activePaths) follow(activePath)
        listedAt = performance.now()
      }
      const lists = await Promise.all([...followers.values()].map(follower => follower.next()))
      const news = lists.filter(list => list !== undefined)
      if (news.length > 0) yield news
      else await hints.wait(POLL_MILLIS, signal)
    }
  } finally {
    hints.close()
    for (const follower of followers.values()) follower.close()
  }
}
