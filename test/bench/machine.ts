/** What the numbers were measured on. */
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os'

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly system: string
  readonly fileSystem: string
  readonly node: string
  /** Processes that wanted to run in the minute before, on average. */
  readonly loadBefore: number
}

export function describeMachine(fileSystem: string): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    fileSystem,
    node: process.version,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  }
}

export function installedVersions(packages: readonly string[], root: URL): Readonly<Record<string, string>> {
  return Object.fromEntries(packages.map(name => [name, versionOf(new URL(`node_modules/${name}/package.json`, root))]))
}

function versionOf(manifest: URL): string {
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
  return version
}
