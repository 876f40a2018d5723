/** The filter language once more, as plainly as it can be written: parses every line and shares nothing with src/query. */
import type { Field } from '../../../src/events/field.ts'
import { ENVELOPE, isKind, KINDS } from '../../../src/events/field-table.ts'

export interface NaiveCondition {
  readonly field: string
  readonly operator: string
  readonly operand: string
}

export interface NaiveSpec {
  readonly type?: readonly string[]
  /** `actor_id`, `run_id` and so on, to what is wanted of them. */
  readonly identities: Readonly<Record<string, readonly string[] | undefined>>
  /** Milliseconds since 1970. */
  readonly since?: number
  readonly until?: number
  readonly severity?: string
  readonly where: readonly NaiveCondition[]
  readonly grep?: string
  readonly ignoreCase?: boolean
}

type Json = Record<string, unknown>

export function naivelyMatches(line: string, spec: NaiveSpec): boolean {
  const event = parsed(line)
  if (event === undefined) return false
  const kind = String((event['event_type'] as Json)['type'])
  if (spec.type !== undefined && !spec.type.includes(kind)) return false
  for (const [name, wanted] of Object.entries(spec.identities)) {
    const value = naiveValue(event, name)
    if (wanted !== undefined && !(typeof value === 'string' && wanted.some(text => fits(value, text)))) return false
  }
  const time = typeof event['timestamp'] === 'string' ? Date.parse(event['timestamp']) : Number.NaN
  if (spec.since !== undefined && !(time >= spec.since)) return false
  if (spec.until !== undefined && !(time < spec.until)) return false
  const levels = ['info', 'warn', 'error', 'critical']
  if (spec.severity !== undefined && levels.indexOf(naiveLevel(event)) < levels.indexOf(spec.severity)) return false
  if (!spec.where.every(condition => holds(event, condition))) return false
  return spec.grep === undefined || contains(event, spec.grep, spec.ignoreCase === true)
}

export function parsed(line: string): Json | undefined {
  try {
    const event = JSON.parse(line)
    const isEvent = !Array.isArray(event) && isKind(event?.event_type?.type) && !Array.isArray(event.event_type)
    return isEvent ? event : undefined
  } catch {
    return undefined
  }
}

/** The value of a field, absent where it has another type. */
export function naiveValue(event: Json, name: string): unknown {
  const type = event['event_type'] as { type: keyof typeof KINDS; data?: unknown }
  if (name === 'type') return type.type
  if (name === 'level') return naiveLevel(event)
  if (['id', 'timestamp', 'actor_id'].includes(name))
    return typeof event[name] === 'string' ? event[name] || undefined : undefined
  const envelope = ENVELOPE.find(field => field.name === name)
  if (envelope !== undefined) return typed(envelope, event)
  const plain = name.replace(/^data\./, '')
  const field: Field | undefined = KINDS[type.type].fields.find(each => each.name === plain)
  const { data } = type
  if (field === undefined || typeof data !== 'object' || data === null || Array.isArray(data)) return undefined
  return typed(field, data as Json)
}

function typed(field: Field, holder: Json): unknown {
  const value = Object.hasOwn(holder, field.name) ? holder[field.name] : undefined
  if (['count', 'millis', 'number'].includes(field.type)) return typeof value === 'number' ? value : undefined
  if (field.type === 'flag') return typeof value === 'boolean' ? value : undefined
  if (field.type === 'texts')
    return Array.isArray(value) && value.every(item => typeof item === 'string') ? value : undefined
  if (field.type.endsWith('Map')) return typeof value === 'object' && value !== null ? value : undefined
  return typeof value === 'string' ? value : undefined
}

function naiveLevel(event: Json): string {
  const get = (name: string): unknown => naiveValue(event, `data.${name}`)
  const cancelled = get('error_type') === 'cancelled' ? 'warn' : 'error'
  switch ((event['event_type'] as Json)['type']) {
    case 'AgentExecution':
      return get('status') === 'Failed' ? 'error' : get('status') === 'Cancelled' ? 'warn' : 'info'
    case 'ApiCall':
      return Number(get('status_code') ?? 0) >= 400 || get('error') !== undefined ? cancelled : 'info'
    case 'ToolCall':
      if (get('permission_granted') === false || get('decision') === 'Deny') return 'warn'
      return get('success') === false ? cancelled : 'info'
    case 'TokenUsage': {
      const used = Number(get('utilization') ?? 0)
      return used > 1 ? 'error' : used >= 0.8 ? 'warn' : 'info'
    }
    default:
      return get('severity') === 'Critical' ? 'critical' : get('severity') === 'Warning' ? 'warn' : 'info'
  }
}

/** `*` stands for any characters. */
function fits(value: string, wanted: string): boolean {
  const [first = '', ...rest] = wanted.split('*')
  if (rest.length === 0) return value === wanted
  const last = rest.pop() ?? ''
  if (!value.startsWith(first) || !value.endsWith(last) || value.length < first.length + last.length) return false
  let at = first.length
  const end = value.length - last.length
  for (const part of rest) {
    const found = value.indexOf(part, at)
    if (found === -1 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}

function holds(event: Json, { field, operator, operand }: NaiveCondition): boolean {
  const value = naiveValue(event, field)
  if (operator === '!=') return !holds(event, { field, operator: '=', operand })
  if (operator === '!~') return !holds(event, { field, operator: '~', operand })
  if (value === undefined) return false
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (operator === '~')
    return (Array.isArray(value) ? value.map(String) : [text]).some(one => new RegExp(operand, 'u').test(one))
  if (operator === '=' && Array.isArray(value)) return value.includes(operand)
  if (operator === '=' && typeof value === 'number') return value === Number(operand)
  if (operator === '=') return text === operand
  const number = Number(operand)
  if (typeof value !== 'number') return false
  if (operator === '<') return value < number
  if (operator === '<=') return value <= number
  return operator === '>' ? value > number : value >= number
}

function contains(value: unknown, wanted: string, ignoreCase: boolean): boolean {
  if (typeof value === 'object' && value !== null)
    return Object.values(value).some(item => contains(item, wanted, ignoreCase))
  if (value === null) return false
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return ignoreCase ? text.toLowerCase().includes(wanted.toLowerCase()) : text.includes(wanted)
}
