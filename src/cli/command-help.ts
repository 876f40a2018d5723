/** How the help of a command looks. */
import { styleText } from 'node:util'
import { type Argument, type Command, Help, type Option } from 'commander'
import type { Example, Manual } from './manual.ts'

/** Between two columns. */
const GAP = 2

/** Commander's help, and behind it what the command's manual says. */
export class CommandHelp extends Help {
  private readonly manual: Manual

  constructor(manual: Manual) {
    super()
    this.manual = manual
  }

  override formatHelp(command: Command, helper: Help): string {
    const { notes, examples, exitCodes = [] } = this.manual
    const exits = exitCodes.map(([code, about]) => helper.formatItem(String(code), 1, about, helper))
    return [
      super.formatHelp(command, helper),
      ...(notes === undefined ? [] : [helper.boxWrap(notes, this.helpWidth ?? 80), '']),
      ...helper.formatItemList('Examples:', exampleLines(examples), helper),
      ...helper.formatItemList('Exit codes:', exits, helper),
    ].join('\n')
  }

  /** Every command has options; to say so for each is noise. */
  override subcommandTerm(command: Command): string {
    const words = command.registeredArguments.map(argument =>
      argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
    )
    return [command.name(), ...words].join(' ')
  }

  override optionDescription(option: Option): string {
    return withChoices(option.argChoices, option.description) ?? super.optionDescription(option)
  }

  override argumentDescription(argument: Argument): string {
    return withChoices(argument.argChoices, argument.description) ?? super.argumentDescription(argument)
  }

  /** Commander takes the styles away where the output is not to be coloured. */
  override styleTitle(title: string): string {
    return styleText('bold', title, { validateStream: false })
  }
}

function withChoices(choices: readonly string[] | undefined, description: string): string | undefined {
  if (choices === undefined) return undefined
  return [choices.join(', '), ...(description === '' ? [] : [description])].join('; ')
}

/** What they do stands in one column behind them. */
function exampleLines(examples: readonly Example[]): string[] {
  const column = Math.max(0, ...examples.map(([command, about]) => (about === undefined ? 0 : command.length)))
  return examples.map(([command, about]) => `  ${about === undefined ? command : command.padEnd(column + GAP) + about}`)
}
