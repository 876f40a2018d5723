/** Standard output and error of a command. Data goes to the one, everything else to the other. */
import { once } from 'node:events'
import { messageOf } from '../errors.ts'
import { escapeForTerminal } from './escape-for-terminal.ts'
import { EXIT_DONE, EXIT_IO } from './exit-codes.ts'

/** Called once, before anything is written. */
export function guardOutput(): void {
  process.stdout.on('error', error => {
    // The reader of the pipe has what it wanted (`| head`): nothing went wrong.
    if ('code' in error && error.code === 'EPIPE') process.exit(EXIT_DONE)
    say(`cannot write to standard output: ${messageOf(error)}`)
    process.exit(EXIT_IO)
  })
  // Nobody left to tell.
  process.stderr.on('error', () => {})
}

/** Writes data, and waits while the reader is slower than we are. */
export async function writeData(data: Buffer | string): Promise<void> {
  if (data.length > 0 && !process.stdout.write(data)) await once(process.stdout, 'drain')
}

/** A message to the person, one line, whatever is in it. */
export function say(message: string): void {
  process.stderr.write(`kansa: ${escapeForTerminal(message)}\n`)
}
