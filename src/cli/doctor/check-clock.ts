/** Whether this machine's clock can be right. */
import type { WallClock } from '../../query/wall-clock.ts'
import { durationText, secondsText } from '../quantities.ts'
import type { Check } from './check.ts'

/** Kansa did not exist before: a clock that shows less was never set. */
const EARLIEST = Date.UTC(2025, 0, 1)
/** A record may be newer than the moment at which this command began. */
const SLACK_MILLIS = 2000

/** `newest` is the time of the newest record, in milliseconds since 1970. */
export function checkClock(clock: WallClock, newest: number | undefined): Check {
  const now = Date.now()
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const shown = `${secondsText(clock.timeOf(now) ?? '')} (${clock.zoneAt(now)}; time zone ${zone})`
  const advice = 'Set the clock (timedatectl, chrony, the host of the virtual machine).'
  if (now < EARLIEST) return { name: 'clock', status: 'problem', found: `${shown}, which cannot be`, advice }
  if (newest === undefined) return { name: 'clock', status: 'ok', found: shown }
  if (newest > now + SLACK_MILLIS) {
    const found = `${shown}, but the newest record is from ${durationText(newest - now)} later: was the clock set back?`
    return { name: 'clock', status: 'warning', found, advice }
  }
  const age = durationText(Math.max(0, now - newest))
  return { name: 'clock', status: 'ok', found: `${shown}; the newest record is ${age} old` }
}
