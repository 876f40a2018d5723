/** Telling people about trouble: to `onError` and to OpenTelemetry's diagnostics, without flooding either. */
import { diag } from '@opentelemetry/api'
import type { KansaError } from '../errors.ts'
import { errorWithoutSecrets } from './event-masking.ts'

export type Report = (error: KansaError) => void

/**
 * What `onError` or a diagnostics logger throws is swallowed: there is nobody left to tell. Neither sees a secret that a
 * message quotes from somebody else's error.
 */
export function createReport(onError: Report | undefined): Report {
  return thrown => {
    const error = errorWithoutSecrets(thrown)
    try {
      diag.error(`kansa: ${error.message}`)
    } catch {}
    try {
      ignoreRejection(onError?.(error))
    } catch {}
  }
}

/** An async `onError` fits the type as well; its rejection must not end the process. */
function ignoreRejection(returned: unknown): void {
  if (returned instanceof Promise) returned.catch(() => {})
}

/** One kind of trouble: told the first time, then at most once per interval, with the number of times so far. */
export class RepeatedProblem {
  private readonly report: Report
  private readonly intervalMillis: number
  private readonly describe: (times: number, cause: unknown) => KansaError
  private times = 0
  private toldAt = Number.NEGATIVE_INFINITY

  constructor(report: Report, intervalMillis: number, describe: (times: number, cause: unknown) => KansaError) {
    this.report = report
    this.intervalMillis = intervalMillis
    this.describe = describe
  }

  happened(cause?: unknown): void {
    this.times++
    const now = performance.now()
    if (now - this.toldAt < this.intervalMillis) return
    // Set before telling: `onError` may log, and so come back here.
    this.toldAt = now
    this.report(this.describe(this.times, cause))
  }

  /** It is over. Returns how many times it happened; the next time is told at once again. */
  ended(): number {
    const times = this.times
    this.times = 0
    this.toldAt = Number.NEGATIVE_INFINITY
    return times
  }
}
