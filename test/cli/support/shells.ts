/** Real shells that have loaded a completion script. */
import { spawnSync } from 'node:child_process'
import { expect } from 'chai'
import { Command } from 'commander'
import { type CompletedCommand, completedCommands } from '../../../src/cli/completion/completed-command.ts'
import { kansaProgram } from '../../../src/cli/program.ts'
import { environment, kansa } from './kansa.ts'

export const HAS_BASH: boolean = isThere('bash')
export const HAS_ZSH: boolean = isThere('zsh')
export const HAS_FISH: boolean = isThere('fish')

/** What there is to complete; the program itself first. */
export const COMPLETED: ReturnType<typeof completedCommands> = completedCommands(kansaProgram())

export function longFlags({ flags }: CompletedCommand): string[] {
  return flags.flatMap(({ names }) => names.slice(-1))
}

/** What `kansa completion` prints. */
export async function completionScript(shell: string): Promise<string> {
  const { code, stdout, stderr } = await kansa(['completion', shell])
  expect([code, stderr]).to.deep.equal([0, ''])
  return stdout
}

/** Inside a `describe`: that script. Without the shell the tests are skipped, and the reason is printed. */
export function useCompletionScript(shell: string, hasShell: boolean): () => string {
  let script = ''
  before(async function () {
    if (!hasShell) {
      console.log(`skipped: there is no ${shell}`)
      this.skip()
    }
    script = await completionScript(shell)
  })
  return () => script
}

/** What is hard to quote, as the description of a flag. */
export const ODD: string = `it's "odd" [a:b] \\\\ \\' $HOME \`x\` (c) 100 %; #d`

/** A program with a command `go`, which has a flag `--odd` with that description. */
export const ODD_COMMANDS: ReturnType<typeof completedCommands> = completedCommands(
  new Command('kansa').addCommand(new Command('go').option('--odd', ODD).option('--even', 'as ever')),
)

/**
 * What bash, strict about unset variables, would offer for the last of the words. They are to be cut as it cuts them:
 * `--type=tool` is `--type`, `=`, `tool`.
 */
export function bashOffers(script: string, ...words: readonly string[]): string[] {
  const program =
    'set -u; source "$0"; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _kansa; printf "%s\\n" "${COMPREPLY[@]}"'
  return linesOf('bash', ['--norc', '-c', program, script, ...words])
}

export interface FishOffer {
  readonly text: string
  readonly about: string
}

/** What fish offers at the end of a line. */
export function fishOffers(script: string, line: string): FishOffer[] {
  return linesOf('fish', ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', script, line]).map(offer => {
    const [text = '', about = ''] = offer.split('\t')
    return { text, about }
  })
}

/** What a shell says about the syntax of a script; empty when it is right. */
export function syntaxErrors(shell: string, script: string): string {
  return spawnSync(shell, ['-n', script], { encoding: 'utf8', env: environment() }).stderr
}

function linesOf(program: string, args: readonly string[]): string[] {
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env: environment({ TERM: 'dumb' }) })
  expect(stderr).to.equal('')
  return stdout.split('\n').filter(line => line !== '')
}

function isThere(shell: string): boolean {
  return spawnSync(shell, ['--version']).status === 0
}
