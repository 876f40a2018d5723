import type { Finding } from './finding.ts'
import { MARK_BEGIN, endOfMark } from './mark.ts'

/** `findings` without those that lie inside a mark, whose kind and digits are no secrets. */
export function outsideMarks(text: string, findings: readonly Finding[]): readonly Finding[] {
  if (!text.includes(MARK_BEGIN)) return findings
  const marks: Finding[] = []
  for (let at = text.indexOf(MARK_BEGIN); at !== -1; at = text.indexOf(MARK_BEGIN, at + 1)) {
    const end = endOfMark(text, at)
    if (end > at) marks.push({ kind: 'mark', start: at, end })
  }
  let mark = 0
  return findings
    .toSorted((a, b) => a.start - b.start)
    .filter(({ start, end }) => {
      while (mark < marks.length && (marks[mark]?.end ?? 0) <= start) mark++
      const next = marks[mark]
      return next === undefined || start < next.start || end > next.end
    })
}
