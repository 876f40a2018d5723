/** A shell on a real terminal, with somebody who types. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'chai'
import { environment } from './kansa.ts'
import { quoted } from './terminal.ts'

const DEADLINE_MILLIS = 15_000
export const PROMPT = 'ready>'

export class TypedShell {
  private readonly socket: string
  private readonly env: NodeJS.ProcessEnv

  /** `command` starts a shell whose prompt is `PROMPT` and a space, in `folder`. */
  constructor(folder: string, command: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.socket = join(folder, 'tmux.socket')
    this.env = environment({ TERM: 'xterm-256color', LANG: 'C.UTF-8', ...env })
    this.tmux('new-session', '-d', '-x', '120', '-y', '40', '-c', folder, command.map(quoted).join(' '))
  }

  /** Empties the line and the screen, and types. `keys` are tmux's names: `Tab`. */
  async type(text: string, ...keys: readonly string[]): Promise<void> {
    await this.shows(shown => shown.includes(PROMPT), 'a prompt')
    this.tmux('send-keys', 'C-u', 'C-l')
    await this.shows(shown => shown === PROMPT, 'an empty screen')
    this.tmux('send-keys', '-l', text)
    for (const key of keys) this.tmux('send-keys', key)
  }

  /** Resolves when the screen is exactly this, the prompt in front. */
  async showsExactly(...lines: readonly string[]): Promise<void> {
    await this.shows(shown => shown === [`${PROMPT} ${lines[0]}`, ...lines.slice(1)].join('\n'), lines.join('\n'))
  }

  async showsLine(line: string): Promise<void> {
    await this.shows(shown => shown.split('\n').includes(line), line)
  }

  end(): void {
    this.tmux('kill-server')
  }

  private async shows(condition: (shown: string) => boolean, what: string): Promise<void> {
    const deadline = performance.now() + DEADLINE_MILLIS
    for (;;) {
      const shown = this.tmux('capture-pane', '-p')
        .split('\n')
        .map(line => line.trimEnd())
        .join('\n')
        .trimEnd()
      if (condition(shown)) return
      if (performance.now() > deadline) throw new Error(`not on the screen: ${what}\n--\n${shown}`)
      await new Promise(resolve => setTimeout(resolve, 30))
    }
  }

  private tmux(...args: readonly string[]): string {
    const command = ['-f', '/dev/null', '-u', '-S', this.socket, ...args]
    const { stdout, stderr, status } = spawnSync('tmux', command, { encoding: 'utf8', env: this.env })
    expect(status, stderr).to.equal(0)
    return stdout
  }
}
