/** Counts and measures of `kansa query`. */
import { KansaError } from '../errors.ts'
import { Aggregation } from '../query/aggregation.ts'
import type { FieldCatalogue } from '../query/field-catalogue.ts'
import { type Measure, measure } from '../query/measures.ts'
import { nearest } from '../query/nearest.ts'
import type { QueryField } from '../query/query-field.ts'
import { scanLogs } from '../query/scan.ts'
import { parseSortOrder, rankOf, type SortOrder, sortedRows } from '../query/sort-rows.ts'
import type { WallClock } from '../query/wall-clock.ts'
import { columnFor } from './field-column.ts'
import { MEASURE_FLAGS, type MeasureFlag } from './measure-flags.ts'
import type { OutputFormat } from './output-formats.ts'
import type { Reading } from './reading.ts'
import { type Column, RowWriter } from './write-rows.ts'

export interface AggregateFlags {
  readonly count?: true
  readonly countBy?: readonly string[]
  readonly groupBy?: readonly string[]
  readonly sum?: readonly string[]
  readonly avg?: readonly string[]
  readonly min?: readonly string[]
  readonly max?: readonly string[]
  readonly p50?: readonly string[]
  readonly p95?: readonly string[]
  readonly p99?: readonly string[]
  readonly top?: number
  readonly sort?: string
  readonly limit?: number
}

export function isAggregate(flags: AggregateFlags): boolean {
  const { count, countBy, groupBy } = flags
  return count === true || countBy !== undefined || groupBy !== undefined || measured(flags).length > 0
}

export interface QueryAggregation {
  readonly fields: readonly QueryField[]
  readonly measures: readonly Measure[]
  readonly order: SortOrder
}

/** @throws KansaError `KANSA_INVALID_QUERY` */
export function aggregationOf(flags: AggregateFlags, catalogue: FieldCatalogue): QueryAggregation {
  if (flags.countBy !== undefined && flags.groupBy !== undefined) {
    throw new KansaError('KANSA_INVALID_QUERY', '--count-by and --group-by are two ways to say the same: use one.')
  }
  const fields = (flags.countBy ?? flags.groupBy ?? []).map(name => catalogue.field(name))
  const measures = measured(flags).map(([kind, name]) => measure(kind, catalogue.field(name)))
  const counted = fields.length > 0 || flags.count === true || measures.length === 0 ? [measure('count')] : []
  return { fields, measures: [...counted, ...measures], order: orderOf(flags, fields, [...counted, ...measures]) }
}

export async function writeAggregates(
  { fields, measures, order }: QueryAggregation,
  { top, limit }: AggregateFlags,
  format: OutputFormat,
  { logs, scan, catalogue, clearProgress }: Reading,
): Promise<void> {
  const aggregation = new Aggregation(fields, measures)
  await scanLogs(logs, scan, event => aggregation.add(event))
  const ranked = [...fields, ...measures.flatMap(({ name, field }) => (field === undefined ? [] : { ...field, name }))]
  const rankedBy = ranked.find(({ name }) => name === order.column)
  const rows = sortedRows(aggregation.rows(), row => rankOf(rankedBy, row[order.column]), order.descending)
  const columns = [
    ...fields.map(field => columnFor(field, catalogue.clock)),
    ...measures.map(each => measureColumn(each, catalogue.clock)),
  ]
  clearProgress()
  const writer = new RowWriter(columns, format)
  await writer.write(rows.slice(0, Math.min(top ?? rows.length, limit ?? rows.length)))
  await writer.end()
}

/** A measure is shown as its field is: `max timestamp (UTC)`. */
function measureColumn({ name, field, kind }: Measure, clock: WallClock): Column {
  if (field === undefined) return { name, firm: true }
  const { title = field.name, ...column } = columnFor(field, clock)
  return { ...column, name, firm: true, title: `${kind} ${title}` }
}

function measured(flags: AggregateFlags): [MeasureFlag, string][] {
  return MEASURE_FLAGS.flatMap(({ kind }) => (flags[kind] ?? []).map((name): [MeasureFlag, string] => [kind, name]))
}

/** Days and hours in their order; other groups by the first measure that was asked for, the largest first. */
function orderOf(
  { sort, top }: AggregateFlags,
  fields: readonly QueryField[],
  measures: readonly Measure[],
): SortOrder {
  const columns = [...fields, ...measures].map(({ name }) => name)
  if (sort !== undefined) {
    const order = parseSortOrder(sort)
    const column = columns.find(name => name === order.column)
    if (column !== undefined) return { ...order, column }
    const close = nearest(order.column, columns)
    throw new KansaError(
      'KANSA_INVALID_QUERY',
      `--sort: there is no column "${order.column}"; there are ${(close.length > 0 ? close : columns).join(', ')}.`,
    )
  }
  const [first] = fields
  const ranked = measures.find(({ kind }) => kind !== 'count') ?? measures[0]
  const isTime = first !== undefined && (['day', 'hour'].includes(first.name) || first.type === 'time')
  if (first !== undefined && isTime && top === undefined) return { column: first.name, descending: false }
  return { column: ranked?.name ?? '', descending: true }
}
