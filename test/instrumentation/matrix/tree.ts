/**
 * A copy of the sources and tests beside other versions of an SDK. Below the project's folder, so that everything but those
 * is found where it always is; a copy and no loader hook, so that everything is resolved and patched as in an application.
 */
import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { install } from './install.ts'
import type { MatrixEntry } from './entries.ts'

export const ROOT: string = fileURLToPath(new URL('../../../', import.meta.url))
const COPIED = ['src', 'dist', 'test/instrumentation', 'test/support', 'test/cli/support', 'test/journal']

export interface Tree {
  readonly folder: string
  /** Why there is none. */
  readonly problem: string | undefined
}

export function prepareTree({ sdk, packageName, version, packages, withOptional }: MatrixEntry): Tree {
  const several = packageName === sdk ? '' : `-${packageName.replace('/', '+')}`
  const folder = join(ROOT, '.cache/sdks', `${sdk}${several}-${version}`)
  const problem = install(folder, packages, { manifest: ownManifest(), withOptional })
  if (problem !== undefined) return { folder, problem }
  for (const name of COPIED) {
    rmSync(join(folder, name), { recursive: true, force: true })
    cpSync(join(ROOT, name), join(folder, name), { recursive: true })
  }
  return { folder, problem }
}

/** What makes the copy the package that it is a copy of. */
function ownManifest(): object {
  const { name, version, type, exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly [key: string]: unknown
  }
  return { name, version, type, exports }
}
