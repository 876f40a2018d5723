/** Replaces the secrets of events by marks, within a bound of time and size for each event. */
import { sliceWhole } from '../events/json-text.ts'
import type { EventMasker, EventMasking } from '../events/masking.ts'
import { disjoint } from './finding.ts'
import type { Finding } from './finding.ts'
import { isMark, markOf } from './mark.ts'
import { outsideMarks } from './outside-marks.ts'
import { PathRules } from './path-rules.ts'
import { PACKS } from './rules/all-rules.ts'
import type { PackName } from './rules/all-rules.ts'
import { SecretNames } from './secret-names.ts'
import { TOO_SLOW, TextScanner } from './text-scanner.ts'
import { UserMask } from './user-mask.ts'
import type { MaskFunction } from './user-mask.ts'
import { UserPatterns } from './user-patterns.ts'
import type { UserPattern } from './user-patterns.ts'

/** What is masked and how. */
export interface RedactionSettings {
  /** The key of the marks' HMAC. */
  readonly key: Uint8Array
  /** Names under which every value is secret, beside the built-in ones; in any case style. Default none. */
  readonly names?: readonly string[]
  /** Places whose values are secret: `parameters.env.*`; `*` is one name, `**` any number. Default none. */
  readonly paths?: readonly string[]
  /** What is secret by its look, beside the built-in rules. Default none. */
  readonly patterns?: readonly UserPattern[]
  /** What is personal rather than secret. Default none. */
  readonly packs?: readonly PackName[]
  /** Called last with each text and its place; what it returns is stored. */
  readonly mask?: MaskFunction
  /** Told once when `mask` throws or returns no string. The message may quote what was thrown. */
  readonly onMaskFailure?: (message: string) => void
  /** Milliseconds for one event; what is not done then is masked whole. Default 20. */
  readonly maxMillis?: number
}

/** Characters of one text that are looked at; what lies beyond is not stored. */
export const MAX_SCANNED = 262_144
const DEFAULT_MAX_MILLIS = 20
/** Characters of short texts between two looks at the clock. */
const UNCLOCKED = 8192
/** Values up to this length are named by what they are, not only by the name they stand under. */
const MAX_NAMED = 512
/** Marks between two looks at the clock. */
const MAX_MARKS = 64
/** What is left is looked at again: a mark can stand where it completes something. */
const MAX_ROUNDS = 3
const MASK_FAILED = 'mask-failed'
const SCHEME = /^(?:bearer|basic|token)[ \t]+(?=\S)/i

/** Everything that is the same for all events. */
interface Rules {
  readonly key: Uint8Array
  readonly names: SecretNames
  readonly paths: PathRules
  readonly patterns: UserPatterns
  readonly scanner: TextScanner
  readonly mask: UserMask | undefined
  readonly maxMillis: number
}

/**
 * The masker for `settings`.
 * @throws KansaError `KANSA_INVALID_OPTION` where a pattern of the user's cannot run in linear time.
 */
export function createEventMasker(settings: RedactionSettings): EventMasker {
  const { key, names = [], paths, patterns, packs = [], mask, onMaskFailure, maxMillis } = settings
  const rules: Rules = {
    key: Uint8Array.from(key),
    names: new SecretNames(names),
    paths: new PathRules(paths),
    patterns: new UserPatterns(patterns),
    scanner: new TextScanner({ names, patterns: packs.flatMap(pack => PACKS[pack]) }),
    mask: mask === undefined ? undefined : new UserMask(mask, onMaskFailure),
    maxMillis: maxMillis ?? DEFAULT_MAX_MILLIS,
  }
  return { begin: () => new Masking(rules) }
}

// One per event; it owns the event's counts and its time.
class Masking implements EventMasking {
  readonly #rules: Rules
  #counts: Record<string, number> | undefined
  #deadline = 0
  #unclocked = 0
  #isLate = false

  constructor(rules: Rules) {
    this.#rules = rules
  }

  get counts(): Readonly<Record<string, number>> | undefined {
    return this.#counts
  }

  get hasPaths(): boolean {
    const { paths, mask } = this.#rules
    return mask !== undefined || !paths.isEmpty
  }

  isSecretName(name: string): boolean {
    return this.#rules.names.isSecret(name)
  }

