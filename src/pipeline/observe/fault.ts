/**
 * The wall between the agent's calls and what observes them. A callback that throws, a hostile result or a refused event
 * is our problem: it is reported through OpenTelemetry's `diag` and never reaches the agent.
 */
import { diag } from '@opentelemetry/api'
import { isPromise } from 'node:util/types'
import { messageOf } from '../../errors.ts'
import { withoutSecrets } from '../event-masking.ts'

/** The result of `work`, or `undefined` when it threw. `doing` names the work in the report: `reading the usage`. */
export function guarded<T>(doing: string, work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    reportFault(doing, error)
    return undefined
  }
}

/** Like `guarded`, for callbacks that an application gave: one that is async by mistake must not reject unhandled. */
export function guardedCallback<T>(name: string, callback: () => T): T | undefined {
  const result = guarded(`calling ${name}`, callback)
  if (!isPromise(result)) return result
  result.catch((error: unknown) => reportFault(`calling ${name}`, error))
  reportFault(`calling ${name}`, new TypeError(`${name} must not be async: its promise is ignored`))
  return undefined
}

/** Never throws, whatever the application's diag logger does. */
export function reportFault(doing: string, error: unknown): void {
  try {
    diag.error(withoutSecrets(`kansa: ${doing} failed: ${messageOf(error)}`))
  } catch {
    // Nowhere left to report to.
  }
}
