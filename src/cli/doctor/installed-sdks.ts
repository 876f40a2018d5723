/** Which agent SDKs are installed where the command is run, and whether `kansa/register` would attach to them. */
import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CHOICE_VARIABLE, chooseSdks, unknownText } from '../../instrumentation/chosen-sdks.ts'
import type { Sdk, SdkPackage } from '../../instrumentation/sdk.ts'
import { SDKS } from '../../instrumentation/sdks.ts'
import { isInRange, rangeText } from '../../instrumentation/version-range.ts'
import type { Check } from './check.ts'

/** A package of an SDK, as a program in the working directory would find it. */
export interface InstalledSdk {
  /** As `KANSA_INSTRUMENTATIONS` names it. */
  readonly sdk: string
  /** Absent where the SDK is attached to without a package. */
  readonly package?: string | undefined
  readonly version?: string | undefined
  /** Versions that are attached to, as npm writes it. */
  readonly range?: string | undefined
  readonly attaches: boolean
  /** Why it is not attached to. */
  readonly because?: 'version' | 'opt-in' | 'not chosen' | undefined
}

/** @param folder the program's, absolute. @param choice the text of `KANSA_INSTRUMENTATIONS` */
export function findInstalledSdks(
  folder: string,
  choice: string | undefined,
  sdks: readonly Sdk[] = SDKS,
): readonly InstalledSdk[] {
  const { chosen } = chooseSdks(choice, sdks)
  const usual = chooseSdks(undefined, sdks).chosen
  return sdks.flatMap(sdk => {
    const leftOut = usual.includes(sdk) ? 'not chosen' : 'opt-in'
    const because = chosen.includes(sdk) ? undefined : leftOut
    if (sdk.packages.length === 0) return [{ sdk: sdk.name, attaches: because === undefined, because }]
    return sdk.packages.flatMap(from => installedPackage(sdk, from, folder, because))
  })
}

function installedPackage(
  { name: sdk }: Sdk,
  { name, range }: SdkPackage,
  folder: string,
  leftOut: InstalledSdk['because'],
): InstalledSdk[] {
  const version = installedVersion(name, folder)
  if (version === undefined) return []
  const because = leftOut ?? (isInRange(version, range) ? undefined : 'version')
  return [{ sdk, package: name, version, range: rangeText(range), attaches: because === undefined, because }]
}

function installedVersion(name: string, folder: string): string | undefined {
  try {
    const path = findPackageJSON(name, pathToFileURL(join(folder, 'index.js')))
    const manifest: unknown = path === undefined ? undefined : JSON.parse(readFileSync(path, 'utf8'))
    const version: unknown =
      typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, 'version') : undefined
    return typeof version === 'string' ? version : undefined
  } catch {
    // Not installed; or so broken that no program can load it either.
    return undefined
  }
}

export function checkInstalledSdks(
  installed: readonly InstalledSdk[],
  choice: string | undefined,
  sdks: readonly Sdk[] = SDKS,
): Check[] {
  const { unknown } = chooseSdks(choice, sdks)
  const checks = installed.map(sdkCheck)
  if (!installed.some(sdk => sdk.package !== undefined)) {
    checks.push({
      name: 'sdk',
      status: 'ok',
      found: 'no SDK that Kansa attaches to is installed for the working directory',
    })
  }
  if (unknown.length > 0) {
    checks.push({ name: 'sdk', status: 'warning', found: `${CHOICE_VARIABLE}: ${unknownText(unknown, sdks)}` })
  }
  return checks
}

function sdkCheck({ sdk, package: npm, version, range, because }: InstalledSdk): Check {
  const name = 'sdk'
  const what = npm === undefined ? sdk : `${npm} ${version ?? '?'}`
  switch (because) {
    case undefined:
      return { name, status: 'ok', found: `${what} is audited by kansa/register` }
    case 'opt-in':
      return { name, status: 'ok', found: `${what} is audited only where ${CHOICE_VARIABLE} names it (+${sdk})` }
    case 'not chosen':
      return { name, status: 'note', found: `${what} is not audited: ${CHOICE_VARIABLE} leaves ${sdk} out` }
    case 'version': {
      const found = `${what} is not audited: this version of Kansa knows ${npm ?? sdk} ${range ?? ''}`
      const advice = 'Install a version that it knows, or wrap its calls with `wrapModelCall` and `wrapTool`.'
      return { name, status: 'warning', found, advice }
    }
  }
}
