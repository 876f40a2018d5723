/**
 * What an answer means for the records that were sent (OTLP specification, "OTLP/HTTP Response"). Where the specification
 * drops records, an audit keeps trying: only what the records themselves bring about may cost them their delivery.
 */

export type Verdict =
  /** Taken, all of them. */
  | { readonly kind: 'delivered' }
  /** Taken but for some, nobody says which. MUST NOT be sent again. */
  | { readonly kind: 'partial'; readonly rejected: number; readonly reason: string }
  /** The destination is away, busy or broken for a while. */
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMillis: number | undefined }
  /** It does not want these records, or does not want so many at once. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Whatever is sent there, nothing is going to be taken until somebody changes something. */
  | { readonly kind: 'misdirected'; readonly reason: string }

/** An answer, read as far as it may be. */
export interface Answer {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly contentType: string
  /** Absent where it is longer than a client reads, or compressed, which was not asked for. */
  readonly body: Uint8Array | undefined
}

export interface PartialSuccess {
  readonly rejected: number
  /** Not to be kept: it may quote a record. */
  readonly message: string
}

/** How an encoding says what was rejected; undefined where the body is no such answer. */
export type ReadPartialSuccess = (answer: Answer, body: Uint8Array) => PartialSuccess | undefined

/** Longer waits are not taken seriously: somebody else's mistake must not stop an audit for years. */
export const MAX_RETRY_AFTER_MILLIS: number = 5 * 60_000
const RETRYABLE: ReadonlySet<number> = new Set([408, 429, 502, 503, 504])
const REFUSALS: ReadonlySet<number> = new Set([400, 413, 422])

export function judge(answer: Answer, now: number, read: ReadPartialSuccess): Verdict {
  const { status, retryAfter } = answer
  const reason = `HTTP ${status}`
  if (status >= 200 && status <= 299) return judgeSuccess(answer, read)
  if (RETRYABLE.has(status)) return { kind: 'retry', reason, afterMillis: parseRetryAfter(retryAfter, now) }
  // A server that stumbles over a record says 500; one that stumbles over everything does too, and narrowing tells.
  if (REFUSALS.has(status) || status >= 500) return { kind: 'refused', reason }
  if (status >= 300 && status <= 399) return { kind: 'misdirected', reason: `${reason}: redirects are not followed` }
  return { kind: 'misdirected', reason }
}

/** A proxy or a wrong address answers 200 as well: what does not come from an OTLP endpoint took nothing. */
function judgeSuccess(answer: Answer, read: ReadPartialSuccess): Verdict {
  const { status, contentType, body } = answer
  if (body?.length === 0) return { kind: 'delivered' }
  const partial = body === undefined || contentType.includes('html') ? undefined : read(answer, body)
  if (partial === undefined) return { kind: 'misdirected', reason: `HTTP ${status} with an answer that is not OTLP` }
  if (partial.rejected <= 0) return { kind: 'delivered' }
  return { kind: 'partial', rejected: partial.rejected, reason: partial.message }
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3), capped; undefined for what is neither, or over. */
export function parseRetryAfter(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined
  const millis = /^\s*\d+\s*$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  return millis > 0 ? Math.min(millis, MAX_RETRY_AFTER_MILLIS) : undefined
}
