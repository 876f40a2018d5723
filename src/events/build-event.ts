/** From what a caller hands in to a complete event: checked, in line order, with defaults from its surroundings. */
import { KansaError, messageOf } from '../errors.ts'
import { checkField, checkMoment, expectationOf, refuse } from './check-field.ts'
import { DERIVE } from './derive-data.ts'
import type { InputByKind } from './derive-data.ts'
import { newEventId } from './event-id.ts'
import { DEFAULT_LIMITS, NOWHERE } from './event-settings.ts'
import type { EventLimits, EventSurroundings } from './event-settings.ts'
import type { Field } from './field.ts'
import { ENVELOPE, KINDS, isKind } from './field-table.ts'
import { charactersOf, fitEvent, mayExceed } from './fit-size.ts'
import type { AuditEvent, AuditEventKind, AuditEventType } from './kinds.ts'
import { formatTime } from './timestamp.ts'

/** Names that may be given; true for those of the envelope. */
type KnownNames = ReadonlyMap<string, boolean>

const WRITTEN_BY_KANSA = new Set(['observed_timestamp', 'cut', 'redacted', 'capture', 'seq'])
const ENVELOPE_INPUTS: readonly Field[] = ENVELOPE.filter(field => !WRITTEN_BY_KANSA.has(field.name))
const EVENT_NAMES: KnownNames = new Map(
  ['id', 'timestamp', 'actor_id', 'event_type', ...ENVELOPE.map(field => field.name)].map(name => [name, false]),
)
const DATA_NAMES: Readonly<Record<AuditEventKind, KnownNames>> = {
  AgentExecution: dataNames('AgentExecution'),
  ApiCall: dataNames('ApiCall'),
  ToolCall: dataNames('ToolCall'),
  TokenUsage: dataNames('TokenUsage'),
  Security: dataNames('Security'),
}
const INPUT_NAMES: Readonly<Record<AuditEventKind, KnownNames>> = {
  AgentExecution: inputNames('AgentExecution'),
  ApiCall: inputNames('ApiCall'),
  ToolCall: inputNames('ToolCall'),
  TokenUsage: inputNames('TokenUsage'),
  Security: inputNames('Security'),
}

/** The fields that name the actor where neither the caller nor a run does. */
const ACTOR_FIELDS: Readonly<Record<AuditEventKind, readonly string[]>> = {
  AgentExecution: ['agent_name'],
  ApiCall: ['provider', 'model'],
  ToolCall: ['tool_name'],
  TokenUsage: ['entity_id'],
  Security: ['source'],
}

/**
 * Builds an event of `kind` from its input.
 * @throws KansaError `KANSA_INVALID_EVENT` naming the input field, what was expected and what was found.
 */
export function buildEvent<K extends AuditEventKind>(
  kind: K,
  input: InputByKind[K],
  surroundings: EventSurroundings = NOWHERE,
  limits: EventLimits = DEFAULT_LIMITS,
  nowMillis: number = Date.now(),
): AuditEvent {
  try {
    return buildUnguarded(kind, input, surroundings, limits, nowMillis)
  } catch (error) {
    throw asInvalidEvent(error)
  }
}

function buildUnguarded<K extends AuditEventKind>(
  kind: K,
  input: InputByKind[K],
  surroundings: EventSurroundings,
  limits: EventLimits,
  nowMillis: number,
): AuditEvent {
  if (!isRecord(input)) return refuse('input', 'an object', input)
  const hasEnvelope = refuseUnknown(input, INPUT_NAMES[kind])
  const given: unknown = input.timestamp
  const timeMillis = given === undefined ? nowMillis : checkMoment(given, 'timestamp')
  const source = DERIVE[kind](input, { timeMillis, surroundings, limits })
  const data: OpenData = {}
  let characters = addFields(data, KINDS[kind].fields, 'input', source)
  const event: OpenEvent = {
    id: newEventId(nowMillis),
    timestamp: formatTime(timeMillis),
    actor_id: checkedText(input.actorId ?? surroundings.agentName ?? defaultActor(kind, data), 'actorId'),
    event_type: { type: kind, data },
  }
  if (given !== undefined) event['observed_timestamp'] = formatTime(nowMillis)
  if (hasEnvelope || surroundings !== NOWHERE) {
    characters += addFields(event, ENVELOPE_INPUTS, 'input', withLabels(input, surroundings), surroundings)
  }
  if (limits.capture !== DEFAULT_LIMITS.capture) event['capture'] = limits.capture
  return fitted(event, characters, limits)
}

/**
 * Builds an event from complete data in line form (snake_case).
 * @throws KansaError `KANSA_INVALID_EVENT`
 */
export function createAuditEvent(actorId: string, eventType: AuditEventType): AuditEvent {
  const nowMillis = Date.now()
  return completeEvent({ id: newEventId(nowMillis), timestamp: nowMillis, actor_id: actorId, event_type: eventType })
}

/**
 * A checked copy of anything that should be an event, in line order, completed from its surroundings.
 * @throws KansaError `KANSA_INVALID_EVENT`
 */
export function completeEvent(
  event: unknown,
  surroundings: EventSurroundings = NOWHERE,
  limits: EventLimits = DEFAULT_LIMITS,
): AuditEvent {
  try {
    return completeUnguarded(event, surroundings, limits)
  } catch (error) {
    throw asInvalidEvent(error)
  }
}

