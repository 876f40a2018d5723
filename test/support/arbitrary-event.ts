// Random valid events, straight from the field table: a new field is covered as soon as it has its row.
import fc from 'fast-check'
import { completeEvent } from '../../src/events/build-event.ts'
import type { Field } from '../../src/events/field.ts'
import { ENVELOPE, KINDS } from '../../src/events/field-table.ts'
import type { AuditEvent, AuditEventKind } from '../../src/events/kinds.ts'
import { formatTime } from '../../src/events/timestamp.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', 'OpenAI', 'openai', 'Bedrock', 'permission_denied', 'PermissionDenied', '\u2028', '𝕏'),
)
const key = fc.string({ minLength: 1, maxLength: 12 }).filter(name => !['__proto__', 'constructor'].includes(name))
const count = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER))
const time = fc.integer({ min: 0, max: 253_402_300_799_999 }).map(formatTime)
const hash = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 })

function hex(digits: number): fc.Arbitrary<string> {
  return fc
    .string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: digits, maxLength: digits })
    .filter(value => !/^0+$/.test(value))
}

function valueOf(field: Field): fc.Arbitrary<unknown> {
  switch (field.type) {
    case 'text':
    case 'content':
      return text
    case 'count':
    case 'millis':
      return field.name === 'trace_flags' ? fc.integer({ min: 0, max: 255 }) : count
    case 'number':
      return fc.double({ min: 0, max: 1e12, noNaN: true, noDefaultInfinity: true })
    case 'flag':
      return fc.boolean()
    case 'time':
      return time
    case 'hex':
      return hex(field.digits ?? 0)
    case 'texts':
      return fc.array(text, { maxLength: 4 })
    case 'textMap':
      return fc.dictionary(key, text, { maxKeys: 4, noNullPrototype: true })
    case 'countMap':
      return fc.dictionary(key, count, { maxKeys: 3, noNullPrototype: true })
    case 'cutMap':
      return fc.dictionary(key, fc.record({ length: count, sha256: hash }), { maxKeys: 3, noNullPrototype: true })
    case 'choice':
      return fc.constantFrom(...(field.choices?.keys() ?? []))
  }
}

function recordOf(fields: readonly Field[]): fc.Arbitrary<Record<string, unknown>> {
  const model = Object.fromEntries(fields.map(field => [field.name, valueOf(field)]))
  return fc.record(model, { requiredKeys: fields.filter(field => field.required).map(field => field.name) })
}

function arbitraryOf(kind: AuditEventKind): fc.Arbitrary<AuditEvent> {
  return fc
    .tuple(fc.uuid({ version: 7 }), time, text, recordOf(KINDS[kind].fields), recordOf(ENVELOPE))
    .map(([id, timestamp, actor, data, envelope]) =>
      completeEvent({ id, timestamp, actor_id: actor, event_type: { type: kind, data }, ...envelope }),
    )
}

/** Any valid event of any kind. */
export const arbitraryEvent: fc.Arbitrary<AuditEvent> = fc.oneof(
  arbitraryOf('AgentExecution'),
  arbitraryOf('ApiCall'),
  arbitraryOf('ToolCall'),
  arbitraryOf('TokenUsage'),
  arbitraryOf('Security'),
)

/** More runs for a nightly check: `SLOW=1`. */
export const RUNS = process.env['SLOW'] === '1' ? 5000 : 300
