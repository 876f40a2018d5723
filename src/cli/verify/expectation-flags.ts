/** What the flags of `kansa verify --against` say about which records another system should have. */
import { KansaError } from '../../errors.ts'
import { eventFilter } from '../../query/event-filter.ts'
import type { EventFilter } from '../../query/event-filter.ts'
import { FieldCatalogue } from '../../query/field-catalogue.ts'
import { nearest } from '../../query/nearest.ts'
import { parseTimeExpression } from '../../query/time-expression.ts'
import { WallClock } from '../../query/wall-clock.ts'
import type { Bound, Expectation } from '../../reconcile/expectation.ts'
import type { AgainstFlags } from './against-options.ts'
import { destinationIn } from './delivered-through.ts'

/** Of the option `filter` of a destination. */
const FILTER_NAMES = ['types', 'minSeverity']

/**
 * @param now what durations count from, in milliseconds since 1970
 * @throws KansaError `KANSA_INVALID_QUERY`
 */
export function expectationOf({ filter, since, until, utc }: AgainstFlags, now: number): Expectation {
  const clock = new WallClock(utc === true)
  const bound = (text: string, what: string, edge: 'start' | 'end'): Bound =>
    /^\d+$/.test(text) ? { seq: Number(text) } : { millis: parseTimeExpression(text, what, clock, now)[edge] }
  return {
    ...(filter && { filter: sentFilter(filter, clock, now) }),
    ...(since !== undefined && { since: bound(since, '--since', 'start') }),
    ...(until !== undefined &&
      destinationIn(until) === undefined && { until: until === 'newest' ? until : bound(until, '--until', 'end') }),
  }
}

/** `types=ToolCall,Security` and `minSeverity=warn`, with a comma between, or each in a `--filter` of its own. */
function sentFilter(texts: readonly string[], clock: WallClock, now: number): EventFilter {
  const types: string[] = []
  let severity: string | undefined
  for (const text of texts) {
    let name: string | undefined
    for (const part of text.split(',')) {
      const [before = '', value] = part.split('=', 2).map(word => word.trim())
      if (value !== undefined) name = before
      if (name === 'types') types.push(value ?? before)
      else if (name === 'minSeverity' && value !== undefined) severity = value
      else throw unknownFilter(before)
    }
  }
  const spec = { ...(types.length > 0 && { type: types }), ...(severity !== undefined && { severity }) }
  return eventFilter(spec, new FieldCatalogue(clock), now)
}

function unknownFilter(word: string): KansaError {
  const [meant] = nearest(word, FILTER_NAMES)
  const hint = meant === undefined ? '' : ` Did you mean ${meant}=…?`
  return new KansaError(
    'KANSA_INVALID_QUERY',
    `--filter: "${word}" is not types=… or minSeverity=…, as the destination's filter has them.${hint}`,
  )
}
