/** The filters that every reading command has. */
import { type Command, Option } from 'commander'
import { listed, repeated } from './flag-values.ts'

/** The kinds of events, as people type them. */
export const KIND_NAMES: readonly string[] = ['agent', 'api', 'tool', 'token', 'security']
/** The least first. */
export const LEVEL_NAMES: readonly string[] = ['info', 'warn', 'error', 'critical']

const HEADING = 'Filters (several values of one are alternatives, several filters must all hold):'

/** Adds the filters to a command, whose options then are a `FilterSpec`. */
export function addFilters<C extends Command>(command: C): C {
  const options = [
    new Option('--type <kinds>', KIND_NAMES.join(', ')).argParser(listed),
    new Option('--actor <names>', 'who acted; * stands for any characters').argParser(listed),
    new Option('--since <time>', 'from then on: 15m, 2h, today, 2026-11-22, 2026-11-22T10:15'),
    new Option('--until <time>', 'before then; a day counts in full'),
    new Option('--severity <level>', `this level or worse: ${LEVEL_NAMES.join(', ')}`),
    new Option('--run <ids>', 'an agent run').argParser(listed),
    new Option('--session <ids>', 'a session').argParser(listed),
    new Option('--trace <ids>', 'a trace').argParser(listed),
    new Option('--user <ids>', 'a user').argParser(listed),
    new Option('--where <condition>', 'field=value; also != < <= > >= ~regex !~regex; may be repeated').argParser(
      repeated,
    ),
    new Option('--grep <text>', 'a text anywhere in the event'),
    new Option('-i, --ignore-case', 'for --grep'),
  ]
  for (const option of options) command.addOption(option.helpGroup(HEADING))
  return command
}
