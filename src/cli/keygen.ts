/** `kansa keygen`: a key that signs a log's checkpoints. */
import { InvalidArgumentError, Option } from 'commander'
import { isKeyName } from '../seal/key-id.ts'
import { KansaCommand } from './kansa-command.ts'
import type { KeygenFlags } from './run-keygen.ts'

const DEFAULT_KEY_FILE = './kansa-signing.key'

export function keygenCommand(): KansaCommand {
  return new KansaCommand('keygen')
    .description('Make a key that signs the checkpoints of a log, or add a new one to a key file.')
    .addOption(new Option('--out <path>', 'the file to write; must not exist').default(DEFAULT_KEY_FILE))
    .option('--name <name>', 'name of the key; made up by default, that of the old key with --rotate', parseKeyName)
    .option('--hmac', 'a shared secret (HMAC-SHA256) instead of a key pair (Ed25519)')
    .addOption(
      new Option('--rotate <path>', 'add a new key to this key file, which signs from the next start on').conflicts(
        'out',
      ),
    )
    .withManual({
      notes:
        'The verifier key goes to standard output: whoever checks the log pins it with `kansa verify --key`. The signing ' +
        'key goes to the file and nowhere else.',
      examples: [
        ['kansa keygen > kansa.vkey', `signing key: ${DEFAULT_KEY_FILE}`],
        ['kansa keygen --out /etc/app/kansa.key --name example.com/agents'],
        ['kansa keygen --rotate /etc/app/kansa.key', 'auditors then pin both keys'],
      ],
    })
    .action(async (flags: KeygenFlags) => (await import('./run-keygen.ts')).keygen(flags))
}

function parseKeyName(text: string): string {
  if (!isKeyName(text)) {
    throw new InvalidArgumentError('It must have no spaces, plus signs and control characters, and not be empty.')
  }
  return text
}
