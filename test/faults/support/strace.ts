/** Faults injected into system calls by strace. */
import { spawnSync } from 'node:child_process'

let answer: boolean | undefined

/** Whether strace can inject here; says why not, where not. */
export function canTrace(): boolean {
  answer ??= spawnSync('strace', ['-f', '-qq', '-o', '/dev/null', 'true']).status === 0
  if (!answer) console.log('strace is missing or may not trace here: injected faults are not tested')
  return answer
}

/**
 * The command before the program: `fault` is strace's own (`write:error=EIO:when=3`), restricted to calls that touch
 * one of `paths`, if any are given.
 */
export function strace(fault: string, paths: readonly string[] = []): string[] {
  const [calls = ''] = fault.split(':', 1)
  const filter = paths.flatMap(path => ['-P', path])
  const options = ['-f', '-qq', '-o', '/dev/null']
  return ['strace', ...options, ...filter, '-e', `trace=${calls}`, '-e', `inject=${fault}`]
}
