/** What can be worked out over many events: counts, sums, averages, extremes, percentiles. */
import { KansaError } from '../errors.ts'
import { NumberList } from './number-list.ts'
import { type FieldSource, type FieldValue, type QueryField, valueOf } from './query-field.ts'
import { rankOf } from './sort-rows.ts'

export type MeasureKind = 'count' | 'sum' | 'avg' | 'min' | 'max' | 'p50' | 'p95' | 'p99'

export interface Measure {
  readonly kind: MeasureKind
  /** Absent for `count`. */
  readonly field: QueryField | undefined
  /** The column: `count`, `sum_total_tokens`. */
  readonly name: string
}

/** One measure of one group while events come in. */
export interface Gauge {
  add(event: FieldSource): void
  /** `undefined` where no event had the field. */
  result(): FieldValue
}

/** @throws KansaError `KANSA_INVALID_QUERY` when the field cannot be measured that way. */
export function measure(kind: MeasureKind, field?: QueryField): Measure {
  if (field === undefined) return { kind: 'count', field, name: 'count' }
  const isNumber = ['count', 'millis', 'number', 'json'].includes(field.type)
  const hasOrder = isNumber || field.type === 'time'
  const isExtreme = kind === 'min' || kind === 'max'
  if (isExtreme ? !hasOrder : !isNumber) {
    const flaw = isExtreme ? 'neither a number nor a time' : 'no number'
    throw new KansaError('KANSA_INVALID_QUERY', `--${kind} ${field.name}: ${field.name} is ${flaw}.`)
  }
  return { kind, field, name: `${kind}_${field.name}` }
}

export function newGauge({ kind, field }: Measure): Gauge {
  if (field === undefined) return new Count()
  switch (kind) {
    case 'count':
      return new Count()
    case 'sum':
      return new Numbers(field, (count, sum) => (count === 0 ? undefined : sum))
    case 'avg':
      return new Numbers(field, (count, sum) => (count === 0 ? undefined : sum / count))
    case 'min':
      return new Extreme(field, (rank, best) => rank < best)
    case 'max':
      return new Extreme(field, (rank, best) => rank > best)
    case 'p50':
      return new Percentile(field, 0.5)
    case 'p95':
      return new Percentile(field, 0.95)
    case 'p99':
      return new Percentile(field, 0.99)
  }
}

class Count implements Gauge {
  private count = 0

  add(): void {
    this.count += 1
  }

  result(): number {
    return this.count
  }
}

class Numbers implements Gauge {
  private readonly field: QueryField
  private readonly conclude: (count: number, sum: number) => number | undefined
  private count = 0
  private sum = 0

  constructor(field: QueryField, conclude: (count: number, sum: number) => number | undefined) {
    this.field = field
    this.conclude = conclude
  }

  add(event: FieldSource): void {
    const value = valueOf(event, this.field)
    if (typeof value !== 'number') return
    this.count += 1
    this.sum += value
  }

  result(): FieldValue {
    return this.conclude(this.count, this.sum)
  }
}

/** Of numbers, or of times. */
class Extreme implements Gauge {
  private readonly field: QueryField
  private readonly beats: (rank: number, best: number) => boolean
  private best: FieldValue
  private bestRank = Number.NaN

  constructor(field: QueryField, beats: (rank: number, best: number) => boolean) {
    this.field = field
    this.beats = beats
  }

  add(event: FieldSource): void {
    const value = valueOf(event, this.field)
    const rank = rankOf(this.field, value)
    if (typeof rank !== 'number' || Number.isNaN(rank)) return
    if (!Number.isNaN(this.bestRank) && !this.beats(rank, this.bestRank)) return
    this.best = value
    this.bestRank = rank
  }

  result(): FieldValue {
    return this.best
  }
}

class Percentile implements Gauge {
  private readonly field: QueryField
  private readonly share: number
  private readonly values = new NumberList()

  constructor(field: QueryField, share: number) {
    this.field = field
    this.share = share
  }

  add(event: FieldSource): void {
    const value = valueOf(event, this.field)
    if (typeof value === 'number') this.values.push(value)
  }

  result(): FieldValue {
    return this.values.percentile(this.share)
  }
}
