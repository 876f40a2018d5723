/**
 * From what a caller hands in to a complete event: checked, masked, in line order, with defaults from its surroundings.
 * Nothing that leaves here holds a secret that the masker knows: journal, destinations and messages see no more.
 */
import { isError, KansaError } from '../errors.ts'
import { captureLevelOf, DEFAULT_CAPTURE } from './capture.ts'
import { checkMoment, refuse } from './check-field.ts'
import { FieldCopier } from './copy-fields.ts'
import type { OpenData, Readable } from './copy-fields.ts'
import { COPY_INPUT, copyInputEnvelope } from './copy-input.ts'
import { COPY_LINE, copyLineEnd, copyLineEnvelope } from './copy-line.ts'
import { DERIVE } from './derive-data.ts'
import type { InputByKind } from './derive-data.ts'
import { newEventId } from './event-id.ts'
import { AS_THEY_ARE, DEFAULT_LIMITS, NOWHERE } from './event-settings.ts'
import type { EventLimits, EventSurroundings } from './event-settings.ts'
import { KINDS, isKind } from './field-table.ts'
import { charactersOf, fitEvent, mayExceed } from './fit-size.ts'
import type { AuditEvent, AuditEventKind, AuditEventType, CaptureLevel } from './kinds.ts'
import { dataNames, EVENT_NAMES, inputNames, refuseUnknown } from './known-names.ts'
import type { KnownNames } from './known-names.ts'
import { TextMasking } from './text-masking.ts'
import { formatTime } from './timestamp.ts'

type ActorFields = readonly [first: string, second?: string]

/** Known of each kind before there is any event. */
interface KindPlan {
  readonly inputNames: KnownNames
  readonly dataNames: KnownNames
  /** The fields that name the actor where neither the caller nor a run does. */
  readonly actorFields: ActorFields
}

const PLANS: Readonly<Record<AuditEventKind, KindPlan>> = {
  AgentExecution: planOf('AgentExecution', 'agent_name'),
  ApiCall: planOf('ApiCall', 'provider', 'model'),
  ToolCall: planOf('ToolCall', 'tool_name'),
  TokenUsage: planOf('TokenUsage', 'entity_id'),
  Security: planOf('Security', 'source'),
}
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

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
  const plan = PLANS[kind]
  const hasEnvelope = refuseUnknown(input, plan.inputNames)
  const given: unknown = input.timestamp
  const timeMillis = given === undefined ? nowMillis : checkMoment(given, 'timestamp')
  const capture = captureLevelOf(limits.capture ?? DEFAULT_CAPTURE, kind, Reflect.get(input, 'toolName'))
  const masking = new TextMasking(limits.masker)
  const copier = new FieldCopier(masking, capture, limits.previewLength)
  const data: OpenData = {}
  const derived = DERIVE[kind](input, { timeMillis, surroundings, limits, capture, masking })
  COPY_INPUT[kind](copier, data, input, derived)
  const actor = input.actorId ?? surroundings.agentName
  const event: OpenEvent = {
    id: newEventId(nowMillis),
    timestamp: formatTime(timeMillis),
    actor_id: actor === undefined ? defaultActor(plan, data) : masking.name(checkedText(actor, 'actorId'), 'actor_id'),
    event_type: { type: kind, data },
  }
  if (given !== undefined) event['observed_timestamp'] = formatTime(nowMillis)
  if (hasEnvelope || surroundings !== NOWHERE) {
    copyInputEnvelope(copier, event, withLabels(input, surroundings), surroundings)
  }
  const { cut, counts } = masking
  if (cut !== undefined) event['cut'] = cut
  if (counts !== undefined) event['redacted'] = { ...counts }
  if (capture !== DEFAULT_CAPTURE) event['capture'] = capture
  return fitted(event, copier.characters + charactersOf(cut) + charactersOf(counts), limits)
}

