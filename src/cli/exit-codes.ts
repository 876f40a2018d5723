/** What `kansa` exits with. */
import type { ExitCode } from './manual.ts'

export const EXIT_DONE = 0
/** `query --exists`: nothing matches. */
export const EXIT_NOTHING_FOUND = 1
/** `prove`: a record or a tree is not what was sealed. */
export const EXIT_NOT_PROVEN = 1
/** `scan`: there are secrets. */
export const EXIT_FOUND = 1
/** `verify`: something was changed, added or removed, or is lost. */
export const EXIT_TAMPERED = 1
/** `verify --against`: another system lacks records, or has others. */
export const EXIT_NOT_THERE = 1
/** `forward`: records were refused, or are missing; the dead letters name them. */
export const EXIT_NOT_DELIVERED = 1
/** Unknown command or flag, wrong value. */
export const EXIT_USAGE = 2
/** Something cannot be read or written. */
export const EXIT_IO = 3
/** Nothing contradicts the newest checkpoint, but it does not cover everything. */
export const EXIT_INCOMPLETE = 4

/** For people. */
export const EXIT_CODES: readonly ExitCode[] = [
  [EXIT_DONE, 'done'],
  [
    EXIT_NOTHING_FOUND,
    'nothing found (query --exists); altered or missing (verify, prove); secrets found (scan); records refused (forward)',
  ],
  [EXIT_USAGE, 'wrong usage'],
  [EXIT_IO, 'cannot read or write'],
  [EXIT_INCOMPLETE, 'unaltered, but not all of it sealed (verify, prove)'],
]
