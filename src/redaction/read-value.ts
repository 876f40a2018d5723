/** What stands behind a secret name: where it begins and ends. */
import { endOfBareValue, endOfLine } from './bare-value.ts'
import { beginsLine } from './name-place.ts'
import type { Place } from './name-place.ts'
import { looksChosen } from './plausible-value.ts'
import type { ValueForm } from './plausible-value.ts'
import { quoteDepth, readQuoted } from './quoted-text.ts'

export interface ReadValue {
  readonly start: number
  readonly end: number
  readonly form: ValueForm
  /** The kind it is judged as, where that is not the name's. */
  readonly judgedAs?: string
}

/** `password: str = "x"`: a type stands between. */
const TYPE_BETWEEN = /[A-Za-z_][\w.[\]| ]{0,40}(?<=[\w\]]) ?= ?(?=\\{0,32}["'])/y
/** YAML: the value is on the next line. */
const BLOCK_SCALAR = /[|>][-+]?\d?[ \t]{0,4}(?:\r?\n|\\{1,32}n)[ \t]{1,40}/y
/** Go and HTTP libraries keep headers as lists. */
const LIST = /\[(?:[ \t\r\n]|\\{1,32}[nr]){0,32}(?=\\{0,32}["'])/y
const NEXT_ITEM = /(?:[ \t\r\n]|\\{1,32}[nr]){0,32},(?:[ \t\r\n]|\\{1,32}[nr]){0,32}(?=\\{0,32}["'])/y
const MAX_ITEMS = 16
const MAX_ELEMENT = 2048
/** String prefixes of source code. */
const STRING_PREFIX = /(?:[bruf]|br|rb|@|\$)(?=["'])/iy
/** RFC 9110, section 11.4: a scheme, then what proves who asks. */
const SCHEME = /([A-Za-z][A-Za-z0-9-]{1,30})(?: {1,4}|%20|\+)(?=\S)/y
const ONE_WORD_SCHEMES = new Set(['bearer', 'basic', 'token', 'negotiate', 'apikey', 'key', 'bot', 'dpop'])
const PARAMETER_SCHEMES =
  /^(?:digest|hawk|oauth|aws4-hmac-sha256|signature|sharedkey|sharedaccesssignature|ntlm|scram-.*)$/i

export function readValue(text: string, place: Place, kind: string): ReadValue | undefined {
  const at = behind(STRING_PREFIX, text, behind(BLOCK_SCALAR, text, behind(TYPE_BETWEEN, text, place.at)))
  const isBlock = at > place.at && text.charCodeAt(place.at) === 124
  const list = behind(LIST, text, at)
  const depth = quoteDepth(text, list)
  if (depth >= 0) return quoted(text, place, kind, list, depth, list > at)
  if (place.tie === 'sql' || place.tie === 'pair') return undefined
  if (kind === 'authorization') return authorization(text, at, text.length, place)
  if (kind === 'cookie' && place.tie !== 'flag') return cookie(text, at, place)
  if (place.tie === 'element') return element(text, at)
  const end = endOfBareValue(text, at)
  if (place.tie === 'column' && !isInColumn(text, at, end)) return undefined
  return { start: at, end, form: isBlock ? 'quoted' : formOf(text, place, at, end, kind) }
}

function quoted(
  text: string,
  place: Place,
  kind: string,
  at: number,
  depth: number,
  isList: boolean,
): ReadValue | undefined {
  const first = readQuoted(text, at, depth)
  const { start, after } = first
  // No string goes over lines but a key.
  const line = kind === 'private-key' ? -1 : text.slice(start, first.end).indexOf('\n')
  let end = line === -1 ? first.end : start + line
  if (isList && line === -1) end = endOfItems(text, after, end)
  if (place.tie === 'pair' && !looksLikePairValue(text.slice(start, Math.min(end, start + 600)))) return undefined
  if (place.tie === 'sql' && (kind !== 'password' || !first.isClosed || /\s/.test(text.slice(start, end))))
    return undefined
  return kind === 'authorization' ? authorization(text, start, end, place) : { start, end, form: 'quoted' }
}

/** Lists of names (`["username", "password", "email"]`) look like pairs too. */
function looksLikePairValue(value: string): boolean {
  if (/^[\w$]{1,80}(?:[.[\]]{1,2}[\w$]{1,80}){1,9}$/.test(value)) return false
  return /^(?:bearer|basic|token) \S/i.test(value) || (looksChosen(value) && value.length >= 8) || value.length >= 40
}

function endOfItems(text: string, after: number, end: number): number {
  let last = end
  let index = after
  for (let items = 1; items < MAX_ITEMS; items++) {
    const next = behind(NEXT_ITEM, text, index)
    const depth = next > index ? quoteDepth(text, next) : -1
    if (depth < 0) return last
    const item = readQuoted(text, next, depth)
    last = item.end
    index = item.after
  }
  return last
}

/** The scheme stays readable; what follows it is the secret. */
function authorization(text: string, start: number, limit: number, place: Place): ReadValue | undefined {
  SCHEME.lastIndex = start
  const match = SCHEME.exec(text)
  const scheme = match?.[1]?.toLowerCase() ?? ''
  const isInQuotes = quoteDepth(text, place.at) >= 0
  if (match === null || start + match[0].length >= limit) {
    const end = isInQuotes ? limit : Math.min(limit, endOfBareValue(text, start))
    return { start, end, form: isInQuotes ? 'quoted' : 'loose' }
  }
  const credentials = start + match[0].length
  if (ONE_WORD_SCHEMES.has(scheme)) {
    const end = isInQuotes ? limit : Math.min(limit, endOfBareValue(text, credentials))
    return { start: credentials, end, form: 'quoted', judgedAs: 'secret' }
  }
  if (PARAMETER_SCHEMES.test(scheme)) {
    const end = isInQuotes ? limit : endOfLine(text, credentials)
    return { start: credentials, end, form: 'quoted', judgedAs: 'parameters' }
  }
  return isInQuotes ? { start, end: limit, form: 'quoted' } : undefined
}

/** A header's value goes on to the end of its line; another `cookie=` ends like any value. */
function cookie(text: string, at: number, place: Place): ReadValue {
  const isHeader = place.tie === ':' && /^[\w!#$%&'*.^`|~+-]{1,80}=/.test(text.slice(at, at + 90))
  const end = isHeader ? endOfLine(text, at) : endOfBareValue(text, at)
  return { start: at, end, form: isHeader ? 'quoted' : 'loose' }
}

/** `<password>value</password>`; generic types in source code look like the beginning of one. */
function element(text: string, at: number): ReadValue | undefined {
  const value = text.slice(at, at + MAX_ELEMENT)
  const end = value.indexOf('</')
  return end <= 0 || value.lastIndexOf('<', end - 1) >= 0 ? undefined : { start: at, end: at + end, form: 'quoted' }
}

function formOf(text: string, place: Place, start: number, end: number, kind: string): ValueForm {
  const before = text.charCodeAt(place.nameStart - 1)
  const name = text.slice(place.nameStart, place.nameEnd)
  const value = text.slice(start, Math.min(end, start + 80))
  if (place.tie === 'flag') return isLone(text, place) ? 'data' : 'loose'
  if (place.tie === '=' && !place.isSpaced) {
    if (before === 63 || before === 38 || before === 59 || name.startsWith('-')) return 'data'
    if (/^[A-Z][A-Z0-9_]*$/.test(name)) return 'data'
    const isArgument = (before === 40 || before === 44 || before === 32) && /[,)\]}]/.test(text.charAt(end))
    return isArgument || (/[.$]/.test(value.slice(0, 40)) && /^[A-Za-z_$.]+$/.test(value)) ? 'loose' : 'data'
  }
  const isWholeLine = beginsLine(text, place.nameStart) && endsLine(text, end)
  if (!isWholeLine || /^[A-Z][a-z]+(?:[A-Z][a-z]+)*$/.test(value)) return 'loose'
  if (place.tie === ':') return kind === 'password' || kind === 'secret' || looksChosen(value) ? 'data' : 'loose'
  return looksChosen(value) ? 'data' : 'loose'
}

/** `--password value`, not a table of flags, where two spaces or more stand between. */
function isLone(text: string, place: Place): boolean {
  return place.at - place.nameEnd === 1 && text.charCodeAt(place.at) !== 45
}

/** The last of two columns, as `vault kv get` has them: most tables have words and versions there. */
function isInColumn(text: string, start: number, end: number): boolean {
  const value = text.slice(start, Math.min(end, start + 80))
  return (
    value.length >= 8 && looksChosen(value) && !/^v?\d+\./.test(value) && !/[(/]/.test(value) && endsLine(text, end)
  )
}

function endsLine(text: string, end: number): boolean {
  return /^[ \t]{0,8}(?:$|[\r\n"'`]|\\{1,64}[nr"'`]|#)/.test(text.slice(end, end + 80))
}

function behind(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return at + (pattern.exec(text)?.[0].length ?? 0)
}
