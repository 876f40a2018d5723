/** Faults injected into system calls by strace. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { eventually } from '../../journal/support/test-logs.ts'

const PROBE = ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=write']
/**
 * Stops the program only for the calls in question; strace before 5.3 and some kernels cannot, and no signals are injected
 * with it.
 */
const FAST = '--seccomp-bpf'

let answer: { canTrace: boolean; fast: string[] } | undefined

/** Whether strace can inject here; says why not, where not. */
export function canTrace(): boolean {
  return ability().canTrace
}

/**
 * The command before the program: `fault` is strace's own (`write:error=EIO:when=3`), restricted to calls that touch
 * one of `paths`, if any are given. `when` counts the calls of each thread and each system call by itself.
 */
export function strace(fault: string, paths: readonly string[] = []): string[] {
  const fast = fault.includes(':signal=') ? [] : ability().fast
  return ['strace', '-f', ...fast, '-qq', '-o', '/dev/null', ...injecting(fault, paths)]
}

/** The command before the program that writes its `calls` to the file `trace`, under a fault if one is given. */
export function tracing(trace: string, calls: string, more: readonly string[] = []): string[] {
  return ['strace', '-f', ...ability().fast, '-qq', '-o', trace, '-e', `trace=${calls}`, ...more]
}

/** The same for a program that runs: counting begins now, also in its thread pool. Ends with the program, or when killed. */
export async function attachStrace(pid: number, fault: string, paths: readonly string[] = []): Promise<ChildProcess> {
  const args = ['-f', '-o', '/dev/null', ...injecting(fault, paths), '-p', `${pid}`]
  const attached = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  attached.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await eventually(() => /attached/.test(said) || attached.exitCode !== null, `strace attaches: ${said}`)
  if (attached.exitCode !== null) throw new Error(`strace did not attach: ${said}`)
  return attached
}

/** Ends the fault; the program goes on. */
export async function detach(attached: ChildProcess): Promise<void> {
  if (attached.exitCode !== null || attached.signalCode !== null) return
  attached.kill('SIGINT')
  await once(attached, 'exit')
}

function injecting(fault: string, paths: readonly string[]): string[] {
  const [calls = ''] = fault.split(':', 1)
  return [...paths.flatMap(path => ['-P', path]), '-e', `trace=${calls}`, '-e', `inject=${fault}`]
}

function ability(): { canTrace: boolean; fast: string[] } {
  answer ??= probe()
  return answer
}

function probe(): { canTrace: boolean; fast: string[] } {
  if (spawnSync('strace', [...PROBE, FAST, 'true']).status === 0) return { canTrace: true, fast: [FAST] }
  const canTrace = spawnSync('strace', [...PROBE, 'true']).status === 0
  if (!canTrace) console.log('strace is missing or may not trace here: injected faults are not tested')
  return { canTrace, fast: [] }
}
