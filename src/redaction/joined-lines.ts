/** Tokens that a terminal, a shell script or an e-mail broke over lines. */
import { BASE64, NAME, classAt, endOfRun } from './characters.ts'
import { matchLength } from './token-rule.ts'
import type { TokenRule } from './token-rule.ts'
import type { Scan } from './trigger.ts'

const MAX_JOINED = 2048
const MAX_BREAKS = 8
/** Terminals and e-mails do not break after fewer characters of a token. */
const SHORTEST_LINE = 10
/** A line break, also as an escape at any depth, with what shells and e-mails put before it and the indent after it. */
const BREAK = /(\\{1,32}|=)?(?:\r?\n|\\{1,32}r\\{1,32}n|\\{1,32}n)[ \t]{0,16}/y

/**
 * Where a token that begins at `at` and matches `length` characters as it stands ends when its lines are joined;
 * 0 where that makes no difference. A token that is complete on its line goes on only behind a continuation sign: what
 * stands on the next line is otherwise something else.
 */
export function joinedAcrossLines(rule: TokenRule, scan: Scan, at: number, length: number): number {
  const { text } = scan
  let index = at + length
  if (length === 0) {
    if (scan.runEnd <= at) scan.runEnd = endOfRun(text, at, text.length, NAME | BASE64)
    index = scan.runEnd
    if (index - at > MAX_JOINED) return 0
  }
  const first = breakAt(text, index)
  if (first === 0) return 0
  if ((length > 0 || index - at < SHORTEST_LINE) && !isContinued(text, index)) return 0
  let joined = text.slice(at, index)
  index += first
  for (let breaks = 0; breaks < MAX_BREAKS && joined.length < MAX_JOINED; breaks++) {
    const start = index
    while (index < text.length && index - start < MAX_JOINED && isTokenCharacter(text, index)) index++
    if (index === start) return 0
    const before = joined.length
    joined += text.slice(start, index)
    const next = breakAt(text, index)
    // What may follow is looked at first where a sign says that the token goes on.
    const end = next > 0 && isContinued(text, index) ? 0 : matchLength(rule, joined, 0)
    if (end > Math.max(length, before)) return start + end - before
    if (next === 0) return 0
    index += next
  }
  return 0
}

function isTokenCharacter(text: string, index: number): boolean {
  return (classAt(text, index) & (NAME | BASE64)) !== 0
}

function breakAt(text: string, index: number): number {
  const code = text.charCodeAt(index)
  if (code !== 10 && code !== 13 && code !== 92 && code !== 61) return 0
  BREAK.lastIndex = index
  return BREAK.exec(text)?.[0].length ?? 0
}

function isContinued(text: string, index: number): boolean {
  BREAK.lastIndex = index
  return (BREAK.exec(text)?.[1] ?? '') !== ''
}
