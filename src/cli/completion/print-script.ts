/** Prints the script of a shell. */
import type { Command } from 'commander'
import { writeData } from '../output.ts'
import { bashScript } from './bash.ts'
import { type CompletedCommand, completedCommands } from './completed-command.ts'
import { fishScript } from './fish.ts'
import { zshScript } from './zsh.ts'

type ScriptOf = (commands: readonly [CompletedCommand, ...CompletedCommand[]]) => string

const SCRIPTS: Readonly<Record<'bash' | 'zsh' | 'fish', ScriptOf>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}

export async function printScript(shell: keyof typeof SCRIPTS, program: Command): Promise<void> {
  await writeData(SCRIPTS[shell](completedCommands(program)))
}
