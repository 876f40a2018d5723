/** Events whose texts and keys try to be taken for parts of a line, and lines as other programs would write them. */
import fc from 'fast-check'
import { KINDS } from '../../../src/events/field-table.ts'
import { lineOf } from '../../../src/events/line.ts'
import type { AuditEvent } from '../../../src/events/kinds.ts'
import { fieldNames } from '../../../src/query/field-catalogue.ts'
import { arbitraryEvent } from '../../support/arbitrary-event.ts'

const PIECES = [
  '"total_tokens":5',
  '"error":"x"',
  '"success":false,',
  ',"seq":1}',
  '}},"seq":7}',
  '{"id":"',
  '{"id":"a","timestamp":"b","actor_id":"c","event_type":{"type":"ToolCall","data":{',
  '"event_type":{"type":"ToolCall"',
  '{"cmd":"ls","nested":{"model":"x"}}',
  '":{',
  'a{',
  'b},',
  '{',
  '"',
  '\\',
  '\\"',
  '/',
  'é',
  '差分',
  '😀',
  '\ud800',
  '\u2028',
  '\u0000',
  '\n',
  '\u001b[2J',
  ': ',
  'true',
  '5',
  ' ',
]
export const hostileText: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...PIECES, ...fieldNames()), { maxLength: 4 })
  .map(pieces => pieces.join(''))
const hostileKey = fc.oneof(fc.constantFrom(...fieldNames(), 'x"error', 'constructor', '__proto', ''), hostileText)

/** Any valid event, with some of its texts, labels, counts and context replaced. */
export const hostileEvent: fc.Arbitrary<AuditEvent> = fc
  .tuple(
    arbitraryEvent,
    fc.array(fc.option(hostileText, { freq: 3 }), { minLength: 30, maxLength: 30 }),
    fc.option(fc.dictionary(hostileKey, hostileText, { maxKeys: 4, noNullPrototype: true })),
    fc.option(fc.dictionary(hostileKey, fc.nat(), { maxKeys: 3, noNullPrototype: true })),
    fc.nat(),
  )
  .map(([event, texts, map, counts, seq]) => {
    const copy: AuditEvent = structuredClone(event)
    const waiting = [...texts]
    const { type, data } = copy.event_type
    for (const field of KINDS[type].fields) {
      if (!['text', 'content'].includes(field.type) || !(field.name in data)) continue
      Object.assign(data, { [field.name]: waiting.pop() ?? Reflect.get(data, field.name) })
    }
    for (const name of ['actor_id', 'id', 'run_id', 'user_id']) {
      const text = waiting.pop() ?? undefined
      if (text !== undefined) Object.assign(copy, { [name]: text })
    }
    if (map !== null)
      Object.assign(type === 'Security' ? data : copy, { [type === 'Security' ? 'context' : 'labels']: map })
    if (counts !== null) Object.assign(copy, { redacted: counts })
    // The key order of a line, `seq` last.
    return JSON.parse(lineOf({ ...copy, seq }))
  })

/** A line as another program may write the event: other order, spaces, escapes, fields missing, doubled, of other types. */
export const foreignLine: fc.Arbitrary<string> = fc
  .tuple(hostileEvent, fc.integer(), fc.array(hostileText, { minLength: 3, maxLength: 3 }))
  .map(([event, seed, texts]) => foreignLineOf(event, randomFrom(seed), texts))

/** Numbers from 0 to `below`, not included; the same for the same seed. */
export type Random = (below: number) => number

/** mulberry32 */
export function randomFrom(seed: number): Random {
  let state = seed | 0
  return below => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

type Entry = [string, unknown]

export function foreignLineOf(event: AuditEvent, random: Random, texts: readonly string[]): string {
  const { event_type, ...envelope } = event
  let data: Entry[] = Object.entries(event_type.data)
  const names = fieldNames()
  const anyName = (): string => names[random(names.length)] ?? ''
  const anyValue = (): unknown =>
    [null, true, 5, -1.5, 'text', [], {}, texts[0], [anyName()], { [anyName()]: texts[1] }, [{ [anyName()]: 7 }]][
      random(11)
    ]
  const changed = (entries: readonly Entry[], times: number): Entry[] => {
    const copy = [...entries]
    for (let i = 0; i < times; i++) {
      const at = random(copy.length + 1)
      const there = copy[at]
      const how = random(5)
      if (how === 0) copy.splice(at, 1)
      else if (how === 1 && there !== undefined) copy[at] = [there[0], null]
      else if (how === 2 && there !== undefined) copy[at] = [there[0], anyValue()]
      else copy.splice(at, 0, [anyName(), anyValue()])
    }
    const first = copy.findIndex(([name]) => name === 'id')
    // No name twice: what that means is anybody's guess.
    return copy.filter(([name], index) => copy.findIndex(([other]) => other === name) === index || index === first)
  }
  data = changed(data, random(4))
  if (random(3) === 0) data = shuffled(data, random)
  let type: Entry[] = [
    ['type', event_type.type],
    ['data', Object.fromEntries(data)],
  ]
  if (random(6) === 0) type = changed(type, 1)
  if (random(6) === 0) type = type.toReversed()
  const { id, seq, ...rest } = envelope
  let middle: Entry[] = Object.entries(rest)
  middle.splice(2, 0, ['event_type', Object.fromEntries(type)])
  if (random(3) === 0) middle = changed(middle, random(3))
  if (random(6) === 0) middle = shuffled(middle, random)
  let line: Entry[] = [['id', id], ...middle.filter(([name]) => name !== 'id' && name !== 'seq'), ['seq', seq]]
  if (random(6) === 0) line = shuffled(line, random)
  return written(Object.fromEntries(line), { spaces: random(5) === 0, escapes: random(3), random })
}

interface Style {
  readonly spaces: boolean
  /** 0: as JSON.stringify does; 1: a solidus and everything that is not ASCII are escaped; 2: some letters too. */
  readonly escapes: number
  readonly random: Random
}

function written(value: unknown, style: Style): string {
  const { spaces, random } = style
  const gap = (): string => (spaces && random(2) === 0 ? ' ' : '')
  if (typeof value === 'string') return writtenText(value, style)
  // Java writes large numbers so.
  if (typeof value === 'number' && style.escapes > 0 && random(4) === 0) return value.toExponential()
  if (Array.isArray(value)) return `[${gap()}${value.map(item => written(item, style)).join(`,${gap()}`)}${gap()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(
    ([name, member]) => `${writtenText(name, { ...style, escapes: 0 })}${gap()}:${gap()}${written(member, style)}`,
  )
  return `{${gap()}${members.join(`,${gap()}`)}${gap()}}`
}

function writtenText(text: string, { escapes, random }: Style): string {
  const json = JSON.stringify(text)
  if (escapes === 0) return json
  const ascii = json.replaceAll('/', String.raw`\/`).replaceAll(/[^\x00-\x7f]/g, unicodeEscape)
  if (escapes === 1) return ascii
  return ascii.replaceAll(/\\u[\da-f]{4}|\\.|[a-z]/g, found =>
    found.length === 1 && random(4) === 0 ? unicodeEscape(found) : found,
  )
}

function unicodeEscape(character: string): string {
  return character
    .split('')
    .map(unit => String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}

export function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map(item => ({ item, rank: random(1_000_000) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}
