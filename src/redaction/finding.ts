/** A secret in a text: offsets in UTF-16 units, the secret itself without its key or quotes. */
export interface Finding {
  /** e.g. `password`, `github-token`; stored in logs. */
  readonly kind: string
  readonly start: number
  readonly end: number
}

/**
 * Findings sorted and disjoint. Where two overlap everything that either covers is masked, under the kind of the longer
 * one (of the later in `findings` when both are as long: tokens come after the names they stand under): half a secret must never stay.
 */
export function disjoint(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length < 2) return findings
  const sorted = findings.toSorted((a, b) => a.start - b.start || b.end - a.end)
  const kept: Finding[] = []
  let longest = 0
  for (const finding of sorted) {
    const last = kept.at(-1)
    if (last === undefined || finding.start >= last.end) {
      kept.push(finding)
      longest = finding.end - finding.start
      continue
    }
    const kind = finding.end - finding.start >= longest ? finding.kind : last.kind
    longest = Math.max(longest, finding.end - finding.start)
    kept[kept.length - 1] = { kind, start: last.start, end: Math.max(last.end, finding.end) }
  }
  return kept
}
