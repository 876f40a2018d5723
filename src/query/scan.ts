/** Goes through logs and gives out the events that match, parsing as few lines as it can. */
import { mayHaveEventsIn } from '../journal/file-times.ts'
import type { OpenLog } from '../journal/open-logs.ts'
import { EventLine, readEvent } from '../journal/read-event.ts'
import type { JoinedLines, LineBlock, StoredLine } from '../journal/read-lines.ts'
import type { OpenLogFile } from '../journal/read-log-files.ts'
import { mergeByTime } from '../journal/read-merged.ts'
import type { DamageLog } from './damage-log.ts'
import type { EventFilter } from './event-filter.ts'
import { NeedleSearch } from './needles.ts'
import { type FieldSource, parsedSource } from './query-field.ts'
import { SkimmedLine, UnreadableLine } from './skimmed-line.ts'

/** A matching event. MUST NOT be kept beyond the call; what has to be kept is `eventLine()`. */
export interface ScannedEvent extends FieldSource {
  eventLine(): EventLine
}

export interface ScanOptions {
  readonly filter: EventFilter
  readonly damage: DamageLog
  /** Told how many bytes were dealt with, block by block. */
  readonly onBytes?: ((count: number) => void) | undefined
}

/**
 * Visits the matching events, one log after the other and each log in its order. Stops when `visit` returns `stop`.
 * @throws KansaError `KANSA_UNREADABLE`
 */
export async function scanLogs(
  logs: readonly OpenLog[],
  options: ScanOptions,
  visit: (event: ScannedEvent) => unknown,
): Promise<void> {
  for (const log of logs) {
    const scan = new LogScan(options)
    for await (const joined of scan.read(log)) {
      if (scan.visit(joined, visit) === STOP) return
    }
  }
}

/** Returned by a visitor that needs no more. */
export const STOP = 'stop'

/** The matching events of all logs, by time; lists of them. */
export async function* matchingEvents(
  logs: readonly OpenLog[],
  options: ScanOptions,
): AsyncGenerator<readonly EventLine[]> {
  yield* mergeByTime(logs.map(log => matchingEventsOf(log, options)))
}

async function* matchingEventsOf(log: OpenLog, options: ScanOptions): AsyncGenerator<EventLine[]> {
  const scan = new LogScan(options)
  for await (const joined of scan.read(log)) {
    const events: EventLine[] = []
    scan.visit(joined, event => void events.push(event.eventLine()))
    if (events.length > 0) yield events
  }
}

/** The scan of one log; its cursors belong to the block that is visited. */
class LogScan {
  private readonly options: ScanOptions
  private readonly line = new SkimmedLine()
  private readonly search: NeedleSearch | undefined

  constructor(options: ScanOptions) {
    this.options = options
    const { needles } = options.filter
    if (needles.length > 0) this.search = new NeedleSearch(needles)
  }

  async *read(log: OpenLog): AsyncGenerator<JoinedLines> {
    const { filter, onBytes } = this.options
    const { since, until } = filter.range
    const wanted = async (file: OpenLogFile): Promise<boolean> => {
      const isWanted = await mayHaveEventsIn(file, since, until)
      if (!isWanted) onBytes?.(file.size)
      return isWanted
    }
    for await (const joined of log.read(wanted)) {
      yield joined
      onBytes?.('terminated' in joined ? joined.length + 1 : joined.bytes.length)
    }
  }

  visit(joined: JoinedLines, visit: (event: ScannedEvent) => unknown): unknown {
    return 'terminated' in joined ? this.visitLine(joined, visit) : this.visitBlock(joined, visit)
  }

  private visitLine(stored: StoredLine, visit: (event: ScannedEvent) => unknown): unknown {
    const reading = readEvent(stored)
    if (reading === undefined) return undefined
    if (!(reading instanceof EventLine)) return this.options.damage.add(stored, reading.problem)
    const event = { ...parsedSource(reading.raw), eventLine: () => reading }
    return this.options.filter.matches(event) ? visit(event) : undefined
  }

  private visitBlock(block: LineBlock, visit: (event: ScannedEvent) => unknown): unknown {
    const { line, search } = this
    const text = line.load(block)
    search?.load(text)
    while (line.next()) {
      if (search !== undefined && !search.mayMatch(line.from, line.to) && line.looksWhole) continue
      if (this.visitSkimmed(visit) === STOP) return STOP
    }
    return undefined
  }

  private visitSkimmed(visit: (event: ScannedEvent) => unknown): unknown {
    const { line } = this
    const { filter, damage } = this.options
    const nature = line.examine()
    if (nature === undefined) return undefined
    if (nature !== 'event') return damage.add(line.stored, nature.problem)
    try {
      return filter.matches(line) ? visit(line) : undefined
    } catch (error) {
      if (!(error instanceof UnreadableLine)) throw error
      return damage.add(line.stored, error.message)
    }
  }
}
