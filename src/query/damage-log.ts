/** Lines that are no events, counted by file. */
import type { StoredLine } from '../journal/read-lines.ts'

export interface FileDamage {
  readonly path: string
  /** Lines. */
  readonly count: number
  /** Offset of the first of them, in bytes. */
  readonly firstStart: number
  /** What is wrong with the first of them. */
  readonly firstProblem: string
}

export class DamageLog {
  private readonly byFile = new Map<string, FileDamage>()

  add({ path, start }: StoredLine, problem: string): void {
    const known = this.byFile.get(path)
    if (known === undefined) this.byFile.set(path, { path, count: 1, firstStart: start, firstProblem: problem })
    else this.byFile.set(path, { ...known, count: known.count + 1 })
  }

  get files(): readonly FileDamage[] {
    return [...this.byFile.values()]
  }

  /** Lines in all files. */
  get count(): number {
    return this.files.reduce((sum, file) => sum + file.count, 0)
  }
}
