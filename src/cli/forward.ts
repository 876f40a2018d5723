/** `kansa forward`: delivers a journal over OTLP from outside the process that writes it. */
import { Option } from 'commander'
import { dirOption } from './dir-option.ts'
import { listed, parseCount, parseDurationFlag, repeated } from './flag-values.ts'
import { KansaCommand } from './kansa-command.ts'
import type { ForwardFlags } from './run-forward.ts'

const DEFAULT_PATIENCE_MILLIS = 60_000

export function forwardCommand(): KansaCommand {
  return new KansaCommand('forward')
    .description('Deliver what is sealed to an OTLP endpoint, from where the last delivery ended.')
    .option('--endpoint <url>', 'the logs endpoint, .../v1/logs; else what OTEL_EXPORTER_OTLP_* say')
    .option('--name <name>', 'under which name the position is kept', 'default')
    .addOption(new Option('--once', 'end when everything is delivered (the default)').conflicts('follow'))
    .option('--follow', 'go on with what is sealed later, until interrupted')
    .option('--from <seq>', 'begin with this record, instead of where the last delivery ended', parseCount)
    .option('--header <name=value>', 'sent with each request; may be repeated', repeated)
    .addOption(new Option('--encoding <encoding>', 'of the requests').choices(['json', 'protobuf']))
    .addOption(new Option('--compression <kind>', 'of the requests').choices(['none', 'gzip']))
    .option('--type <kinds>', 'deliver these kinds of events only: agent, api, tool, token, security', listed)
    .addOption(
      new Option('--severity <level>', 'deliver this level or worse only').choices([
        'info',
        'warn',
        'error',
        'critical',
      ]),
    )
    .addOption(
      new Option('--patience <duration>', 'with --once: give up when nothing was taken for so long')
        .argParser(parseDurationFlag)
        .default(DEFAULT_PATIENCE_MILLIS, '1m'),
    )
    .addOption(dirOption())
    .withManual({
      notes:
        'Several deliveries of one log to one name exclude each other: stop the agent, or choose another name. What is ' +
        'not sealed yet is not delivered.',
      examples: [
        ['kansa forward --endpoint http://127.0.0.1:4318/v1/logs'],
        ['kansa forward --follow --endpoint https://otlp.example.com/v1/logs'],
        ['kansa forward --name replay --from 0', 'all of it again'],
      ],
    })
    .action(async (flags: ForwardFlags) => (await import('./run-forward.ts')).forward(flags))
}
