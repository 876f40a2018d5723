/** What `kansa` exits with. */

export const EXIT_DONE = 0
/** Unknown command or flag, wrong value. */
export const EXIT_USAGE = 2
/** Something cannot be read or written. */
export const EXIT_IO = 3
