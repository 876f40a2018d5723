/** Which logs a path given to a reading command stands for. */
import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { KansaError, messageOf } from '../errors.ts'
import { readOrigin } from './format-file.ts'
import { ACTIVE_FILE, listLogFolders } from './layout.ts'

/** The path that stands for standard input. */
export const STANDARD_INPUT = '-'

/** The logs found at a path, each named by the path of its active file. */
export interface FoundLogs {
  /** False when there is nothing at the path. */
  readonly exists: boolean
  /** True when the path is one file, not an audit folder. */
  readonly singleFile: boolean
  /** True for standard input and pipes, which can be read once, forwards. */
  readonly isStream: boolean
  /** Active files; one of them may be missing for a moment while it is rotated. Empty where there is no journal (yet). */
  readonly activePaths: readonly string[]
}

const NOTHING = { singleFile: false, isStream: false, activePaths: [] }

/**
 * `path` is an audit folder (its own log and those under `writers/`), one file of lines, or `-`.
 * @throws KansaError `KANSA_UNREADABLE` when it is there but cannot be read.
 */
export function findLogs(path: string): FoundLogs {
  if (path === STANDARD_INPUT) return { exists: true, singleFile: true, isStream: true, activePaths: [path] }
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat === undefined) return { exists: false, ...NOTHING }
    if (!stat.isDirectory()) return { exists: true, singleFile: true, isStream: !stat.isFile(), activePaths: [path] }
    const activePaths = listLogFolders(path).map(folder => join(folder, ACTIVE_FILE))
    return { exists: true, singleFile: false, isStream: false, activePaths }
  } catch (error) {
    throw new KansaError('KANSA_UNREADABLE', `cannot read ${path}: ${messageOf(error)}`, { cause: error })
  }
}

/** @throws KansaError `KANSA_FORMAT_NEWER` when a newer Kansa wrote the log: its lines could be misread. */
export function refuseNewerFormat(activePath: string): void {
  try {
    readOrigin(dirname(activePath))
  } catch (error) {
    // Damaged, or another user's: no obstacle to reading lines.
    if (error instanceof KansaError && error.code === 'KANSA_FORMAT_NEWER') throw error
  }
}
