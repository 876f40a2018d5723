/**
 * Where and when a call was made. Its record is made when the call ends, perhaps in the context of another run (whoever
 * reads the stream) or of none (the garbage collector), yet belongs to where it began.
 */
import { context } from '@opentelemetry/api'
import { announceAction } from '../announce-action.ts'
import type { AuditLogger, AuditReceipt } from '../audit-api.ts'
import { currentAuditContext, runInAuditContext } from '../audit-context.ts'
import type { ActionKind, IntendedAction } from '../failure-policy.ts'
import { failureOf } from './failure-kind.ts'
import type { Failure } from './failure-kind.ts'
import { ambientLogger } from '../global-logger.ts'
import { guarded } from './fault.ts'
import type { CallOutcome } from './outcome.ts'
import { isObject, readProperty } from './property.ts'

type Log = (logger: AuditLogger) => AuditReceipt

const MAX_SEARCHED_ARGUMENTS = 8

export class CallOrigin {
  readonly startTimeMillis: number = Date.now()
  private readonly startedAt = performance.now()
  private readonly auditContext = currentAuditContext()
  private readonly telemetryContext = context.active()
  private readonly logger: AuditLogger | undefined
  // Weak: the signal's listeners may refer to the call's result, which must stay collectable.
  private readonly signal: WeakRef<AbortSignal> | undefined

  /** @param logger default: the enclosing run's, else the process-wide one */
  constructor(logger: AuditLogger | undefined, signal: AbortSignal | undefined) {
    this.logger = logger
    this.signal = signal === undefined ? undefined : new WeakRef(signal)
  }

  /** Since the call was made; does not follow changes of the wall clock. */
  elapsedMillis(): number {
    return Math.round(performance.now() - this.startedAt)
  }

  /** Why the call did not succeed; `undefined` when it did. */
  failureOf(outcome: CallOutcome): Failure | undefined {
    const signal = this.signal?.deref()
    if (outcome.kind === 'returned') return undefined
    if (outcome.kind === 'threw' || outcome.kind === 'refused') return failureOf(outcome.error, signal)
    if (outcome.kind === 'dropped') return cancellation('the result was discarded before the call had ended')
    // Streams often end without an error when they are aborted.
    if (signal?.aborted === true) return failureOf(signal.reason, signal)
    return outcome.aborted ? cancellation('the stream was aborted') : undefined
  }

  /**
   * Announces what is about to happen to the logger of its record. To be called where the call is made.
   * @throws KansaError `KANSA_NOT_RECORDED` when it must not happen
   */
  announce(kind: ActionKind, describe: () => IntendedAction): void {
    announceAction(this.target, kind, describe)
  }

  /** Records by `complete`; where the logger refuses that event, by `bare`, which holds only what cannot be wrong. */
  log(complete: Log, bare: Log): void {
    guarded('recording a call', () =>
      this.enter(() => {
        const logger = this.target
        return guarded('recording a call', () => complete(logger)) ?? bare(logger)
      }),
    )
  }

  /** Runs `step` where the call was made. Most calls end there: to go where one is already is not free. */
  private enter<T>(step: () => T): T {
    const { auditContext, telemetryContext } = this
    const inside = currentAuditContext() === auditContext ? step : () => runInAuditContext(auditContext, step)
    return context.active() === telemetryContext ? inside() : context.with(telemetryContext, inside)
  }

  private get target(): AuditLogger {
    return this.logger ?? this.auditContext?.run?.logger ?? ambientLogger()
  }
}

/** The signal that can cancel a call: an argument, or `signal` or `abortSignal` of one. */
export function abortSignalIn(args: readonly unknown[]): AbortSignal | undefined {
  return guarded('looking for an abort signal', () => {
    for (const argument of args.slice(0, MAX_SEARCHED_ARGUMENTS)) {
      if (!isObject(argument)) continue
      for (const candidate of [argument, readProperty(argument, 'signal'), readProperty(argument, 'abortSignal')]) {
        if (candidate instanceof AbortSignal) return candidate
      }
    }
    return undefined
  })
}

function cancellation(message: string): Failure {
  return { kind: 'cancelled', errorType: 'cancelled', statusCode: undefined, message }
}
