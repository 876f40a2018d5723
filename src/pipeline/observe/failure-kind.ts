/** Whether something thrown is a cancellation, a timeout or a failure, and what to call it in the audit log. */
import { jsonTextOf } from '../../events/json-text.ts'
import { isObject, readPath, readProperty } from './property.ts'

export interface Failure {
  readonly kind: 'cancelled' | 'timeout' | 'failed'
  /** `cancelled`, `timeout`, an HTTP status from 400 on as text, the code of an error of Kansa's, or the error's class. */
  readonly errorType: string
  /** The HTTP status, where the error has one. */
  readonly statusCode: number | undefined
  readonly message: string
}

// Names of classes and error codes. SDKs disagree on where they put them (openai's errors are all named `Error`, only
// the class tells), so name, class and code are all looked up.
const CANCELLATIONS = new Set([
  'AbortError',
  'APIUserAbortError',
  'ModelAbortError',
  'RequestAbortedError',
  'ResponseAborted',
  'CancelError',
  'CanceledError',
  'CancelledError',
  'ABORT_ERR',
  'ERR_CANCELED',
  'UND_ERR_ABORTED',
])
const TIMEOUTS = new Set([
  'TimeoutError',
  'APITimeoutError',
  'APIConnectionTimeoutError',
  'ConnectTimeoutError',
  'HeadersTimeoutError',
  'BodyTimeoutError',
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
])
const STATUS_PATHS = [['status'], ['statusCode'], ['response', 'status'], ['$metadata', 'httpStatusCode']]
const UNTELLING_NAMES = new Set(['', 'Error', 'Object'])
const MAX_CAUSES = 5
const MAX_NAME_LENGTH = 100

/**
 * Classifies what was thrown. Never throws, whatever that is.
 * @param signal the abort signal the work was given: what it was aborted with is a cancellation, whatever its class
 */
export function failureOf(thrown: unknown, signal?: AbortSignal): Failure {
  const [outermost, ...causes] = withCauses(thrown)
  const statusCode = statusOf(outermost)
  const failure = (kind: Failure['kind'], errorType: string): Failure => {
    const message = textOfThrown(thrown)
    return { kind, errorType, statusCode, message: message === '' ? errorType : message }
  }
  // Whatever its cause: a tool that was not called has not timed out.
  const code = kansaCodeOf(outermost)
  if (code !== undefined) return failure('failed', code)
  // Node's own APIs throw an AbortError caused by the signal's TimeoutError: the deadline is the reason.
  const timedOut = causes.some(isTimeout)
  if (isTimeout(outermost)) return failure('timeout', 'timeout')
  if (isCancellation(outermost) || wasAbortedWith(signal, [outermost, ...causes])) {
    return timedOut || isTimeout(signal?.reason) ? failure('timeout', 'timeout') : failure('cancelled', 'cancelled')
  }
  // What fails in reading an answer has the status of that answer.
  if (statusCode !== undefined && statusCode >= 400) return failure('failed', String(statusCode))
  return timedOut ? failure('timeout', 'timeout') : failure('failed', classOf(outermost))
}

function withCauses(thrown: unknown): unknown[] {
  const chain = [thrown]
  while (chain.length <= MAX_CAUSES) {
    const cause = readProperty(chain.at(-1), 'cause')
    if (cause === undefined || chain.includes(cause)) break
    chain.push(cause)
  }
  return chain
}

function wasAbortedWith(signal: AbortSignal | undefined, chain: readonly unknown[]): boolean {
  if (signal?.aborted !== true) return false
  const reason: unknown = signal.reason
  return chain.includes(reason) || isQuotedIn(reason, readProperty(chain[0], 'message'))
}

/** Some SDKs throw a new error with the words of the one that they caught, and nothing else of it. */
function isQuotedIn(reason: unknown, message: unknown): boolean {
  const [name, words] = [readProperty(reason, 'name'), readProperty(reason, 'message')]
  if (typeof message !== 'string' || typeof name !== 'string' || typeof words !== 'string') return false
  return words !== '' && message.includes(`${name}: ${words}`)
}

function isCancellation(error: unknown): boolean {
  return wordsOf(error).some(word => CANCELLATIONS.has(word))
}

function isTimeout(error: unknown): boolean {
  return wordsOf(error).some(word => TIMEOUTS.has(word))
}

function wordsOf(error: unknown): string[] {
  const words = [readProperty(error, 'name'), readPath(error, ['constructor', 'name']), readProperty(error, 'code')]
  return words.filter(word => typeof word === 'string')
}

function statusOf(error: unknown): number | undefined {
  for (const path of STATUS_PATHS) {
    const status = readPath(error, path)
    if (typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599) return status
  }
  return undefined
}

/** An error of Kansa's own, perhaps of another copy of the package: its code tells what its class does not. */
function kansaCodeOf(error: unknown): string | undefined {
  const code = readProperty(error, 'code')
  return readProperty(error, 'name') === 'KansaError' && typeof code === 'string' ? code : undefined
}

/** A name that was set on purpose, else the class. */
function classOf(error: unknown): string {
  if (!isObject(error)) return 'Error'
  for (const name of [readProperty(error, 'name'), readPath(error, ['constructor', 'name'])]) {
    if (typeof name === 'string' && !UNTELLING_NAMES.has(name)) return name.slice(0, MAX_NAME_LENGTH)
  }
  return 'Error'
}

function textOfThrown(thrown: unknown): string {
  if (!isObject(thrown)) return String(thrown)
  const message = readProperty(thrown, 'message')
  return typeof message === 'string' ? message : jsonTextOf(thrown)
}
