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
  /** Whether their optional dependencies are installed, too: programs for this platform. */
  readonly withOptional: boolean
}

/** A version alone, or with what must come along in a version that fits it. */
type Version = string | VersionWith
interface VersionWith {
  readonly version: string
  readonly with?: Readonly<Record<string, string>>
  readonly withOptional?: boolean
}
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
        const entry: VersionWith = typeof given === 'string' ? { version: given } : given
        const { version, with: companions, withOptional = false } = entry
        return { sdk, packageName, version, packages: { ...companions, [packageName]: version }, withOptional }
      }),
    ),
  )
}
