/** Says which lines were passed over because they are no events, once per file. */
import { DamageLog, type FileDamage } from '../query/damage-log.ts'
import { say } from './output.ts'
import { numberText } from './quantities.ts'

export class DamageReport {
  readonly log: DamageLog = new DamageLog()
  private readonly said = new Set<string>()

  /** Names the files that were not named yet. */
  sayNew(): void {
    for (const file of this.log.files) {
      if (this.said.has(file.path)) continue
      this.said.add(file.path)
      say(damageText(file))
    }
  }
}

function damageText({ path, count, firstStart, firstProblem }: FileDamage): string {
  const lines = count === 1 ? '1 line that is no event' : `${numberText(count)} lines that are no events`
  return `${path}: passed over ${lines} (${count === 1 ? '' : 'the first '}at byte ${firstStart}: ${firstProblem})`
}
