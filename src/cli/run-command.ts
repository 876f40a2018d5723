/** Runs a command line and turns whatever comes of it into an exit code. */
import { CommanderError } from 'commander'
import { KansaError, messageOf } from '../errors.ts'
import { EXIT_DONE, EXIT_IO, EXIT_USAGE } from './exit-codes.ts'
import { guardOutput, say } from './output.ts'
import { kansaProgram } from './program.ts'

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
  if (error instanceof KansaError) {
    say(error.message)
    return error.code === 'KANSA_INVALID_QUERY' ? EXIT_USAGE : EXIT_IO
  }
  // A defect of ours: the stack is what a report needs. It must not exit with 1, which means tampering.
  for (const line of stackOf(error).split('\n')) say(line)
  return EXIT_IO
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error && thrown.stack !== undefined ? thrown.stack : messageOf(thrown)
}
