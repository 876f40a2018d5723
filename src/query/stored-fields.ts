/** The fields that stand on a line, from the field table, and the parts of those that have parts. */
import { KansaError } from '../errors.ts'
import type { Field, FieldType } from '../events/field.ts'
import { ENVELOPE, KINDS } from '../events/field-table.ts'
import type { AuditEventKind } from '../events/kinds.ts'
import { fieldValue, type RawEvent, textAt } from '../events/line.ts'
import { ALL_KINDS, type FieldSource, type FieldValue, plainValue, type QueryField, valueOf } from './query-field.ts'

const HEAD: ReadonlyMap<string, FieldType> = new Map([
  ['id', 'text'],
  ['timestamp', 'time'],
  ['actor_id', 'text'],
])

export const TYPE: QueryField = {
  name: 'type',
  type: 'choice',
  kinds: ALL_KINDS,
  choices: ALL_KINDS,
  verbatim: true,
  place: { part: 'type', key: 'type' },
  read: source => source.parsed().type,
}

/** `undefined` where no event has such a field. `data.` in front leaves the envelope's fields of that name aside. */
export function storedField(name: string): QueryField | undefined {
  if (name.startsWith('data.')) return dataField(name.slice('data.'.length))
  return name === 'type' ? TYPE : (headField(name) ?? envelopeField(name) ?? dataField(name))
}

/** Names of all of them. */
export function storedFieldNames(): string[] {
  const data = Object.values(KINDS).flatMap(kind => kind.fields)
  return [...new Set(['type', ...HEAD.keys(), ...[...ENVELOPE, ...data].map(field => field.name)])]
}

/**
 * An entry of a map (`context.path`), or a value inside a text that is JSON (`parameters.cmd`).
 * @throws KansaError `KANSA_INVALID_QUERY` when the field has no parts.
 */
export function partOf(whole: QueryField, path: readonly string[]): QueryField {
  const key = path.join('.')
  const part = { ...whole, name: `${whole.name}.${key}`, place: undefined, verbatim: whole.type === 'textMap' }
  if (whole.type === 'textMap') return { ...part, type: 'text', read: source => entryOf(valueOf(source, whole), key) }
  if (whole.type === 'countMap') return { ...part, type: 'count', read: source => entryOf(valueOf(source, whole), key) }
  if (whole.type === 'cutMap') {
    return { ...part, type: 'count', read: source => entryOf(entryOf(valueOf(source, whole), key), 'length') }
  }
  if (whole.type === 'content')
    return { ...part, type: 'json', read: source => valueInJson(valueOf(source, whole), path) }
  throw new KansaError('KANSA_INVALID_QUERY', `the field ${whole.name} has no parts, so there is no ${part.name}.`)
}

function headField(name: string): QueryField | undefined {
  const type = HEAD.get(name)
  if (type === undefined) return undefined
  return {
    name,
    type,
    kinds: ALL_KINDS,
    choices: undefined,
    verbatim: true,
    place: { part: 'head', key: name },
    // An empty text is what a reader makes of a missing one.
    read: source => textAt(source.parsed().line, name) || undefined,
  }
}

function envelopeField(name: string): QueryField | undefined {
  const row = ENVELOPE.find(field => field.name === name)
  if (row === undefined) return undefined
  return { ...tableField(row, ALL_KINDS, raw => raw.line), place: undefined }
}

function dataField(name: string): QueryField | undefined {
  const rows = ALL_KINDS.flatMap(kind =>
    KINDS[kind].fields.filter(row => row.name === name).map(row => ({ kind, row })),
  )
  const [first] = rows
  if (first === undefined) return undefined
  const kinds = rows.map(({ kind }) => kind)
  const field = tableField(first.row, kinds, raw => raw.data)
  // Where the envelope has a field of that name too, the name alone is that one's.
  const isPlain = headField(name) === undefined && envelopeField(name) === undefined
  return { ...field, name: isPlain ? name : `data.${name}`, place: { part: 'data', key: name } }
}

function tableField(
  row: Field,
  kinds: readonly AuditEventKind[],
  holderIn: (raw: RawEvent) => object,
): Omit<QueryField, 'place'> {
  const choices = row.choices === undefined ? undefined : [...row.choices.keys()]
  const read = (source: FieldSource): FieldValue => {
    const raw = source.parsed()
    return kinds.includes(raw.type) ? plainValue(fieldValue(row, holderIn(raw))) : undefined
  }
  return { name: row.name, type: row.type, kinds, choices, verbatim: true, read }
}

function entryOf(map: FieldValue, key: string): FieldValue {
  return typeof map === 'object' && Object.hasOwn(map, key) ? plainValue(Reflect.get(map, key)) : undefined
}

function valueInJson(text: FieldValue, path: readonly string[]): FieldValue {
  if (typeof text !== 'string') return undefined
  try {
    let value: unknown = JSON.parse(text)
    for (const key of path) value = entryOf(plainValue(value), key)
    return plainValue(value)
  } catch {
    // Plain text, or JSON that was cut: it has no parts.
    return undefined
  }
}
