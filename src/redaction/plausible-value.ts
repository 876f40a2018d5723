/**
 * Whether what stands under a secret name is a secret: source code, schemas, translations and prose have such names too, with types,
 * labels and variables behind them. In doubt it is one.
 */
import { isMark } from './mark.ts'

/** From here on a value is never judged by its looks: judging would cost more than it can spare. */
const MAX_JUDGED = 512

/** How a value stands in its text. */
export type ValueForm =
  /** In quotes. */
  | 'quoted'
  /** Bare, where data stands: a line of an environment, a flag, a query, a connection string. */
  | 'data'
  /** Bare, where code or prose may stand. */
  | 'loose'

const NO_VALUE = words(
  `true false null none nil undefined nan na n/a yes no on off empty unset default auto inherit include omit same-origin
  string str text number int integer bool boolean bytes byte buffer object any unknown void never char varchar secretstr
  required optional hidden masked redacted removed filtered sensitive secret-value uint8array bytearray unicode
  header query body env file stdin prompt ask disabled enabled missing invalid expired revoked valid changed unchanged
  authentication authorization auth scheme credentials tokens header headers`,
)
const PROSE = words(
  `the a an is are was be to of in on at for from with and or not no if it this that these must should can will may has have
  your you my we our its as by when where which who what than then see use used using only also please enter must value flag
  option argument parameter field required optional returned returns given sent passed stored generated based`,
)
const PLACEHOLDERS: readonly RegExp[] = [
  /^(?:<[^<>]{1,80}>|\[[A-Za-z _-]{1,40}\]|\{\{?[\w.$ -]{0,60}\}?\}|%[A-Z_]{1,40}%|\([A-Za-z _-]{1,40}\))$/,
  /^\$(?:[A-Za-z_]\w*$|[{(])/,
  /^[^A-Za-z0-9]*$/,
  /^#?\{/,
  // What this log itself writes where JSON has no value.
  /^\[(?:circular|too deep|undefined|invalid date|BigInt|Function|unreadable|-?Infinity|NaN|\d+ (?:more|bytes))\b/,
  /^%[sdv]$/,
  /\$\{[^{}]{0,80}\}|\{\{[^{}]{0,80}\}\}/,
  /(?:x{4,}|\*{3,}|\.{3}|…|•{3,})/i,
  /^(?:your|enter|insert|replace|example|dummy|placeholder|some|todo|put)(?:$|[-_ ])/i,
  /^(?:process\.env|os\.environ|os\.getenv|import\.meta|deno\.env|env\.|secrets\.|vars\.|var\.|vault:|env:|arn:|op:\/\/|ssm:)/i,
]
const SECRET_WORD =
  /pass(?:word|wd|phrase|code)?|pwd|token|secret|key|cookie|credential|authorization|auth|bearer|session|jwt/i
/** `accessToken`, `user.password`, `ACCESS_TOKEN`, `Password`: a name, not what it stands for. */
const IDENTIFIER = /^[A-Za-z_$][A-Za-z_$]*(?:(?:\.|\?\.|::|->)[A-Za-z_$][A-Za-z_$]*)*[!?]?$/
const HYPHENATED = /^[A-Za-z]+(?:[-_. ][A-Za-z]+)*$/
/** `k3s-token`: the name of a kind of secret, as lists of such names have it. */
const KEBAB_NAME = /^[a-z]{1,16}\d{0,2}[a-z]{0,16}(?:-[a-z]{1,16}\d?){0,4}-(?:key|token|secret|cookie|password)s?$/
const TYPE = /^(?:[A-Z][a-z]+)+(?:\[\]|\?)?$/
/** `X509Credential`: a class named after what it holds. */
const CLASS = /^[A-Z]\w{0,60}(?:Password|Token|Secret|Key|Credential|Cookie)s?$/
const CALL = /^[A-Za-z_$@][\w$.]*[([]/
/** What ends a quoted value in escaped text, and what follows a bare one in code. */
const ESCAPES = '\\'
const PUNCTUATION = '):;,]}>\\'

/** True where `raw`, under a name of this kind, is to be masked. */
export function isPlausible(raw: string, kind: string, name: string, form: ValueForm): boolean {
  if (raw.length > MAX_JUDGED) return true
  const value = trimmedEnd(raw, form === 'loose' ? PUNCTUATION : ESCAPES).trim()
  if (value === '' || isMark(value) || NO_VALUE.has(trimmedEnd(value, PUNCTUATION).toLowerCase())) return false
  if (PLACEHOLDERS.some(placeholder => placeholder.test(value))) return false
  if (/^[\d.,_]+$/.test(value)) return isPlausibleNumber(value, kind)
  if (isLabel(value, kind)) return false
  if (form !== 'quoted' && (CALL.test(value) || PROSE.has(value.toLowerCase()))) return false
  if (form === 'loose' && (CLASS.test(value) || !isPlausibleInCode(value, kind))) return false
  return hasLooks(value, kind, name)
}

/** True where a word looks like drawn or chosen, not like language. */
export function looksChosen(value: string): boolean {
  return value.length >= 6 && /\d/.test(value) && /[A-Za-z]/.test(value) && !/^[A-Za-z]+\d{0,1}$/.test(value)
}

function isPlausibleNumber(value: string, kind: string): boolean {
  if (/[.,_]/.test(value)) return false
  return value.length >= (kind === 'password' ? 4 : 10)
}

function isLabel(value: string, kind: string): boolean {
  if (kind !== 'password' && kind !== 'secret' && KEBAB_NAME.test(value)) return true
  if (/\d/.test(value) || !SECRET_WORD.test(value)) return false
  if (/\s/.test(value)) return true
  if (IDENTIFIER.test(value)) return isName(value)
  return kind !== 'password' && kind !== 'secret' && HYPHENATED.test(value) && value.length < 24
}

/** A single word that is or holds the word of a secret; `supersecret` alone is chosen often enough to count as one. */
function isName(value: string): boolean {
  const parts = value.split(/[._$]+|(?<=[a-z])(?=[A-Z])/)
  return parts.length > 1 || new RegExp(`^(?:${SECRET_WORD.source})s?$`, 'i').test(value)
}

function isPlausibleInCode(value: string, kind: string): boolean {
  if (looksChosen(value)) return !TYPE.test(value)
  return kind === 'password' && /[^\w$.:]/.test(value) && value.length >= 6
}

function hasLooks(value: string, kind: string, name: string): boolean {
  const spaced = /\s/.test(value)
  switch (kind) {
    case 'password':
    case 'secret':
    case 'secret-field':
      return spaced ? !isProse(value) : value.length >= 3
    case 'token':
      if (spaced) return false
      return /^token$/i.test(name) ? looksLikeToken(value) : value.length >= 4
    case 'cookie':
      return /[\w-]=./.test(value) || (!spaced && looksLikeToken(value))
    case 'authorization':
    case 'credentials':
      return !spaced && (looksLikeToken(value) || looksChosen(value))
    case 'parameters':
      return /\w=./.test(value) || looksLikeToken(value)
    case 'connection-string':
      return /[;=@]/.test(value)
    case 'private-key':
      return !spaced && value.length >= 12
    default:
      return !spaced && value.length >= 4
  }
}

function looksLikeToken(value: string): boolean {
  if (value.length < 8) return looksChosen(value)
  return /\d/.test(value) || (value.length >= 16 && !HYPHENATED.test(value)) || /[A-Z][a-z]+[A-Z]{2}|[+/=~]/.test(value)
}

function trimmedEnd(text: string, characters: string): string {
  let end = text.length
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--
  return text.slice(0, end)
}

function isProse(value: string): boolean {
  const parts = value.split(/\s+/)
  return parts.length > 6 || parts.some(part => PROSE.has(part.toLowerCase())) || /[.!?:]$/.test(value)
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/))
}
