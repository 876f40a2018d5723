/** Which destinations a record has not reached, by their cursors. */
import { readCursor } from './cursor-file.ts'

/** Those of `names` that may not have record `seq` of the log in `dir` yet. */
export function destinationsLacking(dir: string, names: readonly string[], seq: number): string[] {
  return names.filter(name => {
    try {
      return (readCursor(dir, name)?.next ?? 0) <= seq
    } catch {
      // What nobody can read says nothing of having been delivered.
      return true
    }
  })
}
