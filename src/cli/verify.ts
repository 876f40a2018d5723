/** `kansa verify`: whether the journal is what was sealed; or whether a proof from it is right. */
import { dirOption } from './dir-option.ts'
import { repeated } from './flag-values.ts'
import { KansaCommand } from './kansa-command.ts'
import { addProofOptions, isProofCheck } from './proof-options.ts'
import type { ProofFlags } from './proof-options.ts'
import type { VerifyFlags } from './run-verify.ts'
import { addAgainstOptions, refuseAgainst, refuseWithoutAgainst } from './verify/against-options.ts'

export function verifyCommand(): KansaCommand {
  const command = new KansaCommand('verify')
    .description('Rebuild the log from its files and compare it with everything that was sealed.')
    .option('--key <vkey>', 'verifier key that must have signed; may be repeated', repeated)
    .option('--key-file <path>', 'a file with such keys, or with the shared secret')
    .option('--at-least <path>', 'a checkpoint that the log must contain; may be repeated', repeated)
    .option('--json', 'the report as JSON, one line for each log')
    .addOption(dirOption())
  return addProofOptions(addAgainstOptions(command))
    .withManual({
      notes:
        'Without --key the key is taken from the folder, where whoever can change the log can change it too. Intact ' +
        'means unchanged, not complete: what was never recorded is not missed. A log may be verified while it is written.',
      examples: [
        ['kansa verify', 'everything in ./audit'],
        ['kansa verify --key kansa.log/…+1a2b3c4d+…', 'sealed with this key, and no other'],
        ['kansa verify --at-least kept.checkpoint', 'and not an older copy'],
        ["kansa verify --json | jq -r '.problems[].message'"],
        ['kansa verify --against exported.jsonl', 'and the SIEM has all of it'],
        ['kansa verify --proof 5.tlog-proof --line 5.json --key kansa.log/…'],
      ],
    })
    .action(async (flags: VerifyFlags & ProofFlags) => {
      refuseWithoutAgainst(flags)
      if (!isProofCheck(flags)) return await (await import('./run-verify.ts')).verify(flags)
      refuseAgainst(flags)
      // A folder that only the environment names is not one that somebody asked about.
      const { dir, ...others } = flags
      const isDirGiven = command.getOptionValueSource('dir') === 'cli'
      return await (await import('./check-proof.ts')).checkProof({ ...others, ...(isDirGiven && { dir }) })
    })
}
