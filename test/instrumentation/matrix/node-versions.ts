/** Other versions of Node.js, under which programs are run with `kansa/register`. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { install } from './install.ts'
import { ROOT } from './tree.ts'

/** The lowest that is supported, and the newest of the other supported lines; the tests themselves run under 24. */
export const NODE_VERSIONS: readonly string[] = ['22.15.0', '22', '26']

export interface OtherNode {
  /** As it says itself: `v22.15.0`. */
  readonly version: string
  readonly path: string
}

/** The program, or why there is none. npm has Node.js as a package for each platform. */
export function installNode(version: string): OtherNode | string {
  const name = `node-${process.platform}-${process.arch}`
  const folder = join(ROOT, '.cache/nodes', version)
  const problem = install(folder, { [name]: version })
  if (problem !== undefined) return problem
  const path = join(folder, 'node_modules', name, 'bin/node')
  const { stdout, error } = spawnSync(path, ['--version'], { encoding: 'utf8' })
  return error === undefined ? { version: stdout.trim(), path } : error.message
}
