/** Runs a command line and turns whatever comes of it into an exit code. */
import { CommanderError } from 'commander'
import { KansaError, messageOf } from '../errors.ts'
import type { KansaErrorCode } from '../errors.ts'
import { EXIT_DONE, EXIT_INCOMPLETE, EXIT_IO, EXIT_NOT_PROVEN, EXIT_USAGE } from './exit-codes.ts'
import { NotProven } from '../verify/proof/not-proven.ts'
import { guardOutput, say } from './output.ts'
import { kansaProgram } from './program.ts'

/** What whoever typed the command can put right by typing another one. */
const WRONG_USAGE: ReadonlySet<KansaErrorCode> = new Set([
  'KANSA_INVALID_CHECKPOINT',
  'KANSA_INVALID_KEY',
  'KANSA_INVALID_OPTION',
  'KANSA_INVALID_QUERY',
])

/** `args` are the words after `kansa`. Sets `process.exitCode`; never throws. */
export async function runCommand(args: readonly string[]): Promise<void> {
  guardOutput()
  try {
    await kansaProgram().parseAsync(args, { from: 'user' })
  } catch (error) {
    process.exitCode = exitCodeOf(error)
  }
}

function exitCodeOf(error: unknown): number {
  // Commander has said it already, and gives 0 for --help and --version.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_DONE : EXIT_USAGE
  if (error instanceof NotProven) {
    say(`not proven: ${error.message}`)
    return EXIT_NOT_PROVEN
  }
  if (error instanceof KansaError) {
    say(error.message)
    if (error.code === 'KANSA_NOT_SEALED') return EXIT_INCOMPLETE
    return WRONG_USAGE.has(error.code) ? EXIT_USAGE : EXIT_IO
  }
  // A defect of ours: the stack is what a report needs. It must not exit with 1, which means tampering.
  for (const line of stackOf(error).split('\n')) say(line)
  return EXIT_IO
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error && thrown.stack !== undefined ? thrown.stack : messageOf(thrown)
}
