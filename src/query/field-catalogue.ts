/** Finds fields by the names that people write: those on the line, and a few that follow from them. */
import { KansaError } from '../errors.ts'
import { isKind } from '../events/field-table.ts'
import { storedEventOf } from '../events/line.ts'
import { severityFrom, type SeverityField } from '../events/severity.ts'
import { summaryOf } from '../events/summary.ts'
import { nearest } from './nearest.ts'
import { ALL_KINDS, type FieldSource, type FieldValue, type QueryField, valueOf } from './query-field.ts'
import { partOf, storedField, storedFieldNames, TYPE } from './stored-fields.ts'
import type { WallClock } from './wall-clock.ts'

/** What an event's severity is called, by OpenTelemetry's number. */
const LEVELS: ReadonlyMap<number, string> = new Map([
  [9, 'info'],
  [13, 'warn'],
  [17, 'error'],
  [18, 'critical'],
])
const DERIVED = ['level', 'summary', 'day', 'hour']
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['kind', 'type'],
  ['event_type.type', 'type'],
  ['actor', 'actor_id'],
  ['time', 'timestamp'],
  ['run', 'run_id'],
  ['session', 'session_id'],
  ['trace', 'trace_id'],
  ['user', 'user_id'],
  ['tenant', 'tenant_id'],
])

/** `clock` says in which zone days and hours are meant. */
export class FieldCatalogue {
  readonly clock: WallClock
  private readonly timestamp: QueryField
  private readonly severityFields = new Map<SeverityField, QueryField>()

  constructor(clock: WallClock) {
    this.clock = clock
    this.timestamp = this.field('timestamp')
  }

  /**
   * `tool_name`, `data.tool_name` and `event_type.data.tool_name` are the same; `context.path` is an entry of a map,
   * `parameters.cmd` a part of a text that is JSON.
   * @throws KansaError `KANSA_INVALID_QUERY` for a name that no event can have, with the nearest ones.
   */
  field(given: string): QueryField {
    const name = given.trim().replace(/^event_type\.data\./, 'data.')
    const known = ALIASES.get(name) ?? name
    const field = this.derived(known) ?? storedField(known)
    if (field !== undefined) return field
    const [, whole, rest] = /^((?:data\.)?[^.]+)\.(.+)$/.exec(known) ?? []
    const holder = whole === undefined ? undefined : storedField(whole)
    if (holder !== undefined && rest !== undefined) return partOf(holder, rest.split('.'))
    throw unknownField(given)
  }

  /** Milliseconds since 1970; `NaN` where there is no time. */
  timeOf(source: FieldSource): number {
    const timestamp = valueOf(source, this.timestamp)
    return typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN
  }

  private derived(name: string): QueryField | undefined {
    const { clock } = this
    const field = { name, kinds: ALL_KINDS, choices: undefined, verbatim: false, place: undefined }
    switch (name) {
      case 'level':
        return { ...field, type: 'choice', choices: [...LEVELS.values()], read: source => this.levelOf(source) }
      case 'summary':
        return { ...field, type: 'content', read: source => summaryOf(storedEventOf(source.parsed())) }
      case 'day':
        return { ...field, type: 'text', read: source => clock.dayOf(this.timeOf(source)) }
      case 'hour':
        return { ...field, type: 'text', read: source => clock.hourOf(this.timeOf(source)) }
      default:
        return undefined
    }
  }

  private levelOf(source: FieldSource): FieldValue {
    const type = valueOf(source, TYPE)
    if (!isKind(type)) return undefined
    return LEVELS.get(severityFrom(type, name => valueOf(source, this.severityField(name))).number)
  }

  private severityField(name: SeverityField): QueryField {
    let field = this.severityFields.get(name)
    if (field === undefined) {
      field = this.field(`data.${name}`)
      this.severityFields.set(name, field)
    }
    return field
  }
}

/** Every name there is, without parts; for messages, completion and documentation. */
export function fieldNames(): string[] {
  return [...DERIVED, ...storedFieldNames()]
}

function unknownField(given: string): KansaError {
  const close = nearest(given.replace(/^(event_type\.)?data\./, ''), [...ALIASES.keys(), ...fieldNames()])
  const hint = close.length === 0 ? 'docs/events.md has all of them' : `did you mean ${close.join(' or ')}?`
  return new KansaError('KANSA_INVALID_QUERY', `there is no field "${given}"; ${hint}`)
}
