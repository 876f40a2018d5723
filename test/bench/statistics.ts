/** Numbers from the rounds of a measurement. */
import type { Measurement } from './suite.ts'

/** The middle one; of an even number the mean of the two. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

/** The value below which the part `share` of `sorted` lies. */
export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export function valuesOf(measurement: Measurement | undefined, name: string): number[] {
  return measurement?.rounds.map(values => values[name] ?? Number.NaN) ?? []
}

export function medianOf(measurement: Measurement | undefined, name: string): number {
  return median(valuesOf(measurement, name))
}

/** Compared round by round: both halves of a pair were measured within the same minute. */
export function medianRatio(above: Measurement | undefined, below: Measurement | undefined, name: string): number {
  const others = valuesOf(below, name)
  return median(valuesOf(above, name).map((value, round) => value / (others[round] ?? Number.NaN)))
}
