/** Writes src/events/copy-input.ts and copy-line.ts: each field of the table by name, read, checked and stored in its order. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Naming } from '../src/events/copy-fields.ts'
import { DERIVED_FIELDS } from '../src/events/derive-data.ts'
import { ENVELOPE, KINDS } from '../src/events/field-table.ts'
import type { Field } from '../src/events/field.ts'
import { ENVELOPE_INPUTS } from '../src/events/known-names.ts'
import type { AuditEventKind } from '../src/events/kinds.ts'

const EVENTS = join(import.meta.dirname, '../src/events')
/** What masking, capture and journal add to an event. */
const ADDED_LAST = new Set(['cut', 'redacted', 'capture', 'seq'])
const MAX_WIDTH = 120

interface Part {
  /** Of the function; the constant with its plans has the same in capitals, without the verb. */
  readonly name: string
  readonly about: string
  /** The call that gives the plans. */
  readonly plans: string
  readonly fields: readonly Field[]
  /** The expression that a field's value comes from. */
  readonly source: (field: Field) => string
  /** What is read beside `given`. */
  readonly second: string | undefined
}

/** By path, the text of each file. */
export function fieldCopies(): ReadonlyMap<string, string> {
  return new Map([
    [join(EVENTS, 'copy-input.ts'), inputFile()],
    [join(EVENTS, 'copy-line.ts'), lineFile()],
  ])
}

function inputFile(): string {
  const kinds = Object.entries(KINDS).map(([kind, { fields }]): Part => {
    const derived = new Set<string>(isKind(kind) ? DERIVED_FIELDS[kind] : [])
    const from = ({ input }: Field): string => `${derived.has(input) ? 'derived' : 'given'}['${input}']`
    return dataPart(kind, 'input', fields, from, 'derived')
  })
  const envelope: Part = {
    name: 'copyInputEnvelope',
    about: "The envelope's fields that a caller may give; what it lacks comes from its surroundings.",
    plans: "envelopePlans('input')",
    fields: ENVELOPE_INPUTS,
    source: ({ input }) => `given['${input}'] ?? surroundings['${input}']`,
    second: 'surroundings',
  }
  return file('Events from the input of a `logX` method', 'COPY_INPUT', kinds, [envelope])
}

function lineFile(): string {
  const kinds = Object.entries(KINDS).map(([kind, { fields }]) =>
    dataPart(kind, 'name', fields, ({ name }) => `given['${name}']`, undefined),
  )
  const envelope: Part = {
    name: 'copyLineEnvelope',
    about: "The envelope's fields up to those that masking, capture and journal add.",
    plans: "envelopePlans('name')",
    fields: ENVELOPE.filter(field => !ADDED_LAST.has(field.name)),
    source: field => `given['${field.name}']${isInput(field) ? ` ?? surroundings['${field.input}']` : ''}`,
    second: 'surroundings',
  }
  const end: Part = {
    name: 'copyLineEnd',
    about: 'The fields that masking, capture and journal add.',
    plans: "envelopePlans('name')",
    fields: ENVELOPE.filter(field => ADDED_LAST.has(field.name)),
    source: ({ name }) => `given['${name}']`,
    second: undefined,
  }
  return file('Events from complete data, with the names of the line', 'COPY_LINE', kinds, [envelope, end])
}

function dataPart(
  kind: string,
  naming: Naming,
  fields: readonly Field[],
  source: Part['source'],
  second: string | undefined,
): Part {
  const name = `copy${kind}`
  return { name, about: '', plans: `dataPlans('${kind}', '${naming}')`, fields, source, second }
}

function file(about: string, table: string, kinds: readonly Part[], others: readonly Part[]): string {
  const rows = kinds.map(({ name }) => `  ${name.slice('copy'.length)}: ${name},\n`)
  return `/** ${about}. Written by \`npm run generate\` from the table: see \`copy-fields.ts\`. */
import { dataPlans, envelopePlans } from './copy-fields.ts'
import type { CopyData, FieldCopier, OpenData, Readable } from './copy-fields.ts'
import type { AuditEventKind } from './kinds.ts'

${[...kinds, ...others].map(part).join('\n')}
export const ${table}: Readonly<Record<AuditEventKind, CopyData>> = {
${rows.join('')}}
`
}

function part({ name, about, plans, fields, source, second }: Part): string {
  const constant = name
    .slice('copy'.length)
    .replaceAll(/(?<=[a-z])[A-Z]/g, letter => `_${letter}`)
    .toUpperCase()
  const parameters = ['copier: FieldCopier', 'target: OpenData', 'given: Readable']
  if (second !== undefined) parameters.push(`${second}: Readable`)
  const head = about === '' ? '' : `/**\n * ${about}\n * @throws KansaError \`KANSA_INVALID_EVENT\`\n */\n`
  const start = about === '' ? `function ${name}` : `export function ${name}`
  const body = fields.flatMap(field => [
    `  stored = copier.take(${constant}.${field.name}, ${source(field)})`,
    `  if (stored !== undefined) target['${field.name}'] = stored`,
  ])
  return `const ${constant} = ${plans}

${head}${signature(start, parameters)}
  let stored: unknown
${body.join('\n')}
}
`
}

/** As the formatter would break it. */
function signature(start: string, parameters: readonly string[]): string {
  const oneLine = `${start}(${parameters.join(', ')}): void {`
  return oneLine.length <= MAX_WIDTH
    ? oneLine
    : `${start}(\n${parameters.map(parameter => `  ${parameter},\n`).join('')}): void {`
}

function isInput(field: Field): boolean {
  return ENVELOPE_INPUTS.includes(field)
}

function isKind(name: string): name is AuditEventKind {
  return Object.hasOwn(KINDS, name)
}

if (import.meta.main) for (const [path, text] of fieldCopies()) writeFileSync(path, text)
