/** How long to wait before the next attempt: twice as long each time, with jitter, so that a fleet does not come back at once. */

export interface RetryPauses {
  /** Longest first pause. */
  readonly firstMillis: number
  /** Longest pause of all. */
  readonly lastMillis: number
  /** Longest pause while somebody has to change something. */
  readonly slowMillis: number
}

export const DEFAULT_PAUSES: RetryPauses = { firstMillis: 1000, lastMillis: 30_000, slowMillis: 60_000 }

/** A random half of what it is after so many failures. */
export function retryDelay(failures: number, isSlow: boolean, pauses: RetryPauses, random: number): number {
  const limit = isSlow ? pauses.slowMillis : pauses.lastMillis
  const longest = Math.min(limit, pauses.firstMillis * 2 ** Math.min(30, Math.max(0, failures - 1)))
  return longest * (0.5 + random / 2)
}
