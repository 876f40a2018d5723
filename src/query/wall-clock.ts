/** What a clock on the wall shows: in UTC, or in the zone of whoever reads. */

// Some zones differ from UTC by quarters of an hour, so an hour of UTC may lie in two local ones.
const QUARTER_MILLIS = 900_000
/** So many quarters of an hour are remembered: ten years and more. */
const MAX_REMEMBERED = 400_000

export class WallClock {
  readonly utc: boolean
  private readonly hours = new Map<number, string>()

  constructor(utc: boolean) {
    this.utc = utc
  }

  /** `2026-11-22T10:15:30.123`; undefined for a time that is none, or beyond the year 9999. */
  timeOf(millis: number): string | undefined {
    if (Number.isNaN(millis)) return undefined
    // A date shifted by the zone's offset shows local time in its UTC fields.
    const shifted = new Date(millis - (this.utc ? 0 : new Date(millis).getTimezoneOffset() * 60_000)).toJSON()
    return shifted !== null && /^\d{4}-/.test(shifted) ? shifted.slice(0, 23) : undefined
  }

  /** `2026-11-22` */
  dayOf(millis: number): string | undefined {
    return this.hourOf(millis)?.slice(0, 10)
  }

  /** `2026-11-22T10` */
  hourOf(millis: number): string | undefined {
    const quarter = Math.floor(millis / QUARTER_MILLIS)
    let hour = this.hours.get(quarter)
    if (hour === undefined) {
      hour = this.timeOf(millis)?.slice(0, 13)
      if (hour !== undefined && this.hours.size < MAX_REMEMBERED) this.hours.set(quarter, hour)
    }
    return hour
  }

  /** The start of the day that `2026-11-22` names, in milliseconds since 1970. */
  startOf(year: number, month: number, day: number): number {
    if (this.utc) return utcMidnight(year, month, day)
    // `new Date(99, …)` and `Date.UTC(99, …)` are in 1999.
    const date = new Date(2000, 0, 1)
    date.setFullYear(year, month - 1, day)
    return date.setHours(0, 0, 0, 0)
  }

  /** Whose clock it is: `UTC`, or `local time, UTC+09:00` at that moment. */
  zoneAt(millis: number): string {
    if (this.utc) return 'UTC'
    const minutes = -new Date(Number.isNaN(millis) ? Date.now() : millis).getTimezoneOffset()
    const clock = new Date(Math.abs(minutes) * 60_000).toISOString().slice(11, 16)
    return `local time, UTC${minutes < 0 ? '-' : '+'}${clock}`
  }
}

export function utcMidnight(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day)
}
