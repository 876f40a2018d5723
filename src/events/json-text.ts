/**
 * Any value as JSON text, in bounded time and size. Tool parameters and outputs come from models, libraries and users:
 * cycles, throwing getters, a million keys or 50 MB in one string must neither stop the agent nor break the line. What
 * JSON cannot hold is replaced by a marker in square brackets; what is too long is cut, with its length and SHA-256.
 * Secrets are masked on the way, where the structure still tells them: what stands under a secret name is masked whole.
 */
import { createHash } from 'node:crypto'
import { isError, messageOf } from '../errors.ts'
import type { EventMasking } from './masking.ts'

/** Characters of a field that are looked at for secrets; what lies beyond is not stored. */
export const MAX_MASKED_CHARACTERS = 262_144
const MAX_CHARACTERS = 1_048_576
const MAX_VALUES = 10_000
const MAX_DEPTH = 64
const MAX_MESSAGE_CHARACTERS = 200
/** Of an object that holds one named value. */
const MAX_NAMED_MEMBERS = 6
/** Smaller numbers cannot be a secret by themselves. */
const MIN_MASKED_NUMBER = 1e11
/** Shorter names cannot hold a secret. */
const MIN_MASKED_NAME = 12
// Surrogates are rare and may be alone: JSON.stringify and toWellFormed see to them.
const NEEDS_ESCAPE = /["\\\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/
const LINE_SEPARATORS = /[\u2028\u2029]/g

/** `value` as JSON text; always valid JSON, never throws. */
export function jsonTextOf(value: unknown): string {
  return new JsonTextWriter().write(value)
}

/** A string as it stands, anything else as JSON text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : jsonTextOf(value)
}

/** A JSON string literal on one line for every reader: U+2028 and U+2029 end a line in some of them. */
export function quote(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) return `"${text}"`
  return escapeLineSeparators(JSON.stringify(text.toWellFormed()))
}

export function escapeLineSeparators(json: string): string {
  return json.replaceAll(LINE_SEPARATORS, separator => (separator === '\u2028' ? '\\u2028' : '\\u2029'))
}

export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

/** `text` up to `end`, never half a surrogate pair. */
export function sliceWhole(text: string, end: number): string {
  const last = text.charCodeAt(end - 1)
  return text.slice(0, end < text.length && last >= 0xd800 && last <= 0xdbff ? end - 1 : end)
}

/** A number of a JSON text that JavaScript cannot hold exactly: written as it stood. */
export class ExactNumber {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }
}

/** What only stands for a secret beside something else: `pass` beside a user, the data of a Kubernetes `Secret`. */
function secretByNeighbour(object: object, name: string): string {
  if (name === 'pass') return Object.hasOwn(object, 'user') ? 'password' : ''
  return (name === 'data' || name === 'stringData') && ownValue(object, 'kind') === 'Secret' ? 'secret' : ''
}

/** Runs no code of the caller's. */
function ownValue(object: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(object, name)?.value
}

/** One writer per text; its counters bound the work over the whole value. */
export class JsonTextWriter {
  /** Whether anything was masked. */
  hasMasked = false
  private readonly masking: EventMasking | undefined
  private readonly hasPaths: boolean
  private charactersLeft: number
  private valuesLeft = MAX_VALUES
  // No deeper than MAX_DEPTH, so a scan is cheaper than a set.
  private readonly ancestors: object[] = []
  /** Where the writer is; of the field only, where nobody asks for more. */
  private path: string
  /** The name that makes everything below it a secret; empty outside of such. */
  private secretName = ''

  constructor(masking?: EventMasking, path = '', maxCharacters?: number) {
    this.masking = masking
    this.hasPaths = masking?.hasPaths === true
    this.path = path
    this.charactersLeft = maxCharacters ?? (masking === undefined ? MAX_CHARACTERS : MAX_MASKED_CHARACTERS)
    if (this.hasPaths && masking?.isSecretPath(path) === true) this.secretName = path.slice(path.lastIndexOf('.') + 1)
  }

  write(value: unknown): string {
    this.valuesLeft--
    switch (typeof value) {
      case 'string':
        return this.text(value)
      case 'number':
        return this.number(value)
      case 'boolean':
        return value ? 'true' : 'false'
      case 'bigint':
        return this.secretName === '' ? `"[BigInt ${value}]"` : this.text(String(value))
      case 'undefined':
        return '"[undefined]"'
      case 'symbol':
        return this.text(`[${String(value)}]`)
      case 'function':
      case 'object':
        return value === null ? 'null' : this.guardedObject(value)
    }
  }

  private number(value: number): string {
    const text = Number.isFinite(value) ? String(value) : `[${value}]`
    if (this.secretName !== '') return this.text(text)
    // A card number is one as a number too.
    const masked = value >= MIN_MASKED_NUMBER ? this.masked(text, false) : text
    return masked === text && Number.isFinite(value) ? text : quote(masked)
  }

  private text(text: string): string {
    const left = this.charactersLeft
    if (text.length <= left) {
      this.charactersLeft = left - text.length
      return quote(this.masked(text, false))
    }
    this.charactersLeft = 0
    const kept = this.masked(sliceWhole(text, left), true)
    // Of what is not looked at no hash is stored either: it could be tried against guesses.
    const hash = sha256Hex(this.masking === undefined ? text : kept)
    return quote(`${kept}[cut: ${text.length} characters, SHA-256 ${hash}]`)
  }

