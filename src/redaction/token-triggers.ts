/** Tokens that are recognised by how they begin. */
import { BASE64, NAME, startOfRun } from './characters.ts'
import type { Finding } from './finding.ts'
import { joinedAcrossLines } from './joined-lines.ts'
import { matchLength } from './token-rule.ts'
import type { TokenRule } from './token-rule.ts'
import type { Scan, Trigger } from './trigger.ts'
import { beginsWord } from './word-edge.ts'

/** The longest token is a JWT with many claims. */
const MAX_CUT_TOKEN = 4096
/** A token may have any character but those that end a value in what it stands in. */
const TO_THE_END = /[^\s"'`<>,\\]{3,4096}$/y

/** Short beginnings first: of two that both fit, the later finding says what it is. */
export function tokenTriggers(rules: readonly TokenRule[]): readonly Trigger[] {
  return rules
    .flatMap(rule => rule.prefixes.map(literal => tokenTrigger(rule, literal)))
    .toSorted((a, b) => a.literal.length - b.literal.length)
}

function tokenTrigger(rule: TokenRule, literal: string): Trigger {
  return { literal, exact: true, isSpecific: true, find: (scan, at) => findToken(rule, scan, at) }
}

function findToken(rule: TokenRule, scan: Scan, at: number): Finding | undefined {
  const { text, cutAt } = scan
  const lead = rule.lead ?? 0
  const start = at - lead
  // The pattern of a rule with a lead says itself what may stand before the secret.
  const isCandidate = start >= 0 && (lead > 0 || beginsWord(text, start))
  if (isCandidate) {
    const length = matchLength(rule, text, start)
    const end = Math.max(start + length, lead > 0 ? 0 : joinedAcrossLines(rule, scan, start, length))
    if (end > start) return { kind: rule.kind, start, end }
  }
  if (!cutAt || (lead === 0 && !isCandidate) || !reachesEnd(text, at)) return undefined
  return { kind: rule.kind, start: startOfRun(text, at, start, NAME | BASE64), end: text.length }
}

function reachesEnd(text: string, at: number): boolean {
  if (text.length - at > MAX_CUT_TOKEN) return false
  TO_THE_END.lastIndex = at
  return TO_THE_END.test(text)
}
