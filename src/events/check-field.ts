/** Whether one value is what its field wants. Content may be anything; types, ranges and words may not. */
import { KansaError } from '../errors.ts'
import type { Field, FieldType } from './field.ts'
import type { CutField } from './kinds.ts'
import { formatTime, parseTime } from './timestamp.ts'

/** A value as it stands on the line. */
export type FieldValue =
  | string
  | number
  | boolean
  | string[]
  | Record<string, string>
  | Record<string, number>
  | Record<string, CutField>

const HEX = /^[0-9a-f]+$/
const ZERO = /^0+$/
const SHA_256 = /^[0-9a-f]{64}$/
/** More digits may be a secret: a card number, an account. */
const SHOWN_DIGITS = 9
/** With digits in it a longer one may be a token. */
const PLAIN_NAME = /^[A-Za-z_$](?:[A-Za-z_$.-]{0,39}|[\w$.-]{0,19})$/
const MANY_DIGITS = /\d.*\d.*\d.*\d/

const EXPECTED: Readonly<Record<FieldType, string>> = {
  text: 'a string',
  content: 'a string',
  count: 'an integer from 0 to 2^53 - 1',
  millis: 'milliseconds from 0 up',
  number: 'a number from 0 up',
  flag: 'true or false',
  time: 'a time between 1970 and 9999 (Date, milliseconds or RFC 3339)',
  hex: 'lower-case hex digits, not all zero',
  texts: 'a list of strings',
  textMap: 'a map of string to string',
  countMap: 'a map of string to count',
  cutMap: 'a map of path to { length, sha256 }',
  choice: 'one of',
}

/** What `field` wants, in words. */
export function expectationOf(field: Field): string {
  if (field.choices !== undefined) return `one of ${[...field.choices.keys()].join(', ')}`
  return field.digits === undefined ? EXPECTED[field.type] : `${field.digits} ${EXPECTED[field.type]}`
}

/** @throws KansaError `KANSA_INVALID_EVENT` naming `path`, what was expected and what was found. */
export function checkField(field: Field, value: unknown, path: string): FieldValue {
  return acceptedValue(field, value, path) ?? refuse(path, expectationOf(field), value)
}

/** The value as stored, or `undefined` when it is not what the field wants. */
function acceptedValue(field: Field, value: unknown, path: string): FieldValue | undefined {
  switch (field.type) {
    case 'text':
    case 'content':
      return typeof value === 'string' ? wellFormed(value) : undefined
    case 'count':
      return isCount(value) ? positiveZero(value) : undefined
    case 'millis':
      return acceptedMillis(value)
    case 'number':
      return typeof value === 'number' && value >= 0 && value < Infinity ? positiveZero(value) : undefined
    case 'flag':
      return typeof value === 'boolean' ? value : undefined
    case 'time':
      return formatTime(checkMoment(value, path))
    case 'hex':
      return isHex(value, field.digits) ? value : undefined
    case 'texts':
      return Array.isArray(value) ? acceptedTexts(value, path) : undefined
    case 'textMap':
      return acceptedMap(value, path, 'a string', isText, wellFormed)
    case 'countMap':
      return acceptedMap(value, path, EXPECTED.count, isCount, positiveZero)
    case 'cutMap':
      return acceptedMap(value, path, '{ length, sha256 }', isCutField, ({ length, sha256 }) => ({ length, sha256 }))
    case 'choice':
      return typeof value === 'string' && field.choices?.has(value) === true ? value : undefined
  }
}

/** @throws KansaError always. */
export function refuse(path: string, expected: string, value: unknown): never {
  throw new KansaError('KANSA_INVALID_EVENT', `${path}: expected ${expected}, got ${shown(value)}`)
}

/** Milliseconds of a time input. @throws KansaError `KANSA_INVALID_EVENT` */
export function checkMoment(value: unknown, path: string): number {
  const isInput = typeof value === 'string' || typeof value === 'number' || value instanceof Date
  return (isInput ? parseTime(value) : undefined) ?? refuse(path, EXPECTED.time, value)
}

/** JSON knows no lone surrogates: they become U+FFFD, which is what every UTF-8 writer would make of them. */
function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed()
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isCutField(value: unknown): value is CutField {
  if (typeof value !== 'object' || value === null || !('length' in value) || !('sha256' in value)) return false
  return isCount(value.length) && typeof value.sha256 === 'string' && SHA_256.test(value.sha256)
}

/** -0 is written as 0 by JSON, so it is one. */
function positiveZero(value: number): number {
  return value === 0 ? 0 : value
}

function isHex(value: unknown, digits: number | undefined): value is string {
  return typeof value === 'string' && value.length === digits && HEX.test(value) && !ZERO.test(value)
}

function acceptedMillis(value: unknown): number | undefined {
  const rounded = typeof value === 'number' && value >= 0 ? Math.round(value) : value
  return isCount(rounded) ? positiveZero(rounded) : undefined
}

function acceptedTexts(items: readonly unknown[], path: string): string[] {
  return items.map((item, index) =>
    isText(item) ? wellFormed(item) : refuse(`${path}[${index}]`, EXPECTED.text, item),
  )
}

function acceptedMap<T, U>(
  value: unknown,
  path: string,
  expected: string,
  accepts: (item: unknown) => item is T,
  keep: (item: T) => U,
): Record<string, U> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const map: Record<string, U> = {}
  for (const key of Object.keys(value)) {
    const item: unknown = Reflect.get(value, key)
    if (!accepts(item)) return refuse(`${path}.${shownName(key)}`, expected, item)
    map[safeKey(key)] = keep(item)
  }
  return map
}

/**
 * Two keys cannot be stored as they are: assigning to `__proto__` would change the map's prototype instead of adding a
 * key (prototype pollution), and OpenTelemetry's SDK silently drops a whole map that has its own `constructor`.
 */
function safeKey(key: string): string {
  return key === '__proto__' || key === 'constructor' ? `[${key}]` : wellFormed(key)
}

/** A name that the caller gave, in a message: only where it looks like one. A whole text may have become a name. */
export function shownName(name: string): string {
  return PLAIN_NAME.test(name) && !MANY_DIGITS.test(name) ? name : `[name of ${name.length} characters]`
}

/** What was found, without its content: messages go to consoles, trackers and collectors, past all masking. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return `a string of ${value.length} characters`
  if (typeof value === 'boolean') return `${value} (boolean)`
  if (typeof value !== 'number' && typeof value !== 'bigint') return `a value of type ${typeof value}`
  const text = String(value)
  return text.length > SHOWN_DIGITS ? `a ${typeof value}` : `${text} (${typeof value})`
}
