/**
 * Finds the secrets in a text, in whatever they are wrapped. Time grows with the length of the text and nothing else: every look from a
 * place is bounded, and what is found is not looked into again.
 */
import { assignmentTriggers } from './assignments.ts'
import { BASIC_TRIGGERS, SCHEME_TRIGGERS } from './auth-schemes.ts'
import { SHORTEST_RUN, asFinding, base64RunAt } from './base64-runs.ts'
import { BASE64, CLASSES, DIGIT, GAP, UPPER } from './characters.ts'
import { CLIENT_TRIGGERS } from './client-passwords.ts'
import { DecodedText } from './decoded-text.ts'
import { ESCAPE_TRIGGERS, MARK_TRIGGER } from './escape-triggers.ts'
import { disjoint } from './finding.ts'
import type { Finding } from './finding.ts'
import { IDIOM_TRIGGERS } from './idiom-triggers.ts'
import { JSON_WEB_TOKEN } from './json-web-token.ts'
import { latin1Of } from './latin1-bytes.ts'
import { findManifestSecrets } from './manifest-secrets.ts'
import { outsideMarks } from './outside-marks.ts'
import type { PatternRule } from './pattern-rule.ts'
import { findCards, findIbans } from './payment-numbers.ts'
import { PRIVATE_KEY_TRIGGERS } from './private-keys.ts'
import { PATTERN_RULES, TOKEN_RULES } from './rules/all-rules.ts'
import { SecretNames } from './secret-names.ts'
import type { TokenRule } from './token-rule.ts'
import { tokenTriggers } from './token-triggers.ts'
import { TriggerTable } from './trigger-table.ts'
import type { Candidates } from './trigger-table.ts'
import { SPARED } from './trigger.ts'
import type { Scan } from './trigger.ts'
import { URL_TRIGGERS } from './url-credentials.ts'

export type { Finding } from './finding.ts'

/** What a scanner looks for. */
export interface ScanRules {
  /** Tokens by their beginnings. Default: the built-in ones. */
  readonly tokens?: readonly TokenRule[]
  /** What is searched for in the whole text beside the built-in patterns: the packs. Default: none. */
  readonly patterns?: readonly PatternRule[]
  /** Further names under which every value is secret, in any case style. Default: none. */
  readonly names?: readonly string[]
}

/** The kind of a text that took too long and counts as secret as a whole. */
export const TOO_SLOW = 'too-slow'

const NONE: readonly Finding[] = Object.freeze([])
const NEVER = (): boolean => false
/** Characters between two looks at the clock; a multiple of four. */
const CHUNK = 8192
/** Candidates between two looks at the clock. */
const MAX_LOOKS = 64
/** Encodings inside encodings. */
const MAX_DEPTH = 4
/** A card number has a digit in any twelve characters, a base64 run of 24 one of its characters at every other of these places. */
const STEP = 12
/** What of a number a cut text may still have. */
const SHORTEST_NUMBER = 8
/** Decoded base64 per text, in characters. */
const MAX_DECODED = 262_144
const PERCENT = /%(?:25)*(?:0[ad]|[2-7][0-9a-f])/i

/** What the depths of one scan share. */
interface Budget {
  decodable: number
  /** Set where a text has a run of base64 characters as long as tokens are. */
  hasLongRun: boolean
  readonly isOverdue: () => boolean
}

/** How far the look at candidates is. */
interface Progress {
  foundTo: number
  sparedTo: number
  looks: number
}

/** Finds the secrets in texts. Immutable but for the cache of names. */
export class TextScanner {
  readonly #table: TriggerTable
  readonly #packs: readonly PatternRule[]

