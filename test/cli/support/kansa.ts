/** Runs the real command as a child process. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** As it is installed: `npm test` builds it first, and it starts faster than the sources do. */
export const MAIN: string = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))
const DEADLINE_MILLIS = 15_000

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A command under way. */
export class Running {
  readonly child: ChildProcess
  stdout = ''
  stderr = ''

  constructor(args: readonly string[], options: KansaOptions = {}) {
    this.child = spawn(process.execPath, [options.main ?? MAIN, ...args], {
      cwd: options.cwd,
      env: environment(options.env),
      uid: options.uid,
      stdio: ['ignore', options.stdout ?? 'pipe', 'pipe'],
    })
    // Decoded by the stream: a character may come in two pieces.
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text))
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text))
  }

  async ended(): Promise<Finished> {
    const deadline = setTimeout(() => this.child.kill('SIGKILL'), DEADLINE_MILLIS)
    const [code]: (number | null)[] = await once(this.child, 'close')
    clearTimeout(deadline)
    return { code: code ?? null, stdout: this.stdout, stderr: this.stderr }
  }

  /** Ends it as Ctrl-C does; may be called again. */
  async stop(): Promise<Finished> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) {
      return { code: this.child.exitCode, stdout: this.stdout, stderr: this.stderr }
    }
    const ended = this.ended()
    this.child.kill('SIGINT')
    return await ended
  }
}

export interface KansaOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly main?: string
  /** The user to run as. */
  readonly uid?: number
  /** A file descriptor instead of a pipe. */
  readonly stdout?: number
}

export async function kansa(args: readonly string[], options: KansaOptions = {}): Promise<Finished> {
  return await new Running(args, options).ended()
}

/** Nothing of the caller's terminal and settings but the path. */
export function environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: process.env['HOME'], TZ: 'UTC', ...more }
}

/** Waits until `condition` holds; a deadline, not a speed. */
export async function eventually(condition: () => boolean, what: () => string): Promise<void> {
  const deadline = performance.now() + DEADLINE_MILLIS
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`did not happen: ${what()}`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}
