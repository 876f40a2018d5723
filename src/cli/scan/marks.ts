/** Values that were masked before they were written. */
import { endOfMark, MARK_BEGIN } from '../../redaction/mark.ts'

export interface Unmarked {
  /** How many marks there are. */
  readonly marks: number
  /** The text without them. */
  readonly rest: string
}

export function withoutMarks(text: string): Unmarked {
  let at = text.indexOf(MARK_BEGIN)
  if (at === -1) return { marks: 0, rest: text }
  let marks = 0
  let rest = ''
  let from = 0
  for (; at !== -1; at = text.indexOf(MARK_BEGIN, at + 1)) {
    const end = endOfMark(text, at)
    if (end === at) continue
    marks += 1
    rest += text.slice(from, at)
    from = end
  }
  return { marks, rest: rest + text.slice(from) }
}