  isSecretPath(path: string): boolean {
    return this.#rules.paths.covers(path)
  }

  /** A scheme (`Bearer`) is no part of the secret: so its mark is the same wherever the secret stands. */
  maskWhole(value: string, name: string): string {
    if (value === '' || isMark(value)) return value
    const secret = value.slice(SCHEME.exec(value)?.[0].length ?? 0)
    return this.#mark(this.#kindOfWhole(secret, name), secret)
  }

  /** At most the first 262,144 characters: what lies beyond would be unscanned. Compare lengths to know. */
  maskText(text: string, path: string, isCut = false): string {
    try {
      return this.#maskText(text, path, isCut)
    } catch {
      // Whatever is wrong here, a text that was not looked through is not stored.
      return this.#failed()
    }
  }

  #maskText(whole: string, path: string, isCut: boolean): string {
    const isLong = whole.length > MAX_SCANNED
    const text = isLong ? sliceWhole(whole, MAX_SCANNED) : whole
    let masked = text
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const findings = this.#find(masked, isCut || isLong)
      if (findings.length === 0) break
      if (findings[0]?.kind === TOO_SLOW) {
        masked = this.#mark(TOO_SLOW, text)
        break
      }
      masked = this.#replace(masked, findings) ?? this.#mark(TOO_SLOW, text)
    }
    const { mask } = this.#rules
    if (mask === undefined) return masked
    const own = mask.apply(masked, path)
    return own === undefined ? this.#failed() : sliceWhole(own, Math.min(own.length, MAX_SCANNED))
  }

  #find(text: string, isCut: boolean): readonly Finding[] {
    const { scanner, patterns } = this.#rules
    this.#unclocked += text.length
    // Most events are done before it is worth to look at the clock at all.
    if (this.#unclocked <= UNCLOCKED && patterns.isEmpty) return scanner.scan(text, isCut)
    if (this.#deadline === 0) this.#startClock()
    else if (this.#unclocked > UNCLOCKED && this.#isOverdue()) return tooSlow(text)
    const isOverdue = (): boolean => this.#isOverdue()
    const found = scanner.scan(text, isCut, text.length > UNCLOCKED ? isOverdue : undefined)
    if (patterns.isEmpty || found[0]?.kind === TOO_SLOW) return found
    const own: Finding[] = []
    if (!patterns.search(text, own, isOverdue)) return tooSlow(text)
    return own.length === 0 ? found : disjoint([...found, ...outsideMarks(text, own)])
  }

  #startClock(): void {
    this.#unclocked = 0
    this.#deadline = performance.now() + this.#rules.maxMillis
  }

  #isOverdue(): boolean {
    this.#unclocked = 0
    if (this.#deadline === 0) this.#startClock()
    this.#isLate ||= performance.now() > this.#deadline
    return this.#isLate
  }

  /** `undefined` where time ran out: so many marks are no text any more. */
  #replace(text: string, findings: readonly Finding[]): string | undefined {
    let masked = ''
    let from = 0
    for (const [index, { kind, start, end }] of findings.entries()) {
      if (index % MAX_MARKS === MAX_MARKS - 1 && this.#isOverdue()) return undefined
      masked += text.slice(from, start) + this.#mark(kind, text.slice(start, end))
      from = end
    }
    return masked + text.slice(from)
  }

  #kindOfWhole(secret: string, name: string): string {
    const kind = this.#rules.names.kindOf(name)
    if (secret.length > MAX_NAMED) return kind === '' ? 'secret' : kind
    const [first] = this.#rules.scanner.scan(secret)
    const isNamed = first !== undefined && first.start === 0 && first.end === secret.length
    return isNamed ? first.kind : kind === '' ? 'secret' : kind
  }

  #mark(kind: string, secret: string): string {
    this.#count(kind)
    return markOf(kind, secret, this.#rules.key)
  }

  #failed(): string {
    this.#count(MASK_FAILED)
    return `[REDACTED:${MASK_FAILED}]`
  }

  #count(kind: string): void {
    this.#counts ??= {}
    this.#counts[kind] = (Object.hasOwn(this.#counts, kind) ? (this.#counts[kind] ?? 0) : 0) + 1
  }
}

function tooSlow(text: string): readonly Finding[] {
  return [{ kind: TOO_SLOW, start: 0, end: text.length }]
}
