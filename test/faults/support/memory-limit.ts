/** A memory limit that the kernel enforces by killing (cgroups, version 1 or 2). Needs root. */
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../../journal/support/test-logs.ts'

const MEGABYTE = 1024 * 1024
const PLACES = [
  { root: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes' },
  { root: '/sys/fs/cgroup', limit: 'memory.max' },
]

/** Runs `use` with the command before a program that then has so much memory. Undefined where that is not possible. */
export async function withMemoryLimit(
  megabytes: number,
  use: (wrapper: readonly string[]) => Promise<void>,
): Promise<boolean> {
  const group = makeGroup(megabytes)
  if (group === undefined) return false
  try {
    await use(['sh', '-c', `echo $$ > ${join(group, 'cgroup.procs')} && exec "$@"`, 'sh'])
  } finally {
    await eventually(() => isRemoved(group), 'the group is empty')
  }
  return true
}

function makeGroup(megabytes: number): string | undefined {
  for (const { root, limit } of PLACES) {
    const group = join(root, `kansa-test-${process.pid}`)
    try {
      mkdirSync(group)
    } catch {
      continue
    }
    try {
      writeFileSync(join(group, limit), `${megabytes * MEGABYTE}`)
      // Otherwise it would get slow, not killed.
      if (existsSync(join(group, 'memory.swap.max'))) writeFileSync(join(group, 'memory.swap.max'), '0')
      return group
    } catch {
      rmdirSync(group)
    }
  }
  return undefined
}

function isRemoved(group: string): boolean {
  try {
    rmdirSync(group)
    return true
  } catch {
    return !existsSync(group)
  }
}
