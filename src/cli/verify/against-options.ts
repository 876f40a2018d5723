/** The options of `kansa verify` that compare the logs with what another system has of them. */
import { Option } from 'commander'
import type { Command } from 'commander'
import { KansaError } from '../../errors.ts'
import type { ExportFormat } from '../../reconcile/exported-record.ts'
import { listed, repeated } from '../flag-values.ts'

export interface AgainstFlags {
  readonly against?: readonly string[]
  readonly format?: ExportFormat
  readonly filter?: readonly string[]
  readonly since?: string
  readonly until?: string
  readonly ignore?: readonly string[]
  readonly utc?: true
}

const HEADING = 'Against an export from another system:'
const FORMATS: readonly ExportFormat[] = ['otlp', 'splunk', 'datadog']

export function addAgainstOptions<T extends Command>(command: T): T {
  const options = [
    new Option('--against <path...>', 'files exported there: are all sealed records in them, unaltered?'),
    new Option('--format <format>', 'what the files are, where it cannot be told').choices(FORMATS),
    new Option('--filter <text>', "the destination's filter: types=tool,security,minSeverity=warn").argParser(repeated),
    new Option('--since <time>', 'records before need not be there; a time or a seq'),
    new Option('--until <time>', 'records from then on need not be there; a time, a seq, newest, delivered'),
    new Option('--ignore <names>', 'fields that are changed on the way on purpose').argParser(listed),
    new Option('--utc', 'times in UTC instead of the local time zone'),
  ]
  for (const option of options) command.addOption(option.helpGroup(HEADING))
  return command
}

/** @throws KansaError `KANSA_INVALID_QUERY` where they are given without `--against`, which would do nothing */
export function refuseWithoutAgainst(flags: AgainstFlags): void {
  if (flags.against !== undefined) return
  const names = ['format', 'filter', 'since', 'until', 'ignore', 'utc'] as const
  const given = names.find(name => flags[name] !== undefined)
  if (given !== undefined) throw wrong(`--${given} is about an export: name the files with --against.`)
}

/** @throws KansaError `KANSA_INVALID_QUERY`: no journal is read where a proof is checked, and none compared */
export function refuseAgainst({ against }: AgainstFlags): void {
  if (against !== undefined) throw wrong('--against is about a journal: it does not go with a proof.')
}

function wrong(message: string): KansaError {
  return new KansaError('KANSA_INVALID_QUERY', message)
}
