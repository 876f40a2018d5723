/** Tests of what the lowest versions of an SDK do not have yet. They run against the newest by default, see ../matrix. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isInRange } from '../../../src/instrumentation/version-range.ts'

const EVERYTHING_ABOVE = '1000000.0.0'

/**
 * `it` for what came with `version` of the package; below that the test is skipped, and the reason printed.
 * `since('openai', '5.19.0')('answers …', async () => { … })`
 */
export function since(packageName: string, version: string): (title: string, test: () => unknown) => void {
  if (isSince(packageName, version)) return (title, test) => void it(title, test)
  return title =>
    void it(title, function () {
      console.log(`skipped: ${packageName} ${installedVersion(packageName)} is older than ${version}`)
      this.skip()
    })
}

/** Whether the package that the tests import is at least of that version. */
export function isSince(packageName: string, version: string): boolean {
  return isInRange(installedVersion(packageName), { from: version, below: EVERYTHING_ABOVE })
}

/** Of the copy that an import in a test leads to. @throws Error when there is none */
export function installedVersion(packageName: string): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    // Not by a resolver: packages may keep their manifest to themselves.
    const path = join(folder, 'node_modules', packageName, 'package.json')
    if (existsSync(path)) return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
    if (dirname(folder) === folder) throw new Error(`${packageName} is not installed`)
  }
}
