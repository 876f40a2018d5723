/** `--dir`, the same for every command. */
import { Option } from 'commander'

export function dirOption(): Option {
  return new Option('--dir <path>', 'audit folder, or one file of lines').default(
    // An empty variable counts as unset, as everywhere.
    process.env['KANSA_DIR'] || './audit',
    'KANSA_DIR, else ./audit',
  )
}
