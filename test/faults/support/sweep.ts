/** Tries a fault at the first call, at the second, and so on. */

/** Two processors, and a run waits for the disk for half of its time. */
const AT_A_TIME = 4

/** Runs until the program gets to its end, because there was no such call any more. Returns how many calls there were. */
export async function sweep(run: (nth: number) => Promise<boolean>): Promise<number> {
  for (let first = 1; ; first += AT_A_TIME) {
    const ends = await Promise.all(Array.from({ length: AT_A_TIME }, (_, index) => run(first + index)))
    const end = ends.indexOf(true)
    if (end !== -1) return first + end - 1
  }
}

/** A few calls of such a sweep. Returns how many of them there were. */
export async function sample(nths: readonly number[], run: (nth: number) => Promise<boolean>): Promise<number> {
  let hits = 0
  for (let at = 0; at < nths.length; at += AT_A_TIME) {
    const ends = await Promise.all(nths.slice(at, at + AT_A_TIME).map(run))
    hits += ends.filter(isAtEnd => !isAtEnd).length
  }
  return hits
}
