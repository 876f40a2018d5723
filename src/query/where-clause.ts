/** `field=value` and its kin: one condition on one field. */
import { KansaError } from '../errors.ts'
import type { FieldCatalogue } from './field-catalogue.ts'
import { type FieldValue, plainValue, type QueryField, textOfValue } from './query-field.ts'
import { isOrdered } from './sort-rows.ts'
import { parseTimeExpression, type TimeSpan } from './time-expression.ts'
import type { WallClock } from './wall-clock.ts'

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '~' | '!~'

export interface Condition {
  /** As it was written. */
  readonly text: string
  readonly field: QueryField
  /** False for `!=` and `!~`: they match whatever the positive form does not, events without the field included. */
  readonly positive: boolean
  /** A text that every matching line holds, however it is escaped; for the prefilter. */
  readonly needle: string | undefined
  matches(value: FieldValue): boolean
}

const CLAUSE = /^([^=!<>~]+)(!=|!~|<=|>=|=|<|>|~)(.*)$/s
const ORDER: ReadonlySet<Operator> = new Set(['<', '<=', '>', '>='])

/**
 * @param now what durations count from, in milliseconds since 1970
 * @throws KansaError `KANSA_INVALID_QUERY`, naming the clause, when it makes no sense or can match nothing.
 */
export function parseWhere(clause: string, catalogue: FieldCatalogue, now: number): Condition {
  const match = CLAUSE.exec(clause)
  if (match === null) {
    throw wrong(clause, 'write field=value, with one of = != < <= > >= ~ !~ between them')
  }
  const [, name = '', operator = '', given = ''] = match
  const field = catalogue.field(name)
  // Spaces around the operator are none of the value's.
  const operand = /\s$/.test(name) ? given.trim() : given
  if (!isOperator(operator)) throw wrong(clause, `unknown operator ${operator}`)
  if ((operator === '=' || operator === '!=') && operand.startsWith('=')) {
    throw wrong(clause, `${operator}= is no operator, write ${operator}; a value that begins with = : ${field.name}~^=`)
  }
  const positive = operator !== '!=' && operator !== '!~'
  const test = testOf({ clause, field, operator, operand }, catalogue.clock, now)
  const needle = operator === '=' && isText(field) ? operand : undefined
  return { text: `--where "${clause}"`, field, positive, needle, matches: positive ? test : value => !test(value) }
}

interface Clause {
  /** As it was written, for messages. */
  readonly clause: string
  readonly field: QueryField
  readonly operator: Operator
  readonly operand: string
}

type Test = (value: FieldValue) => boolean

/** The test of the positive form. */
function testOf(given: Clause, clock: WallClock, now: number): Test {
  const { clause, field, operator, operand } = given
  if (operator === '~' || operator === '!~') return patternTest(clause, field, operand)
  switch (field.type) {
    case 'count':
    case 'millis':
    case 'number':
      return numberTest(given)
    case 'time':
      return timeTest(operator, parseTimeExpression(operand, `--where ${clause}`, clock, now))
    case 'flag':
      if (operand !== 'true' && operand !== 'false') throw wrong(clause, `${field.name} is true or false`)
      refuseOrder(given)
      return value => value === (operand === 'true')
    case 'choice':
      return choiceTest(given)
    case 'texts':
      refuseOrder(given)
      return value => Array.isArray(value) && value.includes(operand)
    case 'text':
    case 'content':
    case 'hex':
      refuseOrder(given)
      return value => value === operand
    case 'json':
      return jsonTest(given)
    case 'textMap':
    case 'countMap':
    case 'cutMap':
      throw wrong(clause, `${field.name} is a map; name an entry of it: ${field.name}.<key>`)
  }
}

function numberTest({ clause, field, operator, operand }: Clause): Test {
  const wanted = Number(operand)
  if (operand.trim() === '' || !Number.isFinite(wanted)) {
    throw wrong(clause, `${field.name} is a number, and "${operand}" is none`)
  }
  return value => typeof value === 'number' && compares(operator, value - wanted)
}

function timeTest(operator: Operator, { start, end }: TimeSpan): Test {
  // The last moment that counts as the given one: of a day its last millisecond.
  const last = Math.max(start, end - 1)
  return value => {
    const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
    if (Number.isNaN(time)) return false
    if (operator === '<' || operator === '>=') return compares(operator, time - start)
    if (operator === '>' || operator === '<=') return compares(operator, time - last)
    return time >= start && time <= last
  }
}

function choiceTest(given: Clause): Test {
  const { clause, field, operator, operand } = given
  const choices = field.choices ?? []
  const chosen = choices.findIndex(choice => choice.toLowerCase() === operand.toLowerCase())
  if (chosen === -1) throw wrong(clause, `${field.name} is one of ${choices.join(', ')}`)
  if (!isOrdered(field)) refuseOrder(given)
  return value =>
    typeof value === 'string' && choices.includes(value) && compares(operator, choices.indexOf(value) - chosen)
}

/** A part of a text that is JSON may be a number on one line and a text on the next. */
function jsonTest({ clause, operator, operand }: Clause): Test {
  const wanted = Number(operand)
  const isNumber = operand.trim() !== '' && Number.isFinite(wanted)
  if (ORDER.has(operator)) {
    if (!isNumber) throw wrong(clause, `only numbers have an order here, and "${operand}" is none`)
    return value => typeof value === 'number' && compares(operator, value - wanted)
  }
  const equals = (value: FieldValue): boolean => {
    if (typeof value === 'number' && isNumber) return value === wanted
    return value !== undefined && textOfValue(value) === operand
  }
  return value => equals(value) || itemsOf(value).some(equals)
}

function patternTest(clause: string, field: QueryField, source: string): Test {
  if (['textMap', 'countMap', 'cutMap'].includes(field.type)) {
    throw wrong(clause, `${field.name} is a map; name an entry of it: ${field.name}.<key>`)
  }
  let pattern: RegExp
  try {
    pattern = new RegExp(source, 'u')
  } catch (error) {
    throw wrong(clause, error instanceof Error ? error.message : 'no regular expression', { cause: error })
  }
  return value => {
    if (Array.isArray(value)) return itemsOf(value).some(item => item !== undefined && pattern.test(textOfValue(item)))
    return value !== undefined && pattern.test(textOfValue(value))
  }
}

/** A list matches where one of its items does. */
function itemsOf(value: FieldValue): FieldValue[] {
  return Array.isArray(value) ? value.map(plainValue) : []
}

function compares(operator: Operator, difference: number): boolean {
  switch (operator) {
    case '<':
      return difference < 0
    case '<=':
      return difference <= 0
    case '>':
      return difference > 0
    case '>=':
      return difference >= 0
    case '=':
    case '!=':
    case '~':
    case '!~':
      return difference === 0
  }
}

function refuseOrder({ clause, field, operator }: Clause): void {
  if (ORDER.has(operator)) throw wrong(clause, `${field.name} has no order; use = != ~ !~`)
}

function isOperator(text: string): text is Operator {
  return ['=', '!=', '<', '<=', '>', '>=', '~', '!~'].includes(text)
}

function isText(field: QueryField): boolean {
  return field.verbatim && ['text', 'content', 'hex', 'texts'].includes(field.type)
}

function wrong(clause: string, why: string, options?: ErrorOptions): KansaError {
  return new KansaError('KANSA_INVALID_QUERY', `--where "${clause}": ${why}.`, options)
}
