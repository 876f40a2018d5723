/** A folder on a real disk: what is written to memory only tells nothing about files. */
import { mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** File system types as Linux numbers them (statfs(2)). */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x794c7630, 'overlayfs'],
  [0x2fc12fc1, 'zfs'],
  [0x01021994, 'tmpfs'],
  [0x858458f6, 'ramfs'],
])
const IN_MEMORY: ReadonlySet<string> = new Set(['tmpfs', 'ramfs'])

export interface BenchFolder {
  readonly path: string
  readonly fileSystem: string
  remove(): void
}

/** In the system's temporary folder, or in `fallback` where that one is in memory. */
export function makeBenchFolder(fallback: string): BenchFolder {
  let base = tmpdir()
  if (IN_MEMORY.has(fileSystemOf(base))) {
    mkdirSync(fallback, { recursive: true })
    base = fallback
  }
  const path = mkdtempSync(join(base, 'kansa-bench-'))
  const remove = (): void => rmSync(path, { recursive: true, force: true })
  return { path, fileSystem: fileSystemOf(path), remove }
}

function fileSystemOf(path: string): string {
  const { type } = statfsSync(path)
  return NAMES.get(type) ?? `type 0x${type.toString(16)}`
}
