/** Everything of Kansa's in an audit folder, and nothing of anybody else's. */
import { lstatSync, readdirSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { isOwnName, WRITERS_FOLDER } from './layout.ts'

export interface OwnEntry {
  readonly path: string
  /** Of the entry itself, not of what a link leads to. */
  readonly stats: Stats
}

/** The folder first, then what is in it. Folders that may not be listed seem empty. */
export function* ownEntries(dir: string): Generator<OwnEntry> {
  const folder = entryAt(dir)
  if (folder === undefined) return
  yield folder
  for (const name of namesIn(folder).filter(isOwnName)) {
    const entry = entryAt(join(dir, name))
    if (name !== WRITERS_FOLDER || entry === undefined) {
      yield* tree(entry)
      continue
    }
    yield entry
    for (const writer of namesIn(entry)) yield* ownEntries(join(entry.path, writer))
  }
}

function* tree(entry: OwnEntry | undefined): Generator<OwnEntry> {
  if (entry === undefined) return
  yield entry
  for (const name of namesIn(entry)) yield* tree(entryAt(join(entry.path, name)))
}

/** Undefined where a rotation has renamed it since it was listed. */
function entryAt(path: string): OwnEntry | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  return stats && { path, stats }
}

function namesIn({ path, stats }: OwnEntry): string[] {
  try {
    return stats.isDirectory() ? readdirSync(path).toSorted() : []
  } catch {
    return []
  }
}
