/** Which versions of what work together here. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, release } from 'node:os'
import { join } from 'node:path'
import { FORMAT_VERSION } from '../../journal/format-file.ts'
import { VERSION } from '../../pipeline/version.ts'
import type { Check } from './check.ts'

export interface Versions {
  readonly kansa: string
  readonly format: number
  readonly node: string
  readonly platform: string
  /** OpenTelemetry's packages by name; absent where one is not installed. */
  readonly opentelemetry: Readonly<Record<string, string>>
}

const require = createRequire(import.meta.url)
const MANIFEST = manifestAt(new URL('../../../package.json', import.meta.url))
const PACKAGES = Object.keys({ ...objectAt(MANIFEST, 'dependencies'), ...objectAt(MANIFEST, 'peerDependencies') })
  .filter(name => name.startsWith('@opentelemetry/'))
  .toSorted()

export function findVersions(): Versions {
  const installed = PACKAGES.flatMap(name => {
    const version = installedVersion(name)
    return version === undefined ? [] : [[name, version] as const]
  })
  return {
    kansa: VERSION,
    format: FORMAT_VERSION,
    node: process.version,
    platform: `${process.platform} ${release()} ${arch()}`,
    opentelemetry: Object.fromEntries(installed),
  }
}

export function checkVersions({ kansa, format, node, platform, opentelemetry }: Versions): Check[] {
  const found = `kansa ${kansa}, format ${format}, Node.js ${node}, ${platform}`
  const list = Object.entries(opentelemetry).map(([name, version]) => `${name.slice('@'.length)} ${version}`)
  return [
    nodeCheck(found, node),
    missingCheck(
      PACKAGES.filter(name => !(name in opentelemetry)),
      list.join(', '),
    ),
  ]
}

function nodeCheck(found: string, node: string): Check {
  const wanted = String(objectAt(MANIFEST, 'engines')['node'])
  if (!isOlder(numbersIn(node), numbersIn(wanted))) return { name: 'versions', status: 'ok', found }
  return { name: 'versions', status: 'warning', found, advice: `OpenTelemetry and Kansa want Node.js ${wanted}.` }
}

function missingCheck(missing: readonly string[], found: string): Check {
  const name = 'opentelemetry'
  if (missing.length === 0) return { name, status: 'ok', found }
  const advice = `npm install ${missing.join(' ')}`
  return { name, status: 'problem', found: `not installed: ${missing.join(', ')}`, advice }
}

/** Packages may keep their manifest to themselves (`exports`), so it is looked for where Node looks for the package. */
function installedVersion(name: string): string | undefined {
  for (const folder of require.resolve.paths(name) ?? []) {
    const { version } = manifestAt(join(folder, name, 'package.json'))
    if (typeof version === 'string') return version
  }
  return undefined
}

function manifestAt(path: string | URL): Record<string, unknown> {
  try {
    const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return typeof manifest === 'object' && manifest !== null ? { ...manifest } : {}
  } catch {
    return {}
  }
}

function objectAt(manifest: Record<string, unknown>, key: string): Record<string, unknown> {
  const value = manifest[key]
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function numbersIn(text: string): number[] {
  return (text.match(/\d+/g) ?? []).map(Number)
}

function isOlder(version: readonly number[], wanted: readonly number[]): boolean {
  const at = wanted.findIndex((number, index) => (version[index] ?? 0) !== number)
  return at !== -1 && (version[at] ?? 0) < (wanted[at] ?? 0)
}
