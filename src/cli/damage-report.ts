/** Counts the lines that are no events, and says so once per file. */
import type { StoredLine } from '../journal/read-lines.ts'
import { say } from './output.ts'

interface Damage {
  count: number
  readonly firstStart: number
  readonly firstProblem: string
  said: boolean
}

export class DamageReport {
  private readonly files = new Map<string, Damage>()

  add(line: StoredLine, problem: string): void {
    const damage = this.files.get(line.path)
    if (damage === undefined) {
      this.files.set(line.path, { count: 1, firstStart: line.start, firstProblem: problem, said: false })
    } else damage.count += 1
  }

  /** Names the files that were not named yet. */
  sayNew(): void {
    for (const [path, damage] of this.files) {
      if (damage.said) continue
      damage.said = true
      const lines = damage.count === 1 ? '1 line that is no event' : `${damage.count} lines that are no events`
      const where = `${damage.count === 1 ? '' : 'the first '}at byte ${damage.firstStart}`
      say(`${path}: passed over ${lines} (${where}: ${damage.firstProblem})`)
    }
  }
}
