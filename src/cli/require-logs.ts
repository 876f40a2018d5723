/** The logs that a command is to read. */
import { KansaError } from '../errors.ts'
import { type FoundLogs, findLogs } from '../journal/read-logs.ts'

/** @throws KansaError `KANSA_UNREADABLE`, saying what to do, when there is no journal at `dir`. */
export function requireLogs(dir: string): FoundLogs {
  const found = findLogs(dir)
  if (found.activePaths.length > 0) return found
  const missing = found.exists ? `there is no journal in ${dir}` : `there is no ${dir}`
  throw new KansaError(
    'KANSA_UNREADABLE',
    `${missing}. Name the folder that the agent writes to with --dir or KANSA_DIR, make a journal with ` +
      '`kansa demo`, or wait for one with `kansa tail -f`.',
  )
}
