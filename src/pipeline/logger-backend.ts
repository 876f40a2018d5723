/** What stands behind an audit logger: where records are emitted, and what `flush` and `shutdown` mean there. */
import type { Logger, LoggerProvider } from '@opentelemetry/api'
import type { ForceFlushOptions } from '@opentelemetry/sdk-logs'
import type { LosslessBatchLogRecordProcessor } from './export/lossless-batch-log-record-processor.ts'
import { KansaError, messageOf } from '../errors.ts'
import { errorWithoutSecrets } from './event-masking.ts'
import { VERSION } from './version.ts'

export interface LoggerBackend {
  readonly logger: Logger
  /**
   * True where nobody but Kansa's own processors sees a record between logger and journal: the journal then stores the
   * event as built. False for a user's provider, whose processors may change records: the journal stores what they left.
   */
  readonly direct: boolean
  /** @throws KansaError `KANSA_NOT_DURABLE` (as a rejection) */
  flush(): Promise<void>
  /** MUST NOT reject. */
  shutdown(): Promise<void>
}

/** A way out: straight to a destination, or from the journal to all of them. */
export interface Outlet {
  forceFlush(options: { readonly timeoutMillis: number }): Promise<void>
  shutdown(options: { readonly timeoutMillis: number }): Promise<void>
}

/** Delivery beside a journal gets this long in `flush` and `shutdown`: the journal has the records anyway. */
const DELIVERY_MILLIS = 2000
/** Delivery without a journal gets OpenTelemetry's time for a flush. */
const SOLE_DELIVERY_MILLIS = 30_000
const SCOPE_NAME = 'kansa'

export function loggerOf(provider: LoggerProvider): Logger {
  return provider.getLogger(SCOPE_NAME, VERSION)
}

/** Kansa's own provider: a journal, deliveries, or both. */
export function ownBackend(
  provider: LoggerProvider,
  journal: LosslessBatchLogRecordProcessor | undefined,
  deliveries: readonly Outlet[],
  beforeShutdown: () => void,
): LoggerBackend {
  return {
    logger: loggerOf(provider),
    direct: true,
    flush: async () => {
      const timeoutMillis = journal === undefined ? SOLE_DELIVERY_MILLIS : DELIVERY_MILLIS
      const [stored] = await Promise.allSettled([journal?.forceFlush()])
      // Afterwards, so that the checkpoint of these records goes with them.
      const delivered = await Promise.allSettled(deliveries.map(delivery => delivery.forceFlush({ timeoutMillis })))
      if (stored.status === 'rejected') throw stored.reason
      // Durable means stored: a collector that is away makes a flush fail only where there is no journal.
      const failed = delivered.find(outcome => outcome.status === 'rejected')
      if (journal === undefined && failed !== undefined) throw failed.reason
    },
    shutdown: async () => {
      beforeShutdown()
      // The journal first: its last words, and the checkpoint that covers them, are delivered too.
      await journal?.shutdown()
      await Promise.all(deliveries.map(delivery => delivery.shutdown({ timeoutMillis: DELIVERY_MILLIS })))
    },
  }
}

/** A user's provider: its owner shuts it down. */
export function foreignBackend(provider: LoggerProvider): LoggerBackend {
  return {
    logger: loggerOf(provider),
    direct: false,
    flush: () => flushProvider(provider),
    shutdown: () => flushProvider(provider, { timeoutMillis: DELIVERY_MILLIS }).catch(() => {}),
  }
}

async function flushProvider(provider: LoggerProvider, options?: ForceFlushOptions): Promise<void> {
  // Not part of OpenTelemetry's API, but of every SDK's provider; the API's stand-in before an SDK starts lacks it.
  const forceFlush: unknown = Reflect.get(provider, 'forceFlush')
  if (typeof forceFlush !== 'function') {
    throw new KansaError(
      'KANSA_NOT_DURABLE',
      "the logger provider has no forceFlush(): give `loggerProvider` the SDK's own provider, after the SDK started",
    )
  }
  try {
    await Reflect.apply(forceFlush, provider, [options])
  } catch (error) {
    const message = `the logger provider could not flush: ${messageOf(error)}`
    throw errorWithoutSecrets(new KansaError('KANSA_NOT_DURABLE', message, { cause: error }))
  }
}
