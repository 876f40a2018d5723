/** The `kansa` command line: its commands and how they are told apart. */
import { Command } from 'commander'
import { VERSION } from '../pipeline/version.ts'
import { demoCommand } from './demo.ts'
import { tailCommand } from './tail.ts'

export function kansaProgram(): Command {
  const program = new Command('kansa')
    .description('The audit log for AI agents: what they ran, called, spent and touched.')
    .version(VERSION)
    .addHelpText(
      'after',
      `
Examples:
  kansa demo                            make a journal in ./audit
  kansa tail -f                         watch an agent's events as they are written
  kansa tail -n 1000 | jq .             the last 1000 as NDJSON

Exit codes: 0 done, 2 wrong usage, 3 cannot read or write.`,
    )
  for (const command of [demoCommand(), tailCommand()]) program.addCommand(command)
  // Errors are thrown instead of ending the process with an exit code that means something else here.
  for (const command of [program, ...program.commands]) command.exitOverride()
  return program
}
