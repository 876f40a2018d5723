/** Events put into groups, and measures worked out for each. */
import { type Gauge, type Measure, newGauge } from './measures.ts'
import { type FieldSource, type FieldValue, type QueryField, textOfValue, valueOf } from './query-field.ts'

/** Column to value; a value that is `undefined` is absent. */
export type Row = Readonly<Record<string, FieldValue>>

interface Group {
  readonly keys: readonly FieldValue[]
  readonly gauges: readonly Gauge[]
}

export class Aggregation {
  readonly columns: readonly string[]
  private readonly fields: readonly QueryField[]
  private readonly measures: readonly Measure[]
  // By the values of the fields. Grows with the number of groups, never with the number of events.
  private readonly groups = new Map<string, Group>()

  constructor(fields: readonly QueryField[], measures: readonly Measure[]) {
    this.fields = fields
    this.measures = measures
    this.columns = [...fields, ...measures].map(column => column.name)
  }

  add(event: FieldSource): void {
    for (const gauge of this.groupOf(event).gauges) gauge.add(event)
  }

  /** One row per group; one row also of nothing where there are no groups to be. */
  rows(): Row[] {
    if (this.fields.length === 0 && this.groups.size === 0) this.newGroup('', [])
    return [...this.groups.values()].map(({ keys, gauges }) => {
      const values = [...keys, ...gauges.map(gauge => gauge.result())]
      return Object.fromEntries(this.columns.map((column, index) => [column, values[index]]))
    })
  }

  private groupOf(event: FieldSource): Group {
    const [only] = this.fields
    if (only !== undefined && this.fields.length === 1) {
      const value = valueOf(event, only)
      return this.groups.get(partOf(value)) ?? this.newGroup(partOf(value), [value])
    }
    const keys = this.fields.map(field => valueOf(event, field))
    // With their lengths: no two lists of values have the same key, whatever characters are in them.
    const key = keys
      .map(partOf)
      .map(part => `${part.length} ${part}`)
      .join('')
    return this.groups.get(key) ?? this.newGroup(key, keys)
  }

  private newGroup(key: string, keys: readonly FieldValue[]): Group {
    const group = { keys: keys.map(ownCopy), gauges: this.measures.map(newGauge) }
    this.groups.set(ownCopy(key), group)
    return group
  }
}

/** An absent value is another group than an empty text, a number another one than its digits. */
function partOf(value: FieldValue): string {
  if (value === undefined) return NO_TEXT
  if (typeof value !== 'string') return `${NO_TEXT}=${textOfValue(value)}`
  return value.startsWith(NO_TEXT) ? `${NO_TEXT}"${value}` : value
}

/** Marks what is no text as it stands. */
const NO_TEXT = '\u0000'

/** V8 keeps a slice of a text as a view: a group's key would hold the whole block that it was read from. */
function ownCopy<T extends FieldValue>(value: T): T | string {
  return typeof value === 'string' ? Buffer.from(value, 'utf16le').toString('utf16le') : value
}
