/** Tells people about failures: through `onError` and OpenTelemetry's `diag`, never into the agent's code. */
import { diag } from '@opentelemetry/api'
import type { KansaError, KansaErrorCode } from '../errors.ts'
import { messageOf } from '../errors.ts'

const QUIET_MILLIS = 5000

/**
 * One failure of a kind is news, a thousand a second are noise: each code is reported at once, then at most every 5 s
 * with the number of those in between.
 */
export class FailureReporter {
  private readonly onError: ((error: KansaError) => void) | undefined
  // Owned by report(): when each code was last told, and how many came since.
  private readonly told = new Map<KansaErrorCode, { atMillis: number; since: number }>()

  constructor(onError: ((error: KansaError) => void) | undefined) {
    this.onError = onError
  }

  report(error: KansaError): void {
    const last = this.told.get(error.code)
    const nowMillis = performance.now()
    if (last !== undefined && nowMillis - last.atMillis < QUIET_MILLIS) {
      last.since++
      return
    }
    this.told.set(error.code, { atMillis: nowMillis, since: 0 })
    const repeated =
      last === undefined || last.since === 0 ? '' : ` (and ${last.since} more like it since the last report)`
    diag.error(`kansa: ${error.code}: ${error.message}${repeated}`)
    this.call(error)
  }

  private call(error: KansaError): void {
    try {
      this.onError?.(error)
    } catch (thrown) {
      diag.error(`kansa: onError threw: ${messageOf(thrown)}`)
    }
  }
}