  constructor({ tokens = TOKEN_RULES, patterns = [], names = [] }: ScanRules = {}) {
    this.#packs = patterns
    this.#table = new TriggerTable([
      MARK_TRIGGER,
      ...tokenTriggers([...tokens, JSON_WEB_TOKEN]),
      ...PRIVATE_KEY_TRIGGERS,
      ...assignmentTriggers(new SecretNames(names), names),
      ...URL_TRIGGERS,
      ...SCHEME_TRIGGERS,
      ...BASIC_TRIGGERS,
      ...CLIENT_TRIGGERS,
      ...IDIOM_TRIGGERS,
      ...ESCAPE_TRIGGERS,
    ])
  }

  /**
   * The secrets in `text`, sorted, not overlapping; one shared empty list where there are none.
   * @param cutAt The text was cut at its end: what begins there counts as found.
   * @param isOverdue Asked between chunks of work; once it says true the whole text is one finding of kind `too-slow`.
   */
  scan(text: string, cutAt = false, isOverdue: () => boolean = NEVER): readonly Finding[] {
    const findings: Finding[] = []
    const budget = { decodable: MAX_DECODED, hasLongRun: false, isOverdue }
    const isComplete = this.#search(text, cutAt, findings, budget, 0) && this.#searchPatterns(text, findings, budget)
    if (!isComplete) return [{ kind: TOO_SLOW, start: 0, end: text.length }]
    if (findings.length === 0) return NONE
    return disjoint(outsideMarks(text, findings))
  }

  /** Adds what is found to `findings`; false where time ran out. */
  #search(text: string, cutAt: boolean, findings: Finding[], budget: Budget, depth: number): boolean {
    const scan: Scan = { text, bytes: latin1Of(text, depth > 0), cutAt, hasEscapes: false, runEnd: 0 }
    if (!this.#searchTriggers(scan, findings, budget)) return false
    if (!this.#searchSamples(scan, findings, budget, depth)) return false
    findManifestSecrets(text, findings)
    if (depth >= MAX_DEPTH || !(scan.hasEscapes || hasPercent(text))) return true
    if (text.length > CHUNK && budget.isOverdue()) return false
    const decoded = DecodedText.of(text)
    if (decoded === undefined) return true
    const inside: Finding[] = []
    if (!this.#search(decoded.text, cutAt, inside, budget, depth + 1)) return false
    for (const { kind, start, end } of inside) {
      findings.push({ kind, start: decoded.sourceOf(start), end: decoded.sourceOf(end) })
    }
    return true
  }

  #searchTriggers(scan: Scan, findings: Finding[], budget: Budget): boolean {
    const { text, bytes } = scan
    const candidates: Candidates = { triggers: [], places: [] }
    const progress: Progress = { foundTo: 0, sparedTo: 0, looks: 0 }
    for (let from = 0; from < text.length; from += CHUNK) {
      if (from > 0 && budget.isOverdue()) return false
      this.#table.search(text, bytes, from, Math.min(text.length, from + CHUNK), candidates)
      if (candidates.places.length > 0 && !look(candidates, scan, findings, progress, budget)) return false
    }
    return true
  }

  /** What has no literal to be found by is long enough that single places tell. */
  #searchSamples(scan: Scan, findings: Finding[], budget: Budget, depth: number): boolean {
    const { text, bytes, cutAt } = scan
    const length = text.length
    let cardTo = 0
    let ibanTo = 0
    let runTo = 0
    for (let sample = STEP - 1, count = 1; sample < length + STEP - 1; sample += STEP, count++) {
      if (count % MAX_LOOKS === 0 && budget.isOverdue()) return false
      let at = Math.min(sample, length - 1)
      let characters = CLASSES[bytes[at] ?? 0] ?? 0
      if ((characters & GAP) !== 0) {
        // The digit behind a gap says more than the gap.
        const next = CLASSES[bytes[at + 1] ?? 0] ?? 0
        if ((next & (DIGIT | UPPER)) !== 0) {
          at++
          characters = next
        }
      }
      if ((characters & (DIGIT | UPPER)) !== 0 && isLong(bytes, at, DIGIT | UPPER | GAP, SHORTEST_NUMBER)) {
        if ((characters & DIGIT) !== 0 && at >= cardTo) cardTo = findCards(text, at, cutAt, findings)
        if (at >= ibanTo) ibanTo = findIbans(text, at, cutAt, findings)
      }
      if ((characters & BASE64) === 0 || at < runTo || (count & 1) === 1 || !isLong(bytes, at, BASE64, SHORTEST_RUN))
        continue
      const run = base64RunAt(text, bytes, at, runTo)
      runTo = run.end
      budget.hasLongRun ||= run.isLong
      if (run.decoded === '' || depth >= MAX_DEPTH || budget.decodable < run.decoded.length) continue
      budget.decodable -= run.decoded.length
      if (budget.isOverdue()) return false
      const inside: Finding[] = []
      if (!this.#search(run.decoded, cutAt && run.end === length, inside, budget, depth + 1)) return false
      if (inside.some(({ kind }) => kind !== 'credit-card' && kind !== 'iban')) findings.push(asFinding(run))
    }
    return true
  }

  #searchPatterns(text: string, findings: Finding[], budget: Budget): boolean {
    // Tokens without a literal are long: what has no long run has none of them.
    const rules = budget.hasLongRun ? [...PATTERN_RULES, ...this.#packs] : this.#packs
    for (const { kind, gate, pattern, accepts } of rules) {
      if (gate !== undefined && !gate(text)) continue
      if (budget.isOverdue()) return false
      for (const match of text.matchAll(pattern)) {
        if (match[0] === '' || (accepts !== undefined && !accepts(match[0]))) continue
        findings.push({ kind, start: match.index, end: match.index + match[0].length })
      }
    }
    return true
  }
}

/** Looks closer at the candidates, which it uses up; false where time ran out. */
function look(
  { triggers, places }: Candidates,
  scan: Scan,
  findings: Finding[],
  progress: Progress,
  budget: Budget,
): boolean {
  for (const [index, trigger] of triggers.entries()) {
    const at = places[index] ?? 0
    if (at < progress.sparedTo || (at < progress.foundTo && trigger.isSpecific !== true)) continue
    if (++progress.looks % MAX_LOOKS === 0 && budget.isOverdue()) return false
    const finding = trigger.find(scan, at)
    if (finding === undefined) continue
    if (finding.kind === SPARED) {
      progress.sparedTo = finding.end
    } else {
      findings.push(finding)
      progress.foundTo = Math.max(progress.foundTo, finding.end)
    }
  }
  triggers.length = 0
  places.length = 0
  return true
}

/** True where the run of characters of `mask` around `at` has `count` or more. */
function isLong(bytes: Uint8Array, at: number, mask: number, count: number): boolean {
  let end = at
  const limit = at + count
  while (end < limit && ((CLASSES[bytes[end] ?? 0] ?? 0) & mask) !== 0) end++
  let start = at
  const first = Math.max(0, end - count)
  while (start > first && ((CLASSES[bytes[start - 1] ?? 0] ?? 0) & mask) !== 0) start--
  return end - start >= count
}

function hasPercent(text: string): boolean {
  return text.includes('%') && PERCENT.test(text)
}
