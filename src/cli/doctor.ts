/** `kansa doctor`: what is right and wrong with an audit folder and its surroundings, and what to do about it. */
import type { Command } from 'commander'
import { dirOption } from './dir-option.ts'
import { KansaCommand } from './kansa-command.ts'
import type { DoctorOptions } from './run-doctor.ts'

export function doctorCommand(): KansaCommand {
  return new KansaCommand('doctor')
    .description('Look at the folder, its writer, the disk, the clock and the options, and say what to do.')
    .option('--utc', 'times in UTC instead of the local time zone')
    .option('--json', 'the report as one JSON object')
    .addOption(dirOption())
    .withManual({
      notes: 'Exits with 3 when it finds a problem; warnings and notes are none.',
      examples: [
        ['kansa doctor', 'examines ./audit; writes nothing into it'],
        ['kansa doctor --dir /var/lib/app/audit'],
        [`kansa doctor --json | jq '.checks[] | select(.status != "ok")'`],
      ],
    })
    .action(async (options: DoctorOptions, command: Command) =>
      (await import('./run-doctor.ts')).doctor(options, command),
    )
}
