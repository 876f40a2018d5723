/** The flags of `kansa query` that measure something. */
import type { MeasureKind } from '../query/measures.ts'

export type MeasureFlag = Exclude<MeasureKind, 'count'>

export const MEASURE_FLAGS: readonly { readonly kind: MeasureFlag; readonly about: string }[] = [
  { kind: 'sum', about: 'sum of a field' },
  { kind: 'avg', about: 'average' },
  { kind: 'min', about: 'smallest value, or earliest time' },
  { kind: 'max', about: 'largest value, or latest time' },
  { kind: 'p50', about: 'median' },
  { kind: 'p95', about: '95 % are no larger' },
  { kind: 'p99', about: '99 % are no larger' },
]
