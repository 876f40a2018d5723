/** `kansa query`: which events, how many, how much. */
import { Option } from 'commander'
import { dirOption } from './dir-option.ts'
import { addFilters } from './filter-options.ts'
import { listed, parsePositive } from './flag-values.ts'
import { KansaCommand } from './kansa-command.ts'
import { MEASURE_FLAGS } from './measure-flags.ts'
import { OUTPUT_FORMATS } from './output-formats.ts'
import type { QueryFlags } from './run-query.ts'

export function queryCommand(): KansaCommand {
  const command = new KansaCommand('query')
    .description('Find events, count them, and add them up.')
    .addOption(new Option('-o, --output <format>', 'default: table on a terminal, else ndjson').choices(OUTPUT_FORMATS))
    .option('--fields <fields>', 'these fields of each event, as columns', listed)
    .option('--sort <field>', 'order by a field or column; with - in front downwards: --sort=-duration_ms')
    .option('--limit <count>', 'at most so many events or rows', parsePositive)
    .option('--unfinished', 'runs and announced actions without an outcome')
    .option('--exists', 'print nothing; exit with 0 when something matches, else with 1')
    .option('--count', 'how many events match')
    .option('--count-by <fields>', 'how many, for each value of a field', listed)
    .option('--group-by <fields>', 'groups for the measures below: day, hour or any field', listed)
  for (const { kind, about } of MEASURE_FLAGS) command.option(`--${kind} <fields>`, about, listed)
  command
    .option('--top <count>', 'the groups with the largest first measure', parsePositive)
    .option('--utc', 'days, hours and times in UTC instead of the local time zone')
    .addOption(dirOption())
  return addFilters(command)
    .withManual({
      notes:
        'Fields are those of docs/events.md (tool_name, total_tokens, run_id …), level, day, hour, summary; an entry ' +
        'of a map (context.path, labels.team), a value inside JSON text (parameters.cmd).',
      examples: [
        ['kansa query', 'all events'],
        ['kansa query --type agent', 'agent runs only'],
        ['kansa query --sum tokens_consumed', 'tokens in all'],
        ['kansa query --type security --severity critical', 'critical findings'],
        ['kansa query --count-by day', 'events per day'],
        ["kansa query --type tool --where 'parameters.cmd~rm -rf'", 'who deleted what'],
        ['kansa query --group-by model --sum total_tokens --p95 latency_ms --since today'],
        ['kansa query --type tool --where success=false --count-by tool_name --top 5'],
        ['kansa query --unfinished', 'what never ended'],
        ['kansa query --fields timestamp,actor,summary -o csv > events.csv'],
        ['kansa query --exists --type security --since 1h && echo look at it'],
      ],
    })
    .action(async (flags: QueryFlags) => (await import('./run-query.ts')).query(flags))
}
