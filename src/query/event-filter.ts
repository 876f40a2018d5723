/** Which events a command is about: all its filters as one. */
import { KansaError } from '../errors.ts'
import type { AuditEventKind } from '../events/kinds.ts'
import type { FieldCatalogue } from './field-catalogue.ts'
import { type Needle, needleOf } from './needles.ts'
import { ALL_KINDS, type FieldSource, type FieldValue, type QueryField, valueOf } from './query-field.ts'
import { TYPE } from './stored-fields.ts'
import { textFinder } from './text-finder.ts'
import { parseTimeExpression } from './time-expression.ts'
import { type Condition, parseWhere } from './where-clause.ts'

/** What a person asked for. Several values of one filter are alternatives; several filters must all hold. */
export interface FilterSpec {
  readonly type?: readonly string[]
  /** With `*` for any characters. */
  readonly actor?: readonly string[]
  readonly since?: string
  readonly until?: string
  /** The least level: `info`, `warn`, `error`, `critical`. */
  readonly severity?: string
  readonly run?: readonly string[]
  readonly session?: readonly string[]
  readonly trace?: readonly string[]
  readonly user?: readonly string[]
  readonly where?: readonly string[]
  /** A text anywhere in the event. */
  readonly grep?: string
  readonly ignoreCase?: boolean
}

/** Milliseconds since 1970; `since` is the first that counts, `until` the first that does not. */
export interface TimeRange {
  readonly since: number
  readonly until: number
}

export const ALL_TIME: TimeRange = { since: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY }

type Test = (source: FieldSource) => boolean

export class EventFilter {
  /** Everything matches. */
  readonly isEmpty: boolean
  readonly range: TimeRange
  /** For the prefilter: a matching line has one text of each of these. */
  readonly needles: readonly Needle[]
  private readonly tests: readonly Test[]

  constructor(tests: readonly Test[], range: TimeRange, needles: readonly Needle[]) {
    this.tests = tests
    this.range = range
    this.needles = needles
    this.isEmpty = tests.length === 0
  }

  matches(source: FieldSource): boolean {
    return this.tests.every(test => test(source))
  }
}

/**
 * @param now what durations count from, in milliseconds since 1970
 * @throws KansaError `KANSA_INVALID_QUERY` for what makes no sense, and for filters that can match nothing
 */
export function eventFilter(spec: FilterSpec, catalogue: FieldCatalogue, now: number): EventFilter {
  const tests: Test[] = []
  const needles: Needle[] = []
  const types = spec.type === undefined ? ALL_KINDS : spec.type.map(kindNamed)
  if (spec.type !== undefined) tests.push(source => types.some(kind => kind === valueOf(source, TYPE)))
  const range = timeRange(spec, catalogue, now)
  if (range.since !== ALL_TIME.since || range.until !== ALL_TIME.until) {
    tests.push(rangeTest(range, catalogue))
  }
  const identities: [readonly string[] | undefined, string][] = [
    [spec.actor, 'actor_id'],
    [spec.run, 'run_id'],
    [spec.session, 'session_id'],
    [spec.trace, 'trace_id'],
    [spec.user, 'user_id'],
  ]
  for (const [values, name] of identities) {
    if (values === undefined) continue
    tests.push(anyOfTest(catalogue.field(name), values))
    needles.push(...alternatives(values.map(value => value.split('*').toSorted(byLength)[0] ?? '')))
  }
  const conditions = (spec.where ?? []).map(clause => parseWhere(clause, catalogue, now))
  if (spec.severity !== undefined) conditions.push(severityCondition(spec.severity, catalogue, now))
  refuseImpossible(types, conditions)
  for (const condition of conditions) {
    tests.push(source => condition.matches(valueOf(source, condition.field)))
    if (condition.needle !== undefined) needles.push(...alternatives([condition.needle]))
  }
  if (spec.grep !== undefined) {
    const finder = textFinder(spec.grep, spec.ignoreCase === true)
    tests.push(source => finder(source.parsed().line))
    // A number may be on the line in another form: 1.5e3 is found as 1500.
    const isPartOfNumber = /^[-+\d.eE]*$/.test(spec.grep)
    if (spec.ignoreCase !== true && !isPartOfNumber) needles.push(...alternatives([spec.grep]))
  }
  return new EventFilter(tests, range, needles)
}

