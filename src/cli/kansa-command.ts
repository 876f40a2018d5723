/** A command of `kansa`, with its manual. */
import { Command, type Help } from 'commander'
import { CommandHelp } from './command-help.ts'
import { type Manual, NO_MANUAL } from './manual.ts'
import { terminalColumns } from './terminal-columns.ts'

export class KansaCommand extends Command {
  // Set once, by whoever makes the command.
  private described: Manual = NO_MANUAL

  constructor(name: string) {
    super(name)
    this.configureOutput({
      getOutHelpWidth: () => terminalColumns(process.stdout),
      getErrHelpWidth: () => terminalColumns(process.stderr),
    })
  }

  get manual(): Manual {
    return this.described
  }

  withManual(manual: Manual): this {
    this.described = manual
    return this
  }

  override createHelp(): Help {
    return new CommandHelp(this.described)
  }
}

export function manualOf(command: Command): Manual {
  return command instanceof KansaCommand ? command.manual : NO_MANUAL
}
