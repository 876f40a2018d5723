/** What `kansa` exits with. */
import type { ExitCode } from './manual.ts'

export const EXIT_DONE = 0
/** `query --exists`: nothing matches. */
export const EXIT_NOTHING_FOUND = 1
/** Unknown command or flag, wrong value. */
export const EXIT_USAGE = 2
/** Something cannot be read or written. */
export const EXIT_IO = 3

/** For people. */
export const EXIT_CODES: readonly ExitCode[] = [
  [EXIT_DONE, 'done'],
  [EXIT_NOTHING_FOUND, 'nothing found (query --exists)'],
  [EXIT_USAGE, 'wrong usage'],
  [EXIT_IO, 'cannot read or write'],
]
