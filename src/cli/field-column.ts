/** How a table shows a field. */
import { type QueryField, type QueryFieldType, textOfValue } from '../query/query-field.ts'
import type { WallClock } from '../query/wall-clock.ts'
import type { Column } from './write-rows.ts'

/** Times are shown on `clock`, and the title says whose that is. */
export function columnFor(field: QueryField, clock: WallClock): Column {
  const { name, type } = field
  const title = `${name} (${zoneOf(clock)})`
  if (type === 'time') return { name, title, firm: true, show: value => timeText(value, clock) }
  if (name === 'day' || name === 'hour') return { name, title, firm: true }
  return { name, firm: !LONG.has(type) }
}

const LONG: ReadonlySet<QueryFieldType> = new Set(['text', 'content', 'texts', 'json', 'textMap', 'countMap', 'cutMap'])

/** A zone's offset may change within a table; which zone it is does not. */
function zoneOf(clock: WallClock): string {
  return clock.utc ? 'UTC' : 'local time'
}

function timeText(value: string | number | boolean | object, clock: WallClock): string {
  const time = typeof value === 'string' ? clock.timeOf(Date.parse(value)) : undefined
  return time?.replace('T', ' ') ?? textOfValue(value)
}
