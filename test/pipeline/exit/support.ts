/** Runs the programs of this folder in processes of their own, and says how they ended. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** Sent when the program says that it is ready. */
  readonly signals?: readonly NodeJS.Signals[]
}

/** A program that does not end by itself is killed, which fails the test. */
export function run(name: string, args: readonly string[], { signals = [] }: RunOptions = {}): Promise<Ended> {
  const program = fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url))
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  child.stderr.on('data', chunk => (output.stderr += String(chunk)))
  child.stdout.on('data', chunk => {
    const wasReady = output.stdout.includes('ready')
    output.stdout += String(chunk)
    if (!wasReady && output.stdout.includes('ready')) for (const signal of signals) child.kill(signal)
  })
  const watchdog = setTimeout(() => child.kill('SIGKILL'), 15_000)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(watchdog)
      resolve({ code, signal, ...output })
    })
  })
}
