/** Standard output and error of a command. Data goes to the one, everything else to the other. */
import { once } from 'node:events'
import { messageOf } from '../errors.ts'
import { escapeForTerminal } from './escape-for-terminal.ts'
import { EXIT_IO } from './exit-codes.ts'

/** Called once, before anything is written. */
export function guardOutput(): void {
  process.stdout.on('error', error => {
    // The reader of the pipe has what it wanted (`| head`): nothing went wrong. What the command found out by then
    // (`process.exitCode`) it says all the same: a pipe that closes early must not turn tampering into 0.
    if ('code' in error && error.code === 'EPIPE') process.exit()
    say(`cannot write to standard output: ${messageOf(error)}`)
    process.exit(EXIT_IO)
  })
  // Nobody left to tell.
  process.stderr.on('error', () => {})
}

/**
 * Writes data, and waits while the reader is slower than we are. A command whose exit code is a verdict sets it before:
 * the reader may be gone.
 */
export async function writeData(data: Buffer | string): Promise<void> {
  if (data.length > 0 && !process.stdout.write(data)) await once(process.stdout, 'drain')
}

/** A message to the person, one line, whatever is in it. */
export function say(message: string): void {
  process.stderr.write(`kansa: ${escapeForTerminal(message)}\n`)
}
