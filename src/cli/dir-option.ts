/** `--dir`, the same for every command. */
import { InvalidArgumentError, Option } from 'commander'

export function dirOption(): Option {
  return new Option('--dir <path>', 'audit folder, or one file of lines').argParser(parsePath).default(
    // An empty variable counts as unset, as everywhere.
    process.env['KANSA_DIR'] || './audit',
    'KANSA_DIR, else ./audit',
  )
}

/** `--dir "$UNSET"` of a script means no folder, least of all the working directory. */
function parsePath(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must not be empty.')
  return text
}
