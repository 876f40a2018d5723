/** The `kansa` command line: its commands and how they are told apart. */
import { VERSION } from '../pipeline/version.ts'
import { completionCommand } from './completion.ts'
import { demoCommand } from './demo.ts'
import { doctorCommand } from './doctor.ts'
import { EXIT_CODES } from './exit-codes.ts'
import { forwardCommand } from './forward.ts'
import { KansaCommand } from './kansa-command.ts'
import { keygenCommand } from './keygen.ts'
import { proveCommand } from './prove.ts'
import { queryCommand } from './query.ts'
import { scanCommand } from './scan.ts'
import { statsCommand } from './stats.ts'
import { tailCommand } from './tail.ts'
import { verifyCommand } from './verify.ts'

export function kansaProgram(): KansaCommand {
  const program = new KansaCommand('kansa')
    .description('The audit log for AI agents: what they ran, called, spent and touched.')
    .version(VERSION)
    .withManual({
      examples: [
        ['kansa demo', 'make a journal in ./audit'],
        ['kansa tail -f', "watch an agent's events as they are written"],
        ['kansa tail -n 1000 | jq .', 'the last 1000 as NDJSON'],
        ['kansa help query', 'what a command can do'],
      ],
      exitCodes: EXIT_CODES,
    })
  const commands = [
    demoCommand(),
    tailCommand(),
    queryCommand(),
    statsCommand(),
    verifyCommand(),
    proveCommand(),
    keygenCommand(),
    scanCommand(),
    forwardCommand(),
    doctorCommand(),
    completionCommand(),
  ]
  for (const command of commands) program.addCommand(command)
  // Errors are thrown instead of ending the process with an exit code that means something else here.
  for (const command of [program, ...program.commands]) command.exitOverride()
  return program
}
