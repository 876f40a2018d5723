/** The order of rows. */
import { type FieldValue, type QueryField, textOfValue } from './query-field.ts'

export interface SortOrder {
  readonly column: string
  readonly descending: boolean
}

/** `-column` is downwards. */
export function parseSortOrder(text: string): SortOrder {
  return text.startsWith('-') ? { column: text.slice(1), descending: true } : { column: text, descending: false }
}

/**
 * What a value of a field is ordered by: times by when they are, whatever their zone and their digits; levels and
 * severities by how bad they are.
 */
export function rankOf(field: QueryField | undefined, value: FieldValue): FieldValue {
  if (field === undefined || typeof value !== 'string') return value
  if (field.type === 'time') return timeRank(value)
  return isOrdered(field) ? choiceRank(field, value) : value
}

/** Levels and severities have an order; states and decisions have none. */
export function isOrdered({ name, choices }: QueryField): boolean {
  return choices !== undefined && (name === 'level' || name === 'severity')
}

/** Rows without the value come last, whatever the direction; equal ones stay as they are. */
export function sortedRows<T>(rows: readonly T[], value: (row: T) => FieldValue, descending: boolean): T[] {
  return rows
    .map(row => ({ row, rank: value(row) }))
    .toSorted((a, b) => {
      if (a.rank === undefined || b.rank === undefined)
        return Number(a.rank === undefined) - Number(b.rank === undefined)
      return descending ? compare(b.rank, a.rank) : compare(a.rank, b.rank)
    })
    .map(({ row }) => row)
}

function timeRank(text: string): number | undefined {
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}

function choiceRank({ choices = [] }: QueryField, value: string): number | undefined {
  const rank = choices.indexOf(value)
  return rank === -1 ? undefined : rank
}

/** Numbers before texts. */
function compare(a: string | number | boolean | object, b: string | number | boolean | object): number {
  if (typeof a === 'number' && typeof b === 'number') return a === b ? 0 : a - b
  if (typeof a === 'number' || typeof b === 'number') return typeof a === 'number' ? -1 : 1
  const [left, right] = [textOfValue(a), textOfValue(b)]
  return left < right ? -1 : Number(left > right)
}
