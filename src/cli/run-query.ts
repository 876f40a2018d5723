/** What `kansa query` does. */
import { KansaError } from '../errors.ts'
import { scanLogs, STOP } from '../query/scan.ts'
import { EXIT_NOTHING_FOUND } from './exit-codes.ts'
import type { OutputFormat } from './output-formats.ts'
import { aggregationOf, type AggregateFlags, isAggregate, writeAggregates } from './query-aggregates.ts'
import { type EventFlags, writeEvents } from './query-events.ts'
import { catalogueFor, type ReadingFlags, withReading } from './reading.ts'
import { defaultFormat } from './write-rows.ts'

export interface QueryFlags extends ReadingFlags, AggregateFlags, EventFlags {
  readonly output?: OutputFormat
  readonly exists?: true
}

export async function query(flags: QueryFlags): Promise<void> {
  refuseContradictions(flags)
  const catalogue = catalogueFor(flags)
  const format = flags.output ?? defaultFormat()
  if (flags.exists === true) {
    process.exitCode = (await exists(flags)) ? 0 : EXIT_NOTHING_FOUND
  } else if (isAggregate(flags)) {
    const aggregation = aggregationOf(flags, catalogue)
    await withReading(flags, catalogue, reading => writeAggregates(aggregation, flags, format, reading))
  } else {
    await withReading(flags, catalogue, reading => writeEvents(flags, format, reading))
  }
}

async function exists(flags: QueryFlags): Promise<boolean> {
  return await withReading(flags, catalogueFor(flags), async ({ logs, scan }) => {
    let found = false
    await scanLogs(logs, scan, () => {
      found = true
      return STOP
    })
    return found
  })
}

function refuseContradictions(flags: QueryFlags): void {
  if (flags.top !== undefined && flags.countBy === undefined && flags.groupBy === undefined) {
    throw new KansaError('KANSA_INVALID_QUERY', '--top needs groups: add --count-by or --group-by.')
  }
  const uses = [
    flags.exists === true ? '--exists' : undefined,
    flags.unfinished === true ? '--unfinished' : undefined,
    isAggregate(flags) ? 'counts and measures' : undefined,
    flags.fields === undefined ? undefined : '--fields',
  ].filter(use => use !== undefined)
  if (uses.length > 1 && !(uses.length === 2 && uses[0] === '--unfinished' && uses[1] === '--fields')) {
    throw new KansaError('KANSA_INVALID_QUERY', `${uses.join(' and ')} do not go together.`)
  }
}