const SHORT_NAMES: ReadonlyMap<string, AuditEventKind> = new Map([
  ['agent', 'AgentExecution'],
  ['api', 'ApiCall'],
  ['tool', 'ToolCall'],
  ['token', 'TokenUsage'],
  ['tokens', 'TokenUsage'],
])
const LEVEL_NAMES: ReadonlyMap<string, string> = new Map([['warning', 'warn']])

function kindNamed(name: string): AuditEventKind {
  const wanted = name.toLowerCase()
  const kind = SHORT_NAMES.get(wanted) ?? ALL_KINDS.find(each => each.toLowerCase() === wanted)
  if (kind !== undefined) return kind
  throw new KansaError(
    'KANSA_INVALID_QUERY',
    `--type: "${name}" is no kind of event; there are ${ALL_KINDS.join(', ')}.`,
  )
}

function severityCondition(given: string, catalogue: FieldCatalogue, now: number): Condition {
  const level = LEVEL_NAMES.get(given.toLowerCase()) ?? given.toLowerCase()
  const { choices = [] } = catalogue.field('level')
  if (!choices.includes(level)) {
    throw new KansaError('KANSA_INVALID_QUERY', `--severity: "${given}" is none of ${choices.join(', ')}.`)
  }
  // Nothing but a security finding is critical, and its own field says so: cheaper than working out everybody's level.
  const clause = level === 'critical' ? 'data.severity=Critical' : `level>=${level}`
  return { ...parseWhere(clause, catalogue, now), text: `--severity ${given}` }
}

function timeRange({ since, until }: FilterSpec, { clock }: FieldCatalogue, now: number): TimeRange {
  const range = {
    since: since === undefined ? ALL_TIME.since : parseTimeExpression(since, '--since', clock, now).start,
    until: until === undefined ? ALL_TIME.until : parseTimeExpression(until, '--until', clock, now).end,
  }
  if (range.since < range.until) return range
  throw new KansaError('KANSA_INVALID_QUERY', `--since ${since} is not before --until ${until}: nothing can match.`)
}

/** Times as Kansa writes them are compared as they stand, all others as times. */
function rangeTest({ since, until }: TimeRange, catalogue: FieldCatalogue): Test {
  const timestamp = catalogue.field('timestamp')
  const [first, end] = [isoText(since), isoText(until)]
  return source => {
    const value = valueOf(source, timestamp)
    if (typeof value !== 'string') return false
    const isUsual = value.length === ISO_CHARACTERS && value[10] === 'T' && value[19] === '.' && value.endsWith('Z')
    if (isUsual) return value >= first && value < end
    const time = Date.parse(value)
    return time >= since && time < until
  }
}

/** `2026-11-22T10:15:30.123Z` */
const ISO_CHARACTERS = 24

const YEAR_0 = Date.parse('0000-01-01T00:00:00Z')
const YEAR_10000 = Date.UTC(10_000, 0, 1)

/** In the order of such texts: before all of them, or behind them, where the year has no four digits. */
function isoText(millis: number): string {
  if (millis >= YEAR_10000) return '~'
  return millis < YEAR_0 ? '' : new Date(millis).toISOString()
}

function anyOfTest(field: QueryField, values: readonly string[]): Test {
  const exact = new Set<FieldValue>(values.filter(value => !value.includes('*')))
  const patterns = values.filter(value => value.includes('*')).map(wildcard)
  return source => {
    const value = valueOf(source, field)
    return exact.has(value) || (typeof value === 'string' && patterns.some(pattern => pattern.test(value)))
  }
}

function wildcard(text: string): RegExp {
  const parts = text.split(/\*+/).map(part => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('.*')}$`, 'su')
}

/** One needle, or none where one of the texts is too short to tell lines apart. */
function alternatives(texts: readonly string[]): Needle[] {
  const found = texts.map(needleOf).filter(needle => needle !== undefined)
  return found.length === texts.length && found.length > 0 ? [found] : []
}

function byLength(a: string, b: string): number {
  return b.length - a.length
}

function refuseImpossible(types: readonly AuditEventKind[], conditions: readonly Condition[]): void {
  let possible = types
  for (const { field, positive, text } of conditions) {
    if (!positive) continue
    const kinds = possible.filter(kind => field.kinds.includes(kind))
    if (kinds.length === 0) {
      const whose = field.kinds.join(', ')
      throw new KansaError(
        'KANSA_INVALID_QUERY',
        `${text} can match nothing here: only ${whose} has ${field.name}, and the other filters leave ${possible.join(', ')}.`,
      )
    }
    possible = kinds
  }
}
