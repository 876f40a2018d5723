/** What the ends of the logs say: when the last record was written, and what its writer ran with. */
import { basename, join } from 'node:path'
import { messageOf } from '../../errors.ts'
import { ACTIVE_FILE } from '../../journal/layout.ts'
import { EventLine, readEvent } from '../../journal/read-event.ts'
import type { StoredLine } from '../../journal/read-lines.ts'
import { type BackwardSearch, searchBackwards } from '../../journal/search-backwards.ts'
import type { OptionReadings } from '../../options.ts'
import { parseOptionsText } from '../../pipeline/recorded-options.ts'
import { bytesText } from '../quantities.ts'
import type { Check } from './check.ts'

/** Whoever has not said for so long what it runs with is not asked any more. */
const MAX_SEARCHED_BYTES = 64 * 1024 * 1024

/** The start of the process that wrote the newest record. */
export interface LastWriter {
  readonly startedAt: string
  readonly kansaVersion: string | undefined
  readonly nodeVersion: string | undefined
  readonly pid: string | undefined
  /** Undefined where an older Kansa did not say, or the text was cut. */
  readonly options: OptionReadings | undefined
}

export interface NewestRecords {
  /** Milliseconds since 1970 by the writer's clock; undefined where there is no record. */
  readonly time: number | undefined
  readonly lastWriter: LastWriter | undefined
  readonly checks: readonly Check[]
}

/** Never throws: what cannot be read is a problem in the list. */
export async function findNewestRecords(dir: string, logs: readonly string[]): Promise<NewestRecords> {
  const checks: Check[] = []
  const search = async <T>(log: string, look: (line: StoredLine) => T | undefined): Promise<BackwardSearch<T>> => {
    try {
      return await searchBackwards(join(log, ACTIVE_FILE), MAX_SEARCHED_BYTES, look)
    } catch (error) {
      const name = log === dir ? 'records' : `records of writers/${basename(log)}`
      checks.push({ name, status: 'problem', found: messageOf(error) })
      return { found: undefined, gaveUp: false }
    }
  }
  let newest: { readonly log: string; readonly time: number } | undefined
  for (const log of logs) {
    const { found: time } = await search(log, timeOfLine)
    if (time !== undefined && (newest === undefined || time > newest.time)) newest = { log, time }
  }
  if (newest === undefined) return { time: undefined, lastWriter: undefined, checks }
  const { found: lastWriter, gaveUp } = await search(newest.log, writerInLine)
  if (gaveUp) {
    const limit = bytesText(MAX_SEARCHED_BYTES)
    checks.push({ name: 'last writer', status: 'note', found: `the last ${limit} of its log do not say who it is` })
  }
  return { time: newest.time, lastWriter, checks }
}

function timeOfLine(line: StoredLine): number | undefined {
  const reading = readEvent(line)
  if (!(reading instanceof EventLine)) return undefined
  // A caller may give an event any time of its own; this one is Kansa's.
  const { observed_timestamp: observed } = reading.event
  const time = observed === undefined ? reading.time : Date.parse(observed)
  return Number.isNaN(time) ? undefined : time
}

function writerInLine(line: StoredLine): LastWriter | undefined {
  // Most lines need not be parsed to know that they are something else.
  if (line.bytes?.includes('"AuditStarted"') !== true) return undefined
  const reading = readEvent(line)
  if (!(reading instanceof EventLine)) return undefined
  const { timestamp, event_type: eventType } = reading.event
  if (eventType.type !== 'Security' || eventType.data.category !== 'AuditStarted') return undefined
  const context = eventType.data.context ?? {}
  const options = context['options']
  return {
    startedAt: timestamp,
    kansaVersion: context['kansa_version'],
    nodeVersion: context['node_version'],
    pid: context['pid'],
    options: options === undefined ? undefined : parseOptionsText(options),
  }
}
