/** `kansa stats`: what the agents did, in numbers; with `--run` what one run did. */
import { dirOption } from './dir-option.ts'
import { addFilters } from './filter-options.ts'
import { KansaCommand } from './kansa-command.ts'
import type { StatsFlags } from './run-stats.ts'

export function statsCommand(): KansaCommand {
  const command = new KansaCommand('stats')
    .description('What the agents did, in numbers; with --run what one run did, as a tree.')
    .option('--json', 'the whole report as JSON')
    .option('--utc', 'days, hours and times in UTC instead of the local time zone')
    .addOption(dirOption())
  return addFilters(command)
    .withManual({
      examples: [
        ['kansa stats', 'everything in ./audit'],
        ["kansa stats --since today --actor 'review*'"],
        ['kansa stats --run 0199c0de-…', 'one run: its model calls, tools and nested runs'],
        ["kansa stats --json | jq '.models[] | {model, tokens}'"],
      ],
    })
    .action(async (flags: StatsFlags) => (await import('./run-stats.ts')).stats(flags))
}
