/**
 * Keeps a line within `maxEventBytes`. The event keeps its shape: the longest fields are cut, each listed in `cut` with
 * its original length and the SHA-256 of the whole masked text. Room is shared by water-filling, so short fields stay whole.
 */
import type { Field } from './field.ts'
import { ENVELOPE, KINDS } from './field-table.ts'
import { escapeLineSeparators, sha256Hex, sliceWhole } from './json-text.ts'
import type { AuditEvent, CutField } from './kinds.ts'
import { cutMasked } from './preview.ts'

/** JSON writes a control character as six bytes; nothing takes more per UTF-16 unit. */
const MAX_BYTES_PER_CHARACTER = 6
/** Everything on a line that is no text: names, numbers, times. */
const FIXED_BYTES = 3000
const BYTES_PER_CUT_ENTRY = 160
const MIN_FIELD_BYTES = 64
const MAX_ENTRIES = 1000

type Cuttable = string | readonly string[] | Readonly<Record<string, string>>

interface LongField {
  readonly path: string
  readonly target: object
  readonly name: string
  readonly value: Cuttable
  readonly bytes: number
}

/** False only where a line of so many characters is certain to fit. */
export function mayExceed(characters: number, maxEventBytes: number): boolean {
  return characters * MAX_BYTES_PER_CHARACTER + FIXED_BYTES > maxEventBytes
}

/** Characters of a field's texts; numbers and flags are part of the fixed bytes of a line. */
export function charactersOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 0
  let characters = 0
  for (const key in value) {
    const item: unknown = Reflect.get(value, key)
    characters += key.length + (typeof item === 'string' ? item.length : BYTES_PER_CUT_ENTRY)
  }
  return characters
}

/** The event, with its longest fields cut where its line would be longer than `maxEventBytes`. */
export function fitEvent(event: AuditEvent, maxEventBytes: number): AuditEvent {
  const total = bytesOf(event)
  if (total <= maxEventBytes) return event
  const fields = cuttableFields(event)
  const fixed = total - sum(fields.map(field => field.bytes)) + fields.length * BYTES_PER_CUT_ENTRY
  const share = shareOf(fields, maxEventBytes - fixed)
  const cut: Record<string, CutField> = { ...event.cut }
  for (const field of fields) {
    if (field.bytes <= share) continue
    const whole = typeof field.value === 'string' ? field.value : JSON.stringify(field.value)
    Reflect.set(field.target, field.name, cutValue(field.value, share))
    // What was cut before, it was of the original.
    cut[field.path] ??= { length: whole.length, sha256: sha256Hex(whole) }
  }
  return withCut(event, cut)
}

/** `cut` has its place in the line order, before the fields that follow it in the table. */
function withCut(event: AuditEvent, cut: Record<string, CutField>): AuditEvent {
  const { redacted, capture, ...before } = event
  return { ...before, cut, ...(redacted && { redacted }), ...(capture && { capture }) }
}

function cuttableFields(event: AuditEvent): LongField[] {
  const { type, data } = event.event_type
  return [
    ...longFields([{ name: 'actor_id', type: 'text' }], event, ''),
    ...longFields(KINDS[type].fields, data, 'data.'),
    ...longFields(ENVELOPE, event, ''),
  ]
}

function longFields(fields: readonly Pick<Field, 'name' | 'type'>[], target: object, prefix: string): LongField[] {
  return fields.flatMap(({ name }) => {
    const value: unknown = Reflect.get(target, name)
    if (!isCuttable(value) || name === 'trace_id' || name === 'span_id') return []
    return [{ path: prefix + name, target, name, value, bytes: bytesOf(value) }]
  })
}

function isCuttable(value: unknown): value is Cuttable {
  if (typeof value === 'string') return value.length > MIN_FIELD_BYTES
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).every(key => typeof Reflect.get(value, key) === 'string')
  )
}

/** The number of bytes that each field may have so that all together have no more than `room`. */
function shareOf(fields: readonly LongField[], room: number): number {
  let left = room
  const ascending = fields.map(field => field.bytes).toSorted((a, b) => a - b)
  for (const [index, bytes] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - index))
    if (bytes > share) return Math.max(share, MIN_FIELD_BYTES)
    left -= bytes
  }
  return Infinity
}

function cutValue(value: Cuttable, maxBytes: number): Cuttable {
  if (typeof value === 'string') return cutText(value, maxBytes)
  return isTexts(value)
    ? cutEntries(value.entries(), maxBytes).map(([, text]) => text)
    : Object.fromEntries(cutEntries(Object.entries(value), maxBytes))
}

function isTexts(value: Cuttable): value is readonly string[] {
  return Array.isArray(value)
}

/** The first entries, each with its part of the room. */
function cutEntries<Key extends string | number>(entries: Iterable<[Key, string]>, maxBytes: number): [Key, string][] {
  const all = [...entries]
  const perEntry = Math.max(MIN_FIELD_BYTES, Math.floor(maxBytes / Math.min(all.length, MAX_ENTRIES)))
  const kept: [Key, string][] = []
  let left = maxBytes
  for (const [key, text] of all) {
    const keyBytes = bytesOf(String(key)) + 2
    const part = cutText(text, Math.min(perEntry, left) - keyBytes)
    left -= keyBytes + bytesOf(part)
    if (left < 0 || kept.length === MAX_ENTRIES) break
    kept.push([key, part])
  }
  return kept
}

/** The longest beginning of `text` whose JSON literal has no more than `maxBytes`. */
function cutText(text: string, maxBytes: number): string {
  if (text.length <= maxBytes && bytesOf(text) <= maxBytes) return text
  let low = 0
  let high = Math.min(text.length, Math.max(0, maxBytes))
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (bytesOf(sliceWhole(text, middle)) <= maxBytes) low = middle
    else high = middle - 1
  }
  return cutMasked(text, low)
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(escapeLineSeparators(JSON.stringify(value)), 'utf8')
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
