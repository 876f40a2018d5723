/** How exports end, in the terms of OpenTelemetry's metric `otel.sdk.exporter.operation.duration`. */
import { codeOf } from '../journal/system-error.ts'
import type { Answer, Verdict } from './verdict.ts'

/** How one attempt ended: what remains of it for a metric. */
export interface AttemptEnd {
  /** HTTP status; undefined where there was no answer. */
  readonly status: number | undefined
  /** What kind of failure it was; undefined where everything was taken. */
  readonly errorType: string | undefined
}

/** A request with all its attempts and the pauses between them. */
export interface ExportOperation {
  readonly seconds: number
  /** Of the last attempt. */
  readonly end: AttemptEnd
}

/** The time for a request was over before its answer was there. */
export class LateAnswer extends Error {}

/** What the semantic conventions have for failures that nothing else names. */
const OTHER = '_OTHER'

export function endOfAnswer({ status }: Answer, { kind }: Verdict): AttemptEnd {
  if (kind === 'delivered') return { status, errorType: undefined }
  if (kind === 'partial') return { status, errorType: 'rejected' }
  return { status, errorType: status >= 300 ? String(status) : OTHER }
}

/** Where there was no answer. Never the message, which may be different each time and would make as many time series. */
export function endOfFailure(error: unknown): AttemptEnd {
  if (error instanceof LateAnswer) return { status: undefined, errorType: 'timeout' }
  return { status: undefined, errorType: codeOf(error) ?? OTHER }
}
