/** Looks for one line of a log from its end backwards, so that a recent one costs little whatever the log's size. */
import { readLinesBackwards } from './read-last-lines.ts'
import type { StoredLine } from './read-lines.ts'
import { closeFiles, openNewestFirst, READ_BLOCK_BYTES } from './read-log-files.ts'

export interface BackwardSearch<T> {
  /** What the newest fitting line gave; undefined where there was none. */
  readonly found: T | undefined
  /** True when older lines were not looked at. */
  readonly gaveUp: boolean
}

/**
 * What `look` gives for the newest line of the log for which it gives something, within about the last `maxBytes`.
 * @throws KansaError `KANSA_UNREADABLE` when a file cannot be read.
 */
export async function searchBackwards<T>(
  activePath: string,
  maxBytes: number,
  look: (line: StoredLine) => T | undefined,
): Promise<BackwardSearch<T>> {
  let openedBytes = 0
  const files = openNewestFirst(activePath, file => (openedBytes += file.size) > maxBytes)
  try {
    let bytes = 0
    for (const file of files) {
      for await (const lines of readLinesBackwards(file, file.size)) {
        for (const line of lines) {
          const found = look(line)
          if (found !== undefined) return { found, gaveUp: false }
        }
        bytes += READ_BLOCK_BYTES
        if (bytes > maxBytes) return { found: undefined, gaveUp: true }
      }
    }
    return { found: undefined, gaveUp: false }
  } finally {
    closeFiles(files)
  }
}
