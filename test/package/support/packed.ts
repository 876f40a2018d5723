/** The package as npm packs it, in a temporary folder. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const ROOT: string = join(import.meta.dirname, '../../..')
const DEADLINE_MILLIS = 120_000

export interface PackedFile {
  readonly path: string
  readonly mode: number
}

export class PackedPackage {
  readonly folder: string = mkdtempSync(join(realpathSync(tmpdir()), 'kansa-packed-'))
  readonly tarball: string
  readonly bytes: number
  readonly files: readonly PackedFile[]

  constructor() {
    if (!existsSync(join(ROOT, 'dist'))) throw new Error('there is no dist/: `npm run build` first, or `npm test`')
    // Without scripts: `prepack` would replace dist/ under the feet of other tests.
    const output = this.run('npm', 'pack', ROOT, '--json', '--ignore-scripts', '--pack-destination', this.folder)
    const [{ filename, size, files }] = JSON.parse(output)
    this.tarball = join(this.folder, filename)
    this.bytes = size
    this.files = files
  }

  /** What a command prints, run in the folder. @throws with what it said, when its exit code is not 0. */
  run(command: string, ...args: readonly string[]): string {
    const quiet = { npm_config_audit: 'false', npm_config_fund: 'false', npm_config_update_notifier: 'false' }
    return execFileSync(command, args, {
      cwd: this.folder,
      env: { ...process.env, ...quiet, npm_config_loglevel: 'error' },
      encoding: 'utf8',
      timeout: DEADLINE_MILLIS,
      stdio: 'pipe',
    })
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
