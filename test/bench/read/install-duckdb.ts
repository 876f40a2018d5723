/** DuckDB is 70 MB: it is installed when somebody measures reading, by its own lock file, and kept for the next time. */
import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const MANIFESTS = ['package.json', 'package-lock.json']
/** What npm writes last. */
const INSTALLED = join('node_modules', '.package-lock.json')
const TIMEOUT_MILLIS = 5 * 60_000

const run = promisify(execFile)

export const DUCKDB_FOLDER: string = fileURLToPath(new URL('../../../.cache/bench/duckdb', import.meta.url))

/** @throws Error when npm cannot install it. */
export async function installDuckdb(): Promise<void> {
  if (MANIFESTS.every(isSame) && read(join(DUCKDB_FOLDER, INSTALLED)) !== undefined) return
  rmSync(DUCKDB_FOLDER, { recursive: true, force: true })
  mkdirSync(DUCKDB_FOLDER, { recursive: true })
  for (const name of MANIFESTS) copyFileSync(source(name), join(DUCKDB_FOLDER, name))
  process.stderr.write(`installing DuckDB into ${DUCKDB_FOLDER}\n`)
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: DUCKDB_FOLDER,
    timeout: TIMEOUT_MILLIS,
    shell: process.platform === 'win32',
  })
}

export function duckdbVersion(): string {
  const { dependencies } = JSON.parse(readFileSync(source('package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  return dependencies['@duckdb/node-api'] ?? 'unknown'
}

function isSame(name: string): boolean {
  return read(join(DUCKDB_FOLDER, name)) === read(source(name))
}

function source(name: string): string {
  return fileURLToPath(new URL(`duckdb/${name}`, import.meta.url))
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
