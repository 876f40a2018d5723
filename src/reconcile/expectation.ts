/** Which sealed records another system should have: what its filter lets through, and the time that was exported. */
import type { RawEvent } from '../events/line.ts'
import { textAt } from '../events/line.ts'
import type { EventFilter } from '../query/event-filter.ts'
import { parsedSource } from '../query/query-field.ts'

/** One end of what was exported: a `seq`, or a time in milliseconds since 1970. */
export type Bound = { readonly seq: number } | { readonly millis: number }

export interface Expectation {
  /** What the destination gets; everything by default. */
  readonly filter?: EventFilter
  /** The first that should be there. */
  readonly since?: Bound
  /** The first that need not be there yet. `newest`: whatever comes after the newest record that is there. */
  readonly until?: Bound | 'newest'
}

/** Why a record need not be in the export. */
export type Excuse = 'earlier' | 'pending' | 'filtered'

/** Whether records must be parsed to know. */
export function needsEvents({ filter, since, until }: Expectation): boolean {
  return filter?.isEmpty === false || [since, until].some(bound => typeof bound === 'object' && 'millis' in bound)
}

/** @param raw `undefined` for a line that is no event; it is then expected like any other */
export function excuseFor(
  { filter, since, until }: Expectation,
  seq: number,
  raw: RawEvent | undefined,
): Excuse | undefined {
  if (since !== undefined && isBefore(since, seq, raw) === true) return 'earlier'
  if (typeof until === 'object' && isBefore(until, seq, raw) === false) return 'pending'
  return filter === undefined || raw === undefined || filter.matches(parsedSource(raw)) ? undefined : 'filtered'
}

/** `undefined` where nobody knows. */
function isBefore(bound: Bound, seq: number, raw: RawEvent | undefined): boolean | undefined {
  if ('seq' in bound) return seq < bound.seq
  const millis = raw === undefined ? Number.NaN : Date.parse(textAt(raw.line, 'timestamp'))
  return Number.isNaN(millis) ? undefined : millis < bound.millis
}
