/** Installs packages into folders below `.cache`, which are kept: what is there in the same versions stays as it is. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type Packages = Readonly<Record<string, string>>

export interface InstallOptions {
  /** More that the folder's `package.json` says. */
  readonly manifest?: object
  /** Binaries for this platform are optional, and stay away by default. */
  readonly withOptional?: boolean
}

/** Nothing of these runs while it is installed. */
const NPM_ARGS = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
const INSTALLED = 'installed.json'

/** Why it could not be done; `undefined` when it was. */
export function install(folder: string, packages: Packages, options: InstallOptions = {}): string | undefined {
  const { manifest = {}, withOptional = false } = options
  const wanted = JSON.stringify(packages) + (withOptional ? ' with optional dependencies' : '')
  const done = join(folder, INSTALLED)
  if (existsSync(done) && readFileSync(done, 'utf8') === wanted) return undefined
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const own = { ...manifest, private: true, dependencies: packages }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(own, undefined, 2))
  const { status, stderr, error } = spawnSync('npm', [...NPM_ARGS, ...(withOptional ? [] : ['--omit=optional'])], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (status !== 0) return error?.message ?? stderr.trim()
  writeFileSync(done, wanted)
  return undefined
}
