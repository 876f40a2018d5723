/** Small file systems that can be filled. Needs root and a kernel that allows mounting. */
import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let answer: boolean | undefined

/** Whether a tmpfs can be mounted; says why not, where not. */
export function canMount(): boolean {
  answer ??= tryToMount()
  if (!answer) console.log('a tmpfs cannot be mounted here (needs root): full disks are not tested')
  return answer
}

/**
 * Runs `use` with a folder on a tmpfs of its own, for example `size=64k` or `nr_inodes=10`. Closes `log` at the end: an
 * open journal would notice that its folder is gone and make it anew.
 */
export async function withTmpfs(
  options: string,
  use: (folder: string) => Promise<void>,
  log?: { closeAll(): void },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kansa-tmpfs-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder])
  try {
    await use(folder)
  } finally {
    log?.closeAll()
    // Lazily: a program of a failed test may still run in it.
    execFileSync('umount', ['-l', folder])
    rmdirSync(folder)
  }
}

/** Leaves no free page: what `file` takes is what there was. */
export function fillUp(file: string): void {
  try {
    for (;;) appendFileSync(file, Buffer.alloc(4096))
  } catch {
    // Full now.
  }
}

function tryToMount(): boolean {
  if (process.getuid?.() !== 0) return false
  const folder = mkdtempSync(join(tmpdir(), 'kansa-tmpfs-'))
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status === 0
  if (isMounted) spawnSync('umount', [folder])
  rmdirSync(folder)
  return isMounted
}
