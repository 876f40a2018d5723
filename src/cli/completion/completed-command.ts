/** What can be completed, read from the definition of the commands. */
import type { Command, Option } from 'commander'
import { type FlagValue, placeholderOf, valueOf } from './flag-value.ts'

export interface CompletedFlag {
  /** The short one first. */
  readonly names: readonly string[]
  readonly about: string
  /** What the help calls the value; `undefined` where the flag takes none. */
  readonly placeholder: string | undefined
  readonly value: FlagValue | undefined
}

export interface CompletedWord {
  readonly name: string
  readonly about: string
}

export interface CompletedCommand extends CompletedWord {
  readonly flags: readonly CompletedFlag[]
  /** What may stand behind it besides flags: one of these. */
  readonly words: readonly CompletedWord[]
  /** Whether names of files may stand behind it. */
  readonly takesFiles: boolean
}

/** The program itself, whose words are its commands; then every command. */
export function completedCommands(program: Command): readonly [CompletedCommand, ...CompletedCommand[]] {
  // With the help command, which commander adds.
  const commands = program.createHelp().visibleCommands(program)
  const words = commands.map(command => ({ name: command.name(), about: command.description() }))
  return [
    completed(program, words),
    ...commands.map(command =>
      completed(
        command,
        command.name() === 'help' ? words : (command.registeredArguments[0]?.argChoices ?? []).map(bare),
      ),
    ),
  ]
}

function completed(command: Command, words: readonly CompletedWord[]): CompletedCommand {
  const flags = command.createHelp().visibleOptions(command).map(completedFlag)
  const takesFiles = command.registeredArguments.some(argument => argument.variadic)
  return { name: command.name(), about: command.description(), flags, words, takesFiles }
}

function completedFlag(option: Option): CompletedFlag {
  const names = [option.short, option.long].filter(name => name !== undefined)
  return { names, about: option.description, placeholder: placeholderOf(option), value: valueOf(option) }
}

function bare(name: string): CompletedWord {
  return { name, about: '' }
}
