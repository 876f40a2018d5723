/**
 * The process-wide logger. It is kept on `globalThis` under `Symbol.for('kansa')`, so that two copies of the package in
 * one process agree on it. Events that come before it are kept, up to a bound.
 */
import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import { KansaError } from '../errors.ts'
import { DEFAULT_LIMITS } from '../events/event-settings.ts'
import type { AuditEvent } from '../events/kinds.ts'
import { announceAction } from './announce-action.ts'
import type { AuditLogger, AuditReceipt, StoredRecord } from './audit-api.ts'
import { runInAuditContext } from './audit-context.ts'
import { EventLogger } from './event-logger.ts'
import { STANDARD_MASKER } from './event-masking.ts'
import { FailureRule } from './failure-policy.ts'
import type { ActionKind, IntendedAction } from './failure-policy.ts'
import { createReport } from './failure-report.ts'
import { lifecycleEvent } from './lifecycle-events.ts'

const MAX_EARLY_EVENTS = 1000

interface EarlyEvent {
  readonly event: AuditEvent
  readonly settle: (receipt: AuditReceipt) => void
}

// Owned by this file's functions; shared by all copies of the package.
interface GlobalState {
  logger: AuditLogger | undefined
  /** What `logger` was made from; `undefined` where it was not made by `initAuditLogger`. */
  settings: unknown
  early: EarlyEvent[]
  /** Events that came when `early` was full. */
  lostEarly: number
  /** The last process-wide logger, where none runs: its failure policy outlives it. */
  retired?: AuditLogger | undefined
}

const STATE_KEY = Symbol.for('kansa')

// Found once: it is asked for with every event, and its place cannot be taken.
let found: GlobalState | undefined

function globalState(): GlobalState {
  return (found ??= sharedState())
}

function sharedState(): GlobalState {
  const existing: unknown = Reflect.get(globalThis, STATE_KEY)
  if (isState(existing)) return existing
  const created: GlobalState = { logger: undefined, settings: undefined, early: [], lostEarly: 0 }
  Object.defineProperty(globalThis, STATE_KEY, { value: created })
  return created
}

function isState(value: unknown): value is GlobalState {
  return typeof value === 'object' && value !== null && 'early' in value && 'lostEarly' in value
}

/** The process-wide logger, or `undefined` before `initAuditLogger` and after its shutdown. */
export function getAuditLogger(): AuditLogger | undefined {
  return globalState().logger
}

/** What the process-wide logger was made from, whichever copy of the package made it. */
export function globalLoggerSettings(): unknown {
  return globalState().settings
}

/**
 * Makes `logger` the process-wide one and hands it the events that came before it. Returns what is to be reported, when
 * some of those were lost.
 */
export function installGlobalLogger(logger: AuditLogger, settings?: unknown): KansaError | undefined {
  const state = globalState()
  state.logger = logger
  state.settings = settings
  state.retired = undefined
  const early = state.early.splice(0)
  const lost = state.lostEarly
  state.lostEarly = 0
  for (const { event, settle } of early) settle(handOver(logger, event))
  if (lost === 0) return undefined
  const message = `${lost} events came before initAuditLogger() when 1,000 others waited already, and are lost.`
  handOver(logger, lifecycleEvent('AuditFailure', message, { lost_count: lost }))
  return new KansaError('KANSA_QUEUE_FULL', message)
}

/** An event that was completed where it happened takes nothing from where it is handed on, and is not counted twice. */
function handOver(logger: AuditLogger, event: AuditEvent): AuditReceipt {
  return runInAuditContext(undefined, () => context.with(ROOT_CONTEXT, () => logger.logEvent(event)))
}

/** Takes `logger` away, if it is the process-wide one. */
export function removeGlobalLogger(logger: AuditLogger): void {
  const state = globalState()
  if (state.logger !== logger) return
  state.logger = undefined
  state.settings = undefined
  state.retired = logger
}

/**
 * Records a complete event with the process-wide logger. Up to 1,000 events before `initAuditLogger` are kept for it;
 * more are counted and recorded as an `AuditFailure` when it comes.
 * @throws KansaError `KANSA_INVALID_EVENT`
 */
export function logAuditEvent(event: AuditEvent): AuditReceipt {
  return ambientLogger().logEvent(event)
}

/** The process-wide logger, or one that keeps events for it. */
export function ambientLogger(): AuditLogger {
  return globalState().logger ?? EARLY_LOGGER
}

class EarlyLogger extends EventLogger {
  constructor() {
    // Whatever the options will say: what waits in memory holds no secret.
    super({ ...DEFAULT_LIMITS, masker: STANDARD_MASKER }, new FailureRule('report', createReport(undefined)))
  }

  /** An agent that goes on after the shutdown of a logger that fails closed must not go on unrecorded. */
  override announceAction(kind: ActionKind, describe: () => IntendedAction): void {
    const { logger, retired } = globalState()
    const judge = logger ?? retired
    if (judge !== undefined) announceAction(judge, kind, describe)
  }

  protected override recordNow(event: AuditEvent): KansaError | undefined {
    this.record(event)
    return new KansaError('KANSA_NOT_RECORDED', 'there is no audit logger: call initAuditLogger() first')
  }

  protected record(event: AuditEvent): AuditReceipt {
    const state = globalState()
    if (state.logger !== undefined) return handOver(state.logger, event)
    const { promise, resolve, reject } = Promise.withResolvers<StoredRecord>()
    // Pre-handled: an unread rejection must not end the agent's process.
    promise.catch(() => {})
    if (state.early.length < MAX_EARLY_EVENTS) {
      state.early.push({ event, settle: receipt => resolve(receipt.stored) })
    } else {
      state.lostEarly++
      const error = new KansaError(
        'KANSA_QUEUE_FULL',
        'more than 1,000 events before initAuditLogger(); the rest is lost',
      )
      // The logger's own `onError` does not exist yet, and perhaps never will.
      if (state.lostEarly === 1) createReport(undefined)(error)
      reject(error)
    }
    return { id: event.id, stored: promise }
  }

  async flush(): Promise<void> {
    await globalState().logger?.flush()
  }

  async shutdown(): Promise<void> {
    await globalState().logger?.shutdown()
  }
}

const EARLY_LOGGER: AuditLogger = new EarlyLogger()
