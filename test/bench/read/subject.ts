/** What is measured: a program that reads the journal, started the way its users start it. */
import type { Command } from '../measured-command.ts'
import type { Scenario } from './scenarios.ts'

export interface Journal {
  readonly dir: string
  /** Paths of its files, oldest first. */
  readonly files: readonly string[]
}

/** By scenario: the command that answers it on standard output. What is missing, the subject cannot do. */
export type Subject = Partial<Readonly<Record<Scenario, (journal: Journal) => Command>>>