  private masked(text: string, isCut: boolean): string {
    const { masking, secretName, path } = this
    if (masking === undefined || text === '') return text
    const masked = secretName === '' ? masking.maskText(text, path, isCut) : masking.maskWhole(text, secretName)
    if (masked !== text) this.hasMasked = true
    return masked
  }

  /** Getters, proxies and `toJSON` run the caller's code: whatever they throw becomes a marker. */
  private guardedObject(value: object): string {
    if (this.ancestors.includes(value)) return '"[circular]"'
    if (this.ancestors.length >= MAX_DEPTH) return '"[too deep]"'
    const depth = this.ancestors.push(value)
    const { path, secretName } = this
    try {
      return this.object(value)
    } catch (error) {
      return this.unreadable(error)
    } finally {
      this.ancestors.length = depth - 1
      this.path = path
      this.secretName = secretName
    }
  }

  private object(value: object): string {
    if (Object.getPrototypeOf(value) === Object.prototype && !('toJSON' in value)) return this.record(value)
    if (Array.isArray(value)) return this.list(value, value.length)
    if (value instanceof Date) return this.text(Number.isNaN(value.getTime()) ? '[invalid date]' : value.toISOString())
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `"[${value.byteLength} bytes]"`
    if (value instanceof Map || value instanceof Set) return this.list(value, value.size)
    if (value instanceof Headers) return this.record(Object.fromEntries(value))
    if (value instanceof ExactNumber) return this.secretName === '' ? value.source : this.text(value.source)
    if (isError(value)) return this.record({ name: value.name, message: value.message })
    if (value instanceof RegExp) return this.text(String(value))
    if (typeof value === 'function') return this.text(`[Function ${value.name || 'anonymous'}]`)
    if ('toJSON' in value && typeof value.toJSON === 'function') return this.write(value.toJSON())
    return this.record(value)
  }

  private list(values: Iterable<unknown>, size: number): string {
    const secretOfPair = this.masking === undefined ? '' : this.secretOfPair(values)
    const { path, secretName } = this
    const parts: string[] = []
    for (const item of values) {
      if (this.exhausted()) {
        parts.push(`"[${size - parts.length} more]"`)
        break
      }
      this.secretName = parts.length === 1 && secretOfPair !== '' ? secretOfPair : secretName
      if (this.hasPaths) this.enterPath(path, String(parts.length))
      parts.push(this.write(item))
    }
    return `[${parts.join(',')}]`
  }

  /** Headers and maps are written as pairs of name and value: the name that makes a value secret is beside it. */
  private secretOfPair(values: Iterable<unknown>): string {
    if (this.secretName !== '' || !Array.isArray(values) || values.length !== 2) return ''
    const [name]: readonly unknown[] = values
    return typeof name === 'string' && this.masking?.isSecretName(name) === true ? name : ''
  }

  private record(value: object): string {
    const names = Object.keys(value)
    const { path, secretName } = this
    const secretOfValue = this.masking === undefined || secretName !== '' ? '' : this.secretOfNamed(value, names)
    let json = ''
    let count = 0
    for (const name of names) {
      const separator = json === '' ? '{' : ','
      if (this.exhausted()) {
        json += `${separator}"[more]":${names.length - count}`
        break
      }
      count++
      if (this.masking !== undefined) this.enterMember(path, secretName, name, secretOfValue, value)
      // Before the value, which may use up all the room.
      const key = this.name(name)
      const written = this.property(value, name)
      if (written !== undefined) json += `${separator}${key}:${written}`
    }
    return json === '' ? '{}' : `${json}}`
  }

  private enterMember(path: string, secretName: string, name: string, secretOfValue: string, object: object): void {
    this.secretName = secretName
    if (this.hasPaths) this.enterPath(path, name)
    if (this.secretName !== '') return
    if (this.masking?.isSecretName(name) === true) this.secretName = name
    else if (name === 'value') this.secretName = secretOfValue
    else this.secretName = secretByNeighbour(object, name)
  }

  private enterPath(path: string, name: string): void {
    this.path = `${path}.${name}`
    if (this.secretName === '' && this.masking?.isSecretPath(this.path) === true) this.secretName = name
  }

  /** `{ name: 'authorization', value: … }`, as many programs write headers and environments. */
  private secretOfNamed(value: object, names: readonly string[]): string {
    if (names.length < 2 || names.length > MAX_NAMED_MEMBERS || !names.includes('value')) return ''
    const key = names.includes('name') ? 'name' : 'key'
    const name = ownValue(value, key)
    return typeof name === 'string' && this.masking?.isSecretName(name) === true ? name : ''
  }

  private name(name: string): string {
    const { secretName } = this
    // A name is never masked whole: it is not what is under it.
    this.secretName = ''
    const isShort = name.length < MIN_MASKED_NAME && name.length <= this.charactersLeft
    if (isShort) this.charactersLeft -= name.length
    const written = isShort ? quote(name) : this.text(name)
    this.secretName = secretName
    return written
  }

  private property(value: object, name: string): string | undefined {
    try {
      const item: unknown = Reflect.get(value, name)
      return item === undefined ? undefined : this.write(item)
    } catch (error) {
      return this.unreadable(error)
    }
  }

  private exhausted(): boolean {
    return this.valuesLeft <= 0 || this.charactersLeft <= 0
  }

  private unreadable(error: unknown): string {
    const message = sliceWhole(messageOf(error), MAX_MESSAGE_CHARACTERS)
    return quote(`[unreadable: ${this.masked(message, message.length === MAX_MESSAGE_CHARACTERS)}]`)
  }
}
