/** The options of `kansa verify` that check a file that `kansa prove` made instead of a journal. */
import type { Command } from 'commander'
import type { KeyFlags } from './given-keys.ts'

export interface ProofFlags extends KeyFlags {
  readonly proof?: string
  readonly line?: string
  readonly consistency?: string
  readonly from?: string
  readonly origin?: string
  /** Of the check of a journal. */
  readonly atLeast?: readonly string[]
  readonly dir?: string
  readonly json?: true
}

/** Adds the options that a check of a proof has of its own; those for keys and `--json` are the command's. */
export function addProofOptions<T extends Command>(command: T): T {
  return command
    .option('--proof <path>', 'check this proof of a record instead of a journal; with --line and --key')
    .option('--line <path>', 'the line that --proof is about, as it is stored; - is standard input')
    .option('--consistency <path>', 'check this proof that a log only grew instead of a journal; with --from and --key')
    .option('--from <path>', 'the older checkpoint that --consistency begins at')
    .option('--origin <name>', 'the log that a proof must be about')
}

/** Whether a proof is to be checked, not a journal. */
export function isProofCheck({ proof, line, consistency, from, origin }: ProofFlags): boolean {
  return [proof, line, consistency, from, origin].some(flag => flag !== undefined)
}
