/** What `kansa doctor` finds out about one thing. */
import { messageOf } from '../../errors.ts'

/** How many names a sentence lists. */
const MAX_NAMES = 3

/** `problem`: agents or commands cannot work like this. `warning`: they can, until it matters. */
export type CheckStatus = 'ok' | 'note' | 'warning' | 'problem'

export interface Check {
  readonly name: string
  readonly status: CheckStatus
  /** In words. Text from outside stands in it as it is: it is escaped when it is shown. */
  readonly found: string
  /** What to do about it. */
  readonly advice?: string
}

/** What cannot even be looked at is a problem too; the error says why. */
export function checked(name: string, look: () => readonly Check[]): readonly Check[] {
  try {
    return look()
  } catch (error) {
    return [{ name, status: 'problem', found: messageOf(error) }]
  }
}

/** The first few of a list, for a sentence. */
export function namesText(names: readonly string[]): string {
  const more = names.length - MAX_NAMES
  return names.slice(0, MAX_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
