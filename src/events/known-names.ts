/** The names that inputs and events may have; a misspelt field would be lost silently. */
import { KansaError } from '../errors.ts'
import { shownName } from './check-field.ts'
import type { Field } from './field.ts'
import { ENVELOPE, KINDS } from './field-table.ts'
import type { AuditEventKind } from './kinds.ts'

/** True for names of the envelope. */
export type KnownNames = ReadonlyMap<string, boolean>

const WRITTEN_BY_KANSA = new Set(['observed_timestamp', 'cut', 'redacted', 'capture', 'seq'])

/** The fields around the data that a caller of `logX` may give. */
export const ENVELOPE_INPUTS: readonly Field[] = ENVELOPE.filter(field => !WRITTEN_BY_KANSA.has(field.name))
export const EVENT_NAMES: KnownNames = new Map(
  ['id', 'timestamp', 'actor_id', 'event_type', ...ENVELOPE.map(field => field.name)].map(name => [name, false]),
)

export function dataNames(kind: AuditEventKind): KnownNames {
  return new Map(KINDS[kind].fields.map(field => [field.name, false]))
}

export function inputNames(kind: AuditEventKind): KnownNames {
  const names = ['actorId', 'timestamp', ...KINDS[kind].fields.map(field => field.input)]
  return new Map([
    ...names.map((name): [string, boolean] => [name, false]),
    ...ENVELOPE_INPUTS.map((field): [string, boolean] => [field.input, true]),
  ])
}

/**
 * Returns whether any field of the envelope is among the given.
 * @throws KansaError `KANSA_INVALID_EVENT` for a name that is not known
 */
export function refuseUnknown(given: Readonly<Record<string, unknown>>, known: KnownNames, prefix = ''): boolean {
  let hasEnvelope = false
  for (const key in given) {
    const isEnvelope = known.get(key)
    if (isEnvelope === true) hasEnvelope = true
    else if (isEnvelope === undefined && Object.hasOwn(given, key) && given[key] !== undefined) {
      const names = [...known.keys()].join(', ')
      throw new KansaError('KANSA_INVALID_EVENT', `${prefix}${shownName(key)}: unknown field; known are ${names}`)
    }
  }
  return hasEnvelope
}
