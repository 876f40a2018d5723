/** What is measured: a program that reads the journal, started the way its users start it. */
import type { Scenario } from './scenarios.ts'

export interface Command {
  readonly file: string
  readonly args: readonly string[]
  /** Stopped when it has written so many lines, because it does not end by itself. */
  readonly stopAfterLines?: number
  /** Several processes in a pipe: the memory of the first says nothing. */
  readonly isPipe?: true
}

export interface Journal {
  readonly dir: string
  /** Paths of its files, oldest first. */
  readonly files: readonly string[]
}

/** By scenario: the command that answers it on standard output. What is missing, the subject cannot do. */
export type Subject = Partial<Readonly<Record<Scenario, (journal: Journal) => Command>>>
