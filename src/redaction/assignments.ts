/** Values that stand behind a secret name: `key=value`, `key: value`, `"key": "value"`, `--key value`, in whatever they are wrapped. */
import { NAME, endOfRun } from './characters.ts'
import type { Finding } from './finding.ts'
import { placeBehind } from './name-place.ts'
import type { Place } from './name-place.ts'
import { isPlausible, looksChosen } from './plausible-value.ts'
import { readValue } from './read-value.ts'
import type { SecretNames } from './secret-names.ts'
import type { Scan, Trigger } from './trigger.ts'

const MAX_NAME_PART = 64
const USER = /\buser(?:_?name)?\\{0,32}["']?[ \t]{0,4}[:=]/i
/** What every secret name of the built-in ones has in it. */
const NAME_WORDS = [
  'passw',
  'passphrase',
  'passcode',
  'pass=',
  'pass:',
  'pass"',
  "pass'",
  'pass\\',
  'secret',
  'token',
  'key',
]
const MORE_NAME_WORDS = [
  'authorization',
  'cookie',
  'credential',
  '_auth',
  'pwd',
  '_pw',
  '_pat',
  'creds',
  'sshpass',
  'connectionstr',
  'connection_str',
]
/** The triggers of the built-in names, and of `extra` ones. */
export function assignmentTriggers(names: SecretNames, extra: readonly string[]): readonly Trigger[] {
  const literals = [...NAME_WORDS, ...MORE_NAME_WORDS]
  const extraLiterals = extra.map(firstLetters).filter(letters => letters.length >= 3)
  return [...new Set([...literals, ...extraLiterals])].map((literal): Trigger => {
    const length = literal.replace(/[^a-z]$/, '').length
    return { literal, exact: false, find: (scan, at) => findAssigned(names, scan, at, at + length) }
  })
}

/** The letters a name begins with in every case style. */
function firstLetters(name: string): string {
  return (/^[A-Z]*[a-z]*|^[a-z]+/.exec(name)?.[0] ?? '').toLowerCase()
}

function findAssigned(names: SecretNames, scan: Scan, wordStart: number, wordEnd: number): Finding | undefined {
  const { text } = scan
  const nameEnd = endOfRun(text, wordEnd, wordEnd + MAX_NAME_PART, NAME)
  const place = placeBehind(text, wordStart, nameEnd)
  if (place === undefined) return undefined
  const name = text.slice(place.nameStart, nameEnd)
  const kind = kindOf(names, name, text, place)
  if (kind === '') return undefined
  const value = readValue(text, place, kind)
  if (value === undefined || value.end <= value.start) return undefined
  const raw = text.slice(value.start, Math.min(value.end, value.start + 600))
  if (!isPlausible(raw, value.judgedAs ?? kind, name, value.form)) return undefined
  return { kind, start: value.start, end: value.end }
}

function kindOf(names: SecretNames, name: string, text: string, place: Place): string {
  const kind = names.kindOf(name)
  if (kind !== '') return kind
  const isPassword = (name === 'PASS' && isInEnvironment(text, place)) || isAmbiguousPassword(name, text, place)
  return isPassword ? 'password' : ''
}

/** `PASS=…`, where it is no count of tests. */
function isInEnvironment(text: string, { tie, at }: Place): boolean {
  return tie === '=' && looksChosen(/^\S*/.exec(text.slice(at, at + 80))?.[0] ?? '')
}

/** `pwd` is a folder everywhere but in a connection string, `pass` the result of a test everywhere but beside a user. */
function isAmbiguousPassword(name: string, text: string, { tie, at, nameStart }: Place): boolean {
  if (name.length > 4 || !/^p(?:ass|wd)$/i.test(name)) return false
  const before = text.slice(Math.max(0, nameStart - MAX_NAME_PART), nameStart)
  if (name.length === 4) return USER.test(before)
  return tie === '=' && (/;[ \t]{0,4}$/.test(before) || /^[^\s;"']{0,64};/.test(text.slice(at, at + 80)))
}
