/** `kansa prove`: files that prove to somebody without the journal what is in it. */
import { dirOption } from './dir-option.ts'
import { repeated } from './flag-values.ts'
import { KansaCommand } from './kansa-command.ts'
import type { ProveFlags } from './run-prove.ts'

export function proveCommand(): KansaCommand {
  return new KansaCommand('prove')
    .description('Make a file that proves that a record is in the log, or that the log extends an older checkpoint.')
    .argument('[record]', 'which record: its seq (a number) or its id')
    .option('--out <path>', 'the file to write instead of standard output; must not exist')
    .option('--line-out <path>', "a file for the record's line as it is stored; must not exist")
    .option('--line <path>', "take the record's line from this file, where the journal has it no longer")
    .option('--consistency <path>', 'prove that the log extends the checkpoint in this file')
    .option('--key <vkey>', 'verifier key that must have signed; may be repeated', repeated)
    .option('--key-file <path>', 'a file with such keys, or with the shared secret')
    .addOption(dirOption())
    .withManual({
      notes:
        'The proof is checked before it is written, and is one against the newest checkpoint. Who gets it needs the ' +
        'line and the verifier key too, the key over another way: `kansa verify --proof`.',
      examples: [
        ['kansa prove 5 --out 5.tlog-proof --line-out 5.json', 'record 5'],
        ['kansa prove 0199c0de-… > tool-call.tlog-proof', 'by its id'],
        ['kansa prove --consistency kept.checkpoint', 'that the log only grew'],
        ['kansa verify --proof 5.tlog-proof --line 5.json --key kansa.log/…'],
      ],
    })
    .action(async (record: string | undefined, flags: ProveFlags) =>
      (await import('./run-prove.ts')).prove(record, flags),
    )
}
