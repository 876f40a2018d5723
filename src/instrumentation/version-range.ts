/** Whether a version is in a range. */
import type { VersionRange } from './sdk.ts'

/** A prerelease counts as its release: SDKs publish both from the same sources. */
export function isInRange(version: string, { from, below }: VersionRange): boolean {
  const given = partsOf(version)
  return given.length === 3 && compare(given, partsOf(from)) >= 0 && compare(given, partsOf(below)) < 0
}

/** As npm writes it. */
export function rangeText({ from, below }: VersionRange): string {
  return `>=${from} <${below}`
}

function partsOf(version: string): readonly number[] {
  return /^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? []
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (const [index, part] of one.entries()) {
    const difference = part - (other[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
