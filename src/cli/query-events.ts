/** Events as `kansa query` gives them: whole, or some fields of them. */
import type { EventLine } from '../journal/read-event.ts'
import type { Row } from '../query/aggregation.ts'
import type { FieldCatalogue } from '../query/field-catalogue.ts'
import { parsedSource, type QueryField, valueOf } from '../query/query-field.ts'
import { matchingEvents } from '../query/scan.ts'
import { parseSortOrder, rankOf, sortedRows } from '../query/sort-rows.ts'
import { findUnfinished } from '../query/unfinished.ts'
import { columnFor } from './field-column.ts'
import { JsonArray } from './json-array.ts'
import { writeData } from './output.ts'
import type { Reading } from './reading.ts'
import { eventShower } from './show-events.ts'
import type { OutputFormat } from './output-formats.ts'
import { forEyes, RowWriter } from './write-rows.ts'

export interface EventFlags {
  readonly fields?: readonly string[]
  readonly unfinished?: true
  readonly sort?: string
  readonly limit?: number
  readonly utc?: true
}

/** What a line of CSV says of an event when nobody names fields. */
const CSV_FIELDS = [
  'timestamp',
  'type',
  'level',
  'actor_id',
  'summary',
  'session_id',
  'run_id',
  'parent_run_id',
  'user_id',
  'trace_id',
  'id',
  'seq',
]

export async function writeEvents(flags: EventFlags, format: OutputFormat, reading: Reading): Promise<void> {
  const { catalogue } = reading
  const sort = flags.sort === undefined ? undefined : parseSortOrder(flags.sort)
  const sortField = sort === undefined ? undefined : catalogue.field(sort.column)
  const write = eventWriter(flags, format, catalogue)
  const lists =
    flags.unfinished === true
      ? [await findUnfinished(reading.logs, reading.scan)]
      : matchingEvents(reading.logs, reading.scan)
  let left = flags.limit ?? Number.POSITIVE_INFINITY
  if (sort !== undefined && sortField !== undefined) {
    const all: EventLine[] = []
    for await (const events of lists) for (const event of events) all.push(event)
    reading.clearProgress()
    const sorted = sortedRows(
      all,
      event => rankOf(sortField, valueOf(parsedSource(event.raw), sortField)),
      sort.descending,
    )
    await write.events(sorted.slice(0, left))
  } else {
    for await (const events of lists) {
      reading.clearProgress()
      await write.events(events.slice(0, left))
      left -= events.length
      if (left <= 0) break
    }
  }
  reading.clearProgress()
  await write.end()
}

interface EventWriter {
  events(events: readonly EventLine[]): Promise<void>
  end(): Promise<void>
}

function eventWriter({ fields, utc }: EventFlags, format: OutputFormat, catalogue: FieldCatalogue): EventWriter {
  const names = fields ?? (format === 'csv' ? CSV_FIELDS : undefined)
  if (names !== undefined)
    return fieldWriter(
      names.map(name => catalogue.field(name)),
      format,
      catalogue,
    )
  if (format === 'json') return arrayWriter()
  const show = eventShower({ json: format !== 'table', people: format === 'table', utc: utc === true, wide: false })
  return { events: show, end: async () => {} }
}

function fieldWriter(fields: readonly QueryField[], format: OutputFormat, catalogue: FieldCatalogue): EventWriter {
  const writer = new RowWriter(
    fields.map(field => columnFor(field, catalogue.clock)),
    format,
  )
  const rowOf = (event: EventLine): Row => {
    const source = parsedSource(event.raw)
    return Object.fromEntries(fields.map(field => [field.name, valueOf(source, field)]))
  }
  return { events: events => writer.write(events.map(rowOf)), end: () => writer.end() }
}

/** The stored lines as one JSON array. */
function arrayWriter(): EventWriter {
  const array = new JsonArray()
  return {
    events: events =>
      writeData(forEyes(events.map(({ bytes }) => array.item(bytes.toString('utf8'))).join(''), 'json')),
    end: () => writeData(array.end()),
  }
}
