/** The real command on a real terminal. */
import { spawnSync } from 'node:child_process'
import { environment, MAIN } from './kansa.ts'

export const HAS_SCRIPT: boolean = isThere('script', '--version')
export const HAS_TMUX: boolean = isThere('tmux', '-V')

/** What the command sends to a pseudo-terminal, with the terminal's own carriage returns taken away. */
export function onTerminal(args: readonly string[], env: Readonly<Record<string, string>>): string {
  const command = [process.execPath, MAIN, ...args].map(quoted).join(' ')
  const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
    encoding: 'utf8',
    env: environment({ TERM: 'xterm-256color', ...env }),
    timeout: 15_000,
  })
  return stdout.replaceAll('\r\n', '\n')
}

/** For a shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

function isThere(program: string, flag: string): boolean {
  return spawnSync(program, [flag]).status === 0
}