/**
 * Builds an event from complete data in line form (snake_case). It is masked and limited by the logger that records it.
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
  limits: EventLimits = AS_THEY_ARE,
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
  const capture = limits.capture && captureLevelOf(limits.capture, type, source['tool_name'])
  const masking = new TextMasking(limits.masker)
  const copier = new FieldCopier(masking, capture, limits.previewLength)
  const data: OpenData = {}
  COPY_LINE[type](copier, data, source, NOWHERE)
  const complete: OpenEvent = {
    id: UUID.test(id) ? id : masking.text(id, 'id'),
    timestamp,
    actor_id: masking.name(actor, 'actor_id'),
    event_type: { type, data },
  }
  copyLineEnvelope(copier, complete, withLabels(event, surroundings), surroundings)
  const last: OpenData = {}
  copyLineEnd(copier, last, event)
  addLast(complete, last, masking, capture)
  return fitted(complete, copier.characters + charactersOf(masking.cut) + charactersOf(masking.counts), limits)
}

/** What an event has been cut and masked by before stays said: it may come from another logger. */
function addLast(event: OpenData, last: OpenData, masking: TextMasking, capture: CaptureLevel | undefined): void {
  const cut = { ...masking.cut, ...mapOf(last['cut']) }
  const redacted = { ...mapOf(last['redacted']) }
  for (const [kind, count] of Object.entries(masking.counts ?? {})) redacted[kind] = Number(redacted[kind] ?? 0) + count
  if (Object.keys(cut).length > 0 || last['cut'] !== undefined) event['cut'] = cut
  if (Object.keys(redacted).length > 0 || last['redacted'] !== undefined) event['redacted'] = redacted
  const level = levelInForce(last['capture'], capture)
  if (level !== undefined) event['capture'] = level
  if (last['seq'] !== undefined) event['seq'] = last['seq']
}

/** The lower one of what was captured and what may be stored; what is usual is not said. */
function levelInForce(given: unknown, capture: CaptureLevel | undefined): unknown {
  if (capture === undefined || given === 'metadata') return given
  if (capture === 'full') return given ?? capture
  return capture === DEFAULT_CAPTURE ? undefined : capture
}

interface OpenEvent extends OpenData {
  event_type: { type: AuditEventKind; data: OpenData }
}

function isRecord(value: unknown): value is Readable {
  return typeof value === 'object' && value !== null
}

function mapOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? { ...value } : {}
}

function planOf(kind: AuditEventKind, ...actorFields: ActorFields): KindPlan {
  return {
    inputNames: inputNames(kind),
    dataNames: dataNames(kind),
    actorFields,
  }
}

function eventTypeOf(eventType: unknown): { type: AuditEventKind; source: Readable } {
  if (!isRecord(eventType)) return refuse('event_type', 'an object with type and data', eventType)
  const { type, data: source } = eventType
  if (!isKind(type)) return refuse('event_type.type', `one of ${Object.keys(KINDS).join(', ')}`, type)
  if (!isRecord(source)) return refuse('data', 'an object', source)
  refuseUnknown(source, PLANS[type].dataNames, 'data.')
  return { type, source }
}

function checkedText(value: unknown, path: string): string {
  return typeof value === 'string' ? value.toWellFormed() : refuse(path, 'a string', value)
}

function defaultActor({ actorFields: [first, second] }: KindPlan, data: OpenData): string {
  const actor = String(data[first])
  return second === undefined ? actor : `${actor}/${String(data[second])}`
}

/** Labels add up; every other field of the surroundings is a default only. */
function withLabels(given: Readable, surroundings: EventSurroundings): Readable {
  const { labels } = given
  if (surroundings.labels === undefined || typeof labels !== 'object' || labels === null) return given
  return { ...given, labels: { ...surroundings.labels, ...labels } }
}

/**
 * Input objects whose own getters throw are malformed events, not crashes of the logger. What they throw may quote what
 * they hold, so the message names its class only.
 */
function asInvalidEvent(error: unknown): KansaError {
  return error instanceof KansaError ? error : unreadableEvent(error)
}

/** The error of an event whose own code throws when it is read. */
export function unreadableEvent(thrown: unknown): KansaError {
  const what = isError(thrown) ? thrown.name : `a value of type ${typeof thrown}`
  return new KansaError('KANSA_INVALID_EVENT', `the event cannot be read: it throws ${what}`, { cause: thrown })
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
