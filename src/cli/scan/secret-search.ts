/** Looks for secrets in lines and texts, and tells where they are and of which kind: never what they are. */
import type { SecretNames } from '../../redaction/secret-names.ts'
import type { TextScanner } from '../../redaction/text-scanner.ts'
import { pathOf, type Place, walkJson, type WalkVisitor } from './json-walk.ts'
import { withoutMarks } from './marks.ts'

/** A secret in a line. */
export interface LineFinding {
  /** Dotted path of the member that holds it. */
  readonly field: string
  readonly kind: string
}

/** What a line holds. */
export interface LineSecrets {
  readonly findings: readonly LineFinding[]
  /** Values that were masked before they were written. */
  readonly masked: number
  /** Of an event. */
  readonly seq?: number
  readonly id?: string
}

/** What may stand beside a mark and is no secret: `Bearer [REDACTED:…]`. */
const HARMLESS_REST = /^[\s"']*(?:(?:bearer|basic|token|digest|apikey)[\s:=]*)?[\s"';,]*$/i
const TRACE_IDS: ReadonlySet<string> = new Set(['trace_id', 'span_id'])
const SCHEME = /^(?:bearer|basic|token)[ \t]+(?=\S)/i
/** A longer value is called by its name only. */
const MAX_NAMED = 512
const MAX_SHOWN_NAME = 80
const MAX_SHOWN_ID = 128

export class SecretSearch {
  private readonly scanner: TextScanner
  private readonly names: SecretNames

  constructor(scanner: TextScanner, names: SecretNames) {
    this.scanner = scanner
    this.names = names
  }

  /** What is in the JSON of a line. */
  inJson(value: object): LineSecrets {
    const findings: LineFinding[] = []
    let masked = 0
    const found = (kind: string, place: Place): void => {
      findings.push({ field: pathOf(place, name => this.shownName(name)), kind })
    }
    const visitor: WalkVisitor = {
      isSecretName: name => this.names.isSecret(name),
      text: (text, place) => {
        masked += withoutMarks(text).marks
        for (const { kind } of this.scanner.scan(text)) found(kind, place)
      },
      secret: (text, name, place) => {
        const { marks, rest } = withoutMarks(text)
        masked += marks
        if (marks === 0 || !HARMLESS_REST.test(rest)) found(this.kindOf(text, name), place)
      },
      name: (name, place) => {
        for (const { kind } of this.scanner.scan(name)) found(kind, place)
      },
    }
    walkJson(value, visitor, isEvent(value) ? isKansasOwn : undefined)
    return { findings, masked, ...(isEvent(value) && this.placeInLog(value)) }
  }

  /** Kinds and offsets. */
  inText(text: string): ReturnType<TextScanner['scan']> {
    return this.scanner.scan(text)
  }

  /** What it is says more than what it is called. */
  private kindOf(value: string, name: string): string {
    const secret = value.replace(SCHEME, '')
    const [first] = secret.length > MAX_NAMED ? [] : this.scanner.scan(secret)
    return first?.start === 0 && first.end === secret.length ? first.kind : this.names.kindOf(name)
  }

  /** A name may be a secret itself: then nothing of it is shown. */
  private shownName(name: string): string {
    if (this.scanner.scan(name).length > 0) return '(a secret)'
    return name.length > MAX_SHOWN_NAME ? `${name.slice(0, MAX_SHOWN_NAME)}…` : name
  }

  private placeInLog(event: object): { seq?: number; id?: string } {
    const seq: unknown = Reflect.get(event, 'seq')
    const id: unknown = Reflect.get(event, 'id')
    const isShown = typeof id === 'string' && id.length <= MAX_SHOWN_ID && this.scanner.scan(id).length === 0
    return { ...(typeof seq === 'number' && { seq }), ...(isShown && { id }) }
  }
}

/**
 * The envelope's count of masked values has names of kinds, which may be names of secrets; and an id of nothing but digits
 * may be a valid card number.
 */
function isKansasOwn(name: string, member: unknown): boolean {
  if (name === 'redacted') return true
  return TRACE_IDS.has(name) && typeof member === 'string' && /^(?:[0-9a-f]{16}){1,2}$/.test(member)
}

function isEvent(value: object): boolean {
  return 'event_type' in value
}
