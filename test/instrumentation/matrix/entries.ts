/** What is to be tested: `../matrix.json`, an entry for each SDK, package and version. */
import { readFileSync } from 'node:fs'

/** One run of an SDK's tests. */
export interface MatrixEntry {
  /** The folder below `test/instrumentation`. */
  readonly sdk: string
  /** The package whose version is tried. */
  readonly packageName: string
  readonly version: string
  /** Everything that is installed for it, the package included: npm names and versions. */
  readonly packages: Readonly<Record<string, string>>
}

/** A version alone, or with what must come along in a version that fits it. */
type Version = string | { readonly version: string; readonly with: Readonly<Record<string, string>> }
/** By SDK, then by npm name. */
export type Matrix = Readonly<Record<string, Readonly<Record<string, readonly Version[]>>>>

const FILE = new URL('../matrix.json', import.meta.url)

export function readMatrix(): Matrix {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Matrix
}

export function entriesOf(matrix: Matrix): readonly MatrixEntry[] {
  return Object.entries(matrix).flatMap(([sdk, packages]) =>
    Object.entries(packages).flatMap(([packageName, versions]) =>
      versions.map(given => {
        const { version, with: companions } = typeof given === 'string' ? { version: given, with: {} } : given
        return { sdk, packageName, version, packages: { ...companions, [packageName]: version } }
      }),
    ),
  )
}
