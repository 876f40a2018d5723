/**
 * The collector that the tests run: `OTELCOL_BIN` where that is set, else one that is built once with the OpenTelemetry
 * Collector Builder and kept in .cache/collector. By itself: node test/collector/build-collector.ts
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type Collector = { readonly path: string } | { readonly missing: string }

const CACHE = join(import.meta.dirname, '../../.cache/collector')
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024
const MANIFEST = 'manifest.yaml'
const PINNED = ['go.mod', 'go.sum']

/** Builds it if need be, which takes minutes. @throws where Go is there and the build fails. */
export function buildCollector(): Collector {
  const given = process.env['OTELCOL_BIN'] ?? ''
  if (given !== '')
    return existsSync(given) ? { path: given } : { missing: `OTELCOL_BIN is ${given}, and no such file` }
  const folder = join(CACHE, inputHash())
  const path = join(folder, 'otelcol')
  if (existsSync(path)) return { path }
  const { error } = spawnSync('go', ['version'])
  if (error !== undefined) {
    return { missing: `there is no Go on the PATH to build a collector with; install it, or set OTELCOL_BIN` }
  }
  console.log(`building a collector in ${folder}: this takes minutes, once`)
  build(folder, path)
  return { path }
}

function inputHash(): string {
  const hash = createHash('sha256')
  for (const name of [MANIFEST, ...PINNED]) hash.update(readFileSync(join(import.meta.dirname, name))).update('\0')
  return hash.digest('hex').slice(0, 16)
}

function build(folder: string, path: string): void {
  const sources = join(folder, 'sources')
  mkdirSync(sources, { recursive: true })
  const manifest = readFileSync(join(import.meta.dirname, MANIFEST), 'utf8')
  const version = /^ {2}version: (\S+)$/m.exec(manifest)?.[1] ?? ''
  // The tools that are here, no other ones fetched for it.
  const environment = { GOTOOLCHAIN: 'local', GOMAXPROCS: '2', CGO_ENABLED: '0' }
  run('go', ['install', `go.opentelemetry.io/collector/cmd/builder@v${version}`], { ...environment, GOBIN: folder })
  const config = join(folder, MANIFEST)
  writeFileSync(config, manifest.replace(/^dist:\n/m, `dist:\n  output_path: ${JSON.stringify(sources)}\n`))
  // Only the sources: modules are pinned by checksum, and what only their own tests need is not fetched.
  run(join(folder, 'builder'), ['--config', config, '--skip-get-modules', '--skip-compilation'], environment)
  for (const name of PINNED) copyFileSync(join(import.meta.dirname, name), join(sources, name))
  const flags = ['-mod=readonly', '-trimpath', '-tags', 'grpcnotrace', '-ldflags', '-s -w']
  const unfinished = `${path}.${process.pid}`
  run('go', ['build', ...flags, '-o', unfinished, '.'], environment, sources)
  renameSync(unfinished, path)
}

/** @throws with what the command said, when it fails. */
function run(command: string, args: readonly string[], variables: NodeJS.ProcessEnv, cwd?: string): void {
  const env = { ...process.env, ...variables }
  execFileSync(command, args, {
    env,
    ...(cwd !== undefined && { cwd }),
    stdio: ['ignore', 'ignore', 'pipe'],
    maxBuffer: MAX_OUTPUT_BYTES,
  })
}

if (import.meta.main) console.log(buildCollector())
