/**
 * Any value as JSON text, in bounded time and size. Tool parameters and outputs come from models, libraries and users:
 * cycles, throwing getters, a million keys or 50 MB in one string must neither stop the agent nor break the line. What
 * JSON cannot hold is replaced by a marker in square brackets; what is too long is cut, with its length and SHA-256.
 */
import { createHash } from 'node:crypto'
import { messageOf } from '../errors.ts'

const MAX_CHARACTERS = 1_048_576
const MAX_VALUES = 10_000
const MAX_DEPTH = 64
const MAX_MESSAGE_CHARACTERS = 200
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

// One writer per text; its counters bound the work over the whole value.
class JsonTextWriter {
  private charactersLeft = MAX_CHARACTERS
  private valuesLeft = MAX_VALUES
  // No deeper than MAX_DEPTH, so a scan is cheaper than a set.
  private readonly ancestors: object[] = []

  write(value: unknown): string {
    this.valuesLeft--
    switch (typeof value) {
      case 'string':
        return this.text(value)
      case 'number':
        return Number.isFinite(value) ? String(value) : `"[${value}]"`
      case 'boolean':
        return value ? 'true' : 'false'
      case 'bigint':
        return `"[BigInt ${value}]"`
      case 'undefined':
        return '"[undefined]"'
      case 'symbol':
        return quote(`[${String(value)}]`)
      case 'function':
      case 'object':
        return value === null ? 'null' : this.guardedObject(value)
    }
  }

  private text(text: string): string {
    if (text.length <= this.charactersLeft) {
      this.charactersLeft -= text.length
      return quote(text)
    }
    const kept = sliceWhole(text, this.charactersLeft)
    this.charactersLeft = 0
    return quote(`${kept}[cut: ${text.length} characters, SHA-256 ${sha256Hex(text)}]`)
  }

  /** Getters, proxies and `toJSON` run the caller's code: whatever they throw becomes a marker. */
  private guardedObject(value: object): string {
    if (this.ancestors.includes(value)) return '"[circular]"'
    if (this.ancestors.length >= MAX_DEPTH) return '"[too deep]"'
    const depth = this.ancestors.push(value)
    try {
      return this.object(value)
    } catch (error) {
      return unreadable(error)
    } finally {
      this.ancestors.length = depth - 1
    }
  }

  private object(value: object): string {
    if (Object.getPrototypeOf(value) === Object.prototype && !('toJSON' in value)) return this.record(value)
    if (Array.isArray(value)) return this.list(value, value.length)
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? '"[invalid date]"' : `"${value.toISOString()}"`
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `"[${value.byteLength} bytes]"`
    if (value instanceof Map || value instanceof Set) return this.list(value, value.size)
    if (value instanceof Error) return this.write({ name: value.name, message: value.message })
    if (value instanceof RegExp) return quote(String(value))
    if (typeof value === 'function') return quote(`[Function ${value.name || 'anonymous'}]`)
    if ('toJSON' in value && typeof value.toJSON === 'function') return this.write(value.toJSON())
    return this.record(value)
  }

  private list(values: Iterable<unknown>, size: number): string {
    const parts: string[] = []
    for (const item of values) {
      if (this.exhausted()) {
        parts.push(`"[${size - parts.length} more]"`)
        break
      }
      parts.push(this.write(item))
    }
    return `[${parts.join(',')}]`
  }

  private record(value: object): string {
    const names = Object.keys(value)
    let json = ''
    let count = 0
    for (const name of names) {
      const separator = json === '' ? '{' : ','
      if (this.exhausted()) {
        json += `${separator}"[more]":${names.length - count}`
        break
      }
      count++
      const written = this.property(value, name)
      if (written !== undefined) json += `${separator}${this.text(name)}:${written}`
    }
    return json === '' ? '{}' : `${json}}`
  }

  private property(value: object, name: string): string | undefined {
    try {
      const item: unknown = Reflect.get(value, name)
      return item === undefined ? undefined : this.write(item)
    } catch (error) {
      return unreadable(error)
    }
  }

  private exhausted(): boolean {
    return this.valuesLeft <= 0 || this.charactersLeft <= 0
  }
}

function unreadable(error: unknown): string {
  return quote(`[unreadable: ${sliceWhole(messageOf(error), MAX_MESSAGE_CHARACTERS)}]`)
}
