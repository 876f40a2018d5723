/** A disk that takes no more bytes, by the limit that the kernel puts on the size of this process's files. */
import { execFileSync, spawnSync } from 'node:child_process'

let answer: boolean | undefined

/** Whether there is the tool for it; says why not, where not. */
export function canFillDisk(): boolean {
  answer ??= process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0
  if (!answer) console.log('prlimit is missing: refused actions are not tested')
  return answer
}

/** Every write of this process fails with EFBIG until `use` has ended. */
export async function withFullDisk<T>(use: () => T | Promise<T>): Promise<T> {
  limitFileSize('0')
  try {
    return await use()
  } finally {
    limitFileSize('unlimited')
  }
}

function limitFileSize(bytes: string): void {
  // The soft limit only: anybody may raise it again.
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`])
}
