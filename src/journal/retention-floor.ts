/**
 * Which files are too young to be deleted, however many there are: a limit in bytes alone can be a few days only.
 *
 * A file is as old as its newest record. Two clocks say when that was: Kansa's, in the record, and the file system's, in
 * `mtime`. The later one counts, so that setting one of them back, a restored backup or a record without a time deletes
 * nothing early. A time that lies ahead is nobody's age and does not count, so that one wrong clock holds no file for
 * years. Where both lie ahead, the clock was set back since: the file counts as new.
 *
 * The floor believes the wall clock of this machine as all times in the log do. Setting it ahead ends the floor early;
 * the log says so (`ClockChanged`).
 */
import { fstatSync } from 'node:fs'
import type { LineFacts } from './line-facts.ts'

const DAY_MILLIS = 86_400_000

export class RetentionFloor {
  private readonly minAgeMillis: number

  /** 0: there is no floor. */
  constructor(minRetentionDays: number) {
    this.minAgeMillis = minRetentionDays * DAY_MILLIS
  }

  /** Until when the file must be kept, in milliseconds since 1970; undefined when it may go now. */
  heldUntil(fd: number, lastRecord: LineFacts | undefined): number | undefined {
    if (this.minAgeMillis === 0) return undefined
    const now = Date.now()
    const until = newestTime([fstatSync(fd).mtimeMs, timeOf(lastRecord)], now) + this.minAgeMillis
    return until > now ? until : undefined
  }
}

function newestTime(times: readonly (number | undefined)[], now: number): number {
  const believable = times.filter(time => time !== undefined).filter(time => time <= now)
  return believable.length === 0 ? now : Math.max(...believable)
}

function timeOf(record: LineFacts | undefined): number | undefined {
  const time = Date.parse(record?.time ?? '')
  return Number.isNaN(time) ? undefined : time
}
