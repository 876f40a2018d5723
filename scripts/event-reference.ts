/** Writes docs/events.md: every kind, field and attribute, as the field table has them. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ENVELOPE, HEAD_ATTRIBUTES, KINDS } from '../src/events/field-table.ts'
import type { KindRow } from '../src/events/field-table.ts'
import type { Field, FieldType } from '../src/events/field.ts'
import { severityOf } from '../src/events/severity.ts'
import { SEVERITY_EXAMPLES } from './severity-examples.ts'

export const EVENT_REFERENCE: string = join(import.meta.dirname, '../docs/events.md')

const TYPES: Readonly<Record<FieldType, readonly [line: string, attribute: string]>> = {
  text: ['a string', 'string'],
  content: ['a string that carries what the agent read or wrote', 'string'],
  count: ['an integer from 0 to 2^53 − 1', 'int'],
  millis: ['a whole number of milliseconds', 'int'],
  number: ['a finite number, not negative', 'double'],
  flag: ['`true` or `false`', 'boolean'],
  time: ['RFC 3339, UTC, with milliseconds', 'string'],
  hex: ['lower-case hex digits, not all zero', 'string'],
  texts: ['a list of strings', 'string[]'],
  textMap: ['a map, string to string', 'map'],
  countMap: ['a map, string to count', 'map'],
  cutMap: ['a map, path to `{ length, sha256 }`', 'map'],
  choice: ['one of the words listed', 'string, the word in snake_case'],
}

const HEAD = [
  ['id', 'text', `\`${HEAD_ATTRIBUTES.id}\``, 'UUID of version 7; first on every line.'],
  ['timestamp', 'time', 'record field Timestamp', 'When it happened.'],
  ['actor_id', 'text', `\`${HEAD_ATTRIBUTES.actor}\``, 'Who did it: an agent, a tool, a model, a user.'],
  ['event_type', '`{ type, data }`', 'record field EventName', 'The kind and its data, as above.'],
] as const

export function eventReference(): string {
  const kinds = Object.entries(KINDS)
  const fields = [...kinds.flatMap(([, kind]) => kind.fields), ...ENVELOPE]
  return `# Events

<!-- Written by \`npm run docs\` from src/events/field-table.ts. -->

${table(
  ['kind', 'event name of the log record', 'records'],
  kinds.map(([name, kind]) => [`[\`${name}\`](#${name.toLowerCase()})`, `\`${kind.eventName}\``, kind.about]),
)}

Field names are those of the journal line. The inputs of the \`logX\` methods have the same names in camelCase
(\`duration_ms\` is \`durationMs\`). On the line, an absent optional field is left out. A reader takes \`null\` as absent and
ignores fields it does not know.

${kinds.map(([name, kind]) => kindSection(name, kind)).join('\n\n')}

## The envelope

Around the data of every kind, in the order of the line:

${table(
  ['field', 'type', 'required', 'attribute', 'meaning'],
  [
    ...HEAD.map(([name, type, attribute, about]) => [`\`${name}\``, type, 'yes', attribute, about]),
    ...ENVELOPE.map(fieldRow),
  ],
)}

## Types

${table(
  ['type', 'on the line', 'attribute value'],
  Object.entries(TYPES).map(([type, [line, attribute]]) => [type, line, attribute]),
)}

## The log record

The body is one short sentence for people ("tool shell succeeded in 150 ms"). The attribute \`${HEAD_ATTRIBUTES.eventName}\`
repeats the event name for back ends that show attributes only. Event to log record and back loses nothing.

### Severity

${table(
  ['kind', 'when', 'SeverityNumber', 'SeverityText'],
  SEVERITY_EXAMPLES.map(({ when, event }) => {
    const { number, text } = severityOf(event)
    return [`\`${event.event_type.type}\``, when, String(number), text]
  }),
)}

### Values that OpenTelemetry wants in another form

The attribute holds the form of the convention. Where that does not lead back to the value on the line, a second
attribute holds it verbatim.

${table(
  ['field', 'attribute', 'verbatim beside it'],
  fields
    .filter(field => field.normalisation !== undefined)
    .map(field => [`\`${field.name}\``, attributeOf(field), `\`${field.normalisation?.verbatimAttribute}\``]),
)}

### Attributes of OpenTelemetry

Defined by OpenTelemetry's semantic conventions; all others are Kansa's own, under \`agent_audit.\`.

${attributesOfOpenTelemetry(fields)
  .map(name => `- \`${name}\``)
  .join('\n')}
`
}

function kindSection(name: string, kind: KindRow): string {
  const constants = Object.entries(kind.constants).map(([attribute, value]) => `\`${attribute}\` = \`${value}\``)
  return `## ${name}

${kind.about} Event name \`${kind.eventName}\`.${constants.length === 0 ? '' : ` Every record has ${constants.join(', ')}.`}

${table(['field', 'type', 'required', 'attribute', 'meaning'], kind.fields.map(fieldRow))}`
}

function fieldRow(field: Field): string[] {
  return [`\`${field.name}\``, typeOf(field), field.required ? 'yes' : '', attributeOf(field), field.about]
}

function typeOf(field: Field): string {
  if (field.choices !== undefined) return [...field.choices.keys()].map(choice => `\`${choice}\``).join(' ')
  return field.digits === undefined ? field.type : `${field.type} (${field.digits})`
}

function attributeOf(field: Field): string {
  return `\`${field.attribute}\``
}

function attributesOfOpenTelemetry(fields: readonly Field[]): readonly string[] {
  const names = [
    ...fields.map(field => field.attribute),
    ...Object.values(KINDS).flatMap(kind => Object.keys(kind.constants)),
    ...Object.values(HEAD_ATTRIBUTES),
  ]
  return [...new Set(names)].filter(name => !name.startsWith('agent_audit.')).toSorted()
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.map(escaped).join(' | ')} |`).join('\n')
}

function escaped(cell: string): string {
  return cell.replaceAll('|', String.raw`\|`)
}

if (import.meta.main) writeFileSync(EVENT_REFERENCE, eventReference())