function completeUnguarded(event: unknown, surroundings: EventSurroundings, limits: EventLimits): AuditEvent {
  if (!isRecord(event)) return refuse('event', 'an object', event)
  refuseUnknown(event, EVENT_NAMES)
  const id = checkedText(event['id'], 'id')
  const timestamp = formatTime(checkMoment(event['timestamp'], 'timestamp'))
  const actor = checkedText(event['actor_id'], 'actor_id')
  const { type, source } = eventTypeOf(event['event_type'])
  const data: OpenData = {}
  let characters = addFields(data, KINDS[type].fields, 'name', source, NOWHERE, 'data.')
  const complete: OpenEvent = { id, timestamp, actor_id: actor, event_type: { type, data } }
  characters += addFields(complete, ENVELOPE, 'name', withLabels(event, surroundings), surroundings)
  return fitted(complete, characters, limits)
}

/** Checked values under the names of the line, while an event is put together. */
type OpenData = Record<string, unknown>
interface OpenEvent extends OpenData {
  event_type: { type: AuditEventKind; data: OpenData }
}

type Readable = Readonly<Record<string, unknown>>

function isRecord(value: unknown): value is Readable {
  return typeof value === 'object' && value !== null
}

/**
 * Copies checked fields in table order; what `source` lacks may come from `fallback`. Returns the number of characters
 * in them.
 */
function addFields(
  target: OpenData,
  fields: readonly Field[],
  naming: 'input' | 'name',
  source: Readable,
  fallback: Readable = NOWHERE,
  prefix = '',
): number {
  let characters = 0
  for (const field of fields) {
    const key = field[naming]
    const value = source[key] ?? (fallback === NOWHERE ? undefined : fallback[field.input])
    if (value !== undefined && value !== null) {
      const checked = checkField(field, value, prefix + key)
      target[field.name] = checked
      characters += charactersOf(checked)
    } else if (field.required) refuse(prefix + key, expectationOf(field), undefined)
  }
  return characters
}

function eventTypeOf(eventType: unknown): { type: AuditEventKind; source: Readable } {
  if (!isRecord(eventType)) return refuse('event_type', 'an object with type and data', eventType)
  const { type, data: source } = eventType
  if (!isKind(type)) return refuse('event_type.type', `one of ${Object.keys(KINDS).join(', ')}`, type)
  if (!isRecord(source)) return refuse('data', 'an object', source)
  refuseUnknown(source, DATA_NAMES[type], 'data.')
  return { type, source }
}

function checkedText(value: unknown, path: string): string {
  return typeof value === 'string' ? value.toWellFormed() : refuse(path, 'a string', value)
}

function defaultActor(kind: AuditEventKind, data: OpenData): string {
  return ACTOR_FIELDS[kind].map(name => String(data[name])).join('/')
}

/** Labels add up; every other field of the surroundings is a default only. */
function withLabels(given: Readable, surroundings: EventSurroundings): Readable {
  const { labels } = given
  if (surroundings.labels === undefined || typeof labels !== 'object' || labels === null) return given
  return { ...given, labels: { ...surroundings.labels, ...labels } }
}

/**
 * A misspelt field would be lost silently; it is refused by name instead. Returns whether any field of the envelope is
 * among the given.
 */
function refuseUnknown(given: Readable, known: KnownNames, prefix = ''): boolean {
  let hasEnvelope = false
  for (const key in given) {
    const isEnvelope = known.get(key)
    if (isEnvelope === true) hasEnvelope = true
    else if (isEnvelope === undefined && Object.hasOwn(given, key) && given[key] !== undefined) {
      const names = [...known.keys()].join(', ')
      throw new KansaError('KANSA_INVALID_EVENT', `${prefix}${key}: unknown field; known are ${names}`)
    }
  }
  return hasEnvelope
}

function dataNames(kind: AuditEventKind): KnownNames {
  return new Map(KINDS[kind].fields.map(field => [field.name, false]))
}

function inputNames(kind: AuditEventKind): KnownNames {
  const names = ['actorId', 'timestamp', ...KINDS[kind].fields.map(field => field.input)]
  return new Map([
    ...names.map((name): [string, boolean] => [name, false]),
    ...ENVELOPE_INPUTS.map((field): [string, boolean] => [field.input, true]),
  ])
}

/** Input objects whose own getters throw are malformed events, not crashes of the logger. */
function asInvalidEvent(error: unknown): KansaError {
  if (error instanceof KansaError) return error
  return new KansaError('KANSA_INVALID_EVENT', `the event cannot be read: ${messageOf(error)}`, { cause: error })
}

function fitted(event: OpenEvent, characters: number, limits: EventLimits): AuditEvent {
  const whole = checked(event)
  const all = characters + whole.id.length + whole.actor_id.length
  return mayExceed(all, limits.maxEventBytes) ? fitEvent(whole, limits.maxEventBytes) : whole
}

/** The compiler cannot follow a table: this is the one place that says that every value went through `checkField`. */
function isChecked(event: OpenEvent): event is OpenEvent & AuditEvent {
  return isKind(event.event_type.type)
}

function checked(event: OpenEvent): AuditEvent {
  return isChecked(event) ? event : refuse('event_type.type', 'a known kind', event.event_type.type)
}
