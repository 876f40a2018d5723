/** Which key signed what, and whether that is how keys follow each other. */
import { formatKeyId, fullKeyName } from '../seal/key-id.ts'
import type { LogKeys } from './log-keys.ts'
import { VERIFIER_KEYS_FILE } from './log-layout.ts'
import type { ProblemLog } from './problem-log.ts'
import type { KeyUse } from './report.ts'

interface Entry {
  readonly use: Omit<KeyUse, 'firstSize' | 'lastSize' | 'checkpoints'>
  firstSize: number | null
  lastSize: number | null
  checkpoints: number
}

// Owned by the verification of one log.
export class KeyLedger {
  private readonly keys: LogKeys
  private readonly entries = new Map<string, Entry>()
  private total = 0

  constructor(keys: LogKeys) {
    this.keys = keys
    const byName = new Map(keys.verifiers.map(verifier => [fullKeyName(verifier), verifier]))
    // Those of the folder come in the order in which they were put there.
    for (const fullName of new Set([...(keys.published ?? []), ...byName.keys()])) {
      const verifier = byName.get(fullName)
      if (verifier === undefined) continue
      const { name, keyId, vkey = null } = verifier
      const use = { name, id: formatKeyId(keyId), vkey, pinned: keys.pinned.has(fullName) }
      this.entries.set(fullName, { use, firstSize: null, lastSize: null, checkpoints: 0 })
    }
  }

  signed(size: number, signers: readonly string[]): void {
    this.total++
    for (const fullName of signers) {
      const entry = this.entries.get(fullName)
      if (entry === undefined) continue
      entry.firstSize ??= size
      entry.lastSize = size
      entry.checkpoints++
    }
  }

  /** Keys of the folder, and given ones that signed here: many logs may be checked with the same list. */
  uses(): KeyUse[] {
    return [...this.entries]
      .filter(([name, { checkpoints }]) => checkpoints > 0 || this.keys.published?.includes(name) === true)
      .map(([, { use, ...range }]) => ({ ...use, ...range }))
  }

  /** Objects to a `seal/kansa.vkey` that does not fit the signatures. `isLive`: a writer may be about to use its last key. */
  check(problems: ProblemLog, isLive: boolean): void {
    if (this.total === 0) return
    const place = { file: VERIFIER_KEYS_FILE }
    const change = (message: string): void => problems.add('changed-file', place, message)
    const { published = [] } = this.keys
    const lacking = this.uses()
      .filter(({ vkey }) => vkey !== null)
      .map(({ name, id }) => `${name}+${id}`)
      .filter(name => !published.includes(name))
    if (this.keys.published === undefined && lacking.length > 0) change('it is not there')
    else for (const name of lacking) change(`it lacks the key ${name}, which signed checkpoints`)
    let earlier = -1
    for (const [at, name] of published.entries()) {
      const first = this.entries.get(name)?.firstSize ?? null
      if (first === null) this.checkUnused(name, at === published.length - 1, problems, isLive)
      else if (first < earlier) change(`the key ${name} is not where its first use puts it`)
      earlier = Math.max(earlier, first ?? -1)
    }
  }

  /** A new key is published before it signs for the first time. */
  private checkUnused(name: string, isLast: boolean, problems: ProblemLog, isLive: boolean): void {
    const place = { file: VERIFIER_KEYS_FILE }
    if (!isLast) problems.add('changed-file', place, `the key ${name} signed nothing`)
    else if (!isLive) problems.add('unfinished-commit', place, `the key ${name} has not signed anything yet`)
  }
}
