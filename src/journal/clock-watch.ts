/** Compares the wall clock with the monotonic one: who sets the clock back can make records look older than they are. */

/** Slewing (NTP, at most 0.05 %) stays far below this between two commits. */
const TOLERANCE_MILLIS = 2000

export class ClockWatch {
  private wall = Date.now()
  private monotonic = performance.now()

  /** How the wall clock jumped since the last look; undefined when it did not. */
  look(): { readonly deltaMillis: number; readonly from: number; readonly to: number } | undefined {
    const [to, monotonic] = [Date.now(), performance.now()]
    const from = Math.round(this.wall + monotonic - this.monotonic)
    this.wall = to
    this.monotonic = monotonic
    const deltaMillis = to - from
    return Math.abs(deltaMillis) > TOLERANCE_MILLIS ? { deltaMillis, from, to } : undefined
  }
}
