/** `kansa tail`: the last events, and with `-f` every further one. */
import { dirOption } from './dir-option.ts'
import { addFilters } from './filter-options.ts'
import { DEFAULT_LINES, parseCount, parseDurationFlag, parsePositive } from './flag-values.ts'
import { KansaCommand } from './kansa-command.ts'
import type { TailFlags } from './run-tail.ts'

export function tailCommand(): KansaCommand {
  const command = new KansaCommand('tail')
    .description('Show the last events and, with -f, go on with new ones through rotations.')
    .option(
      '-n, --lines <count>',
      `how many of the last events to show (default: ${DEFAULT_LINES}; all with --since)`,
      parseCount,
    )
    .option('-f, --follow', 'wait for further events; ends with Ctrl-C')
    .option('-C, --context <count>', 'show so many events before and after each match', parseCount, 0)
    .option('--max-matches <count>', 'end after so many matches', parsePositive)
    .option('--timeout <duration>', 'stop following after that time: 30s, 5m', parseDurationFlag)
    .option('--wide', "whole lines, not cut at the terminal's edge")
    .option('--utc', 'times in UTC instead of the local time zone')
    .option('--json', 'the stored lines, also on a terminal (a pipe always gets them)')
    .addOption(dirOption())
  return addFilters(command)
    .withManual({
      examples: [
        ['kansa tail', `the last ${DEFAULT_LINES} events of ./audit`],
        ['kansa tail -f -n 100 --dir /var/lib/app/audit', 'the last 100, then all new ones'],
        ['kansa tail --since 15m --severity warn', 'what went wrong just now'],
        ['kansa tail --type tool --where success=false -C 3'],
        ['kansa tail -f -n 0 --type security --max-matches 1 --timeout 10m'],
        [`kansa tail -n 1000 | jq 'select(.event_type.type == "ToolCall")'`],
        ['zcat old.jsonl.gz | kansa tail --dir - -n 20'],
      ],
    })
    .action(async (flags: TailFlags) => (await import('./run-tail.ts')).tail(flags))
}
