/** The composition root: from options to a running logger. The only file that may import from everywhere. */
import { isDeepStrictEqual } from 'node:util'
import { diag } from '@opentelemetry/api'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import type { Resource } from '@opentelemetry/resources'
import { LoggerProvider } from '@opentelemetry/sdk-logs'
import { KansaError } from './errors.ts'
import { newEventId } from './events/event-id.ts'
import type { AuditEvent } from './events/kinds.ts'
import type { EventMasker } from './events/masking.ts'
import { toLogRecord } from './events/to-log-record.ts'
import { resolveDestinations } from './forward/destination.ts'
import type { Destination } from './forward/destination.ts'
import { JournalDelivery } from './forward/journal-delivery.ts'
import { OtlpLogRecordExporter } from './forward/otlp-log-record-exporter.ts'
import { readConfigurationFile } from './journal/configuration-file.ts'
import { ContentProcessor } from './pipeline/content-processor.ts'
import type { AuditLogger } from './pipeline/audit-api.ts'
import { maskerFor } from './pipeline/event-masking.ts'
import { createReport } from './pipeline/failure-report.ts'
import type { Report } from './pipeline/failure-report.ts'
import {
  getAuditLogger,
  globalLoggerSettings,
  installGlobalLogger,
  removeGlobalLogger,
} from './pipeline/global-logger.ts'
import { JsonlLogRecordExporter } from './pipeline/jsonl-log-record-exporter.ts'
import { neverCalledText } from './pipeline/instrumented-sdks.ts'
import { lifecycleEvent, maskLifecycleEvent, sourceContext } from './pipeline/lifecycle-events.ts'
import { isResource } from './pipeline/exporter-options.ts'
import { foreignBackend, loggerOf, ownBackend } from './pipeline/logger-backend.ts'
import type { LoggerBackend } from './pipeline/logger-backend.ts'
import { configPath, readLoggerOptions } from './pipeline/logger-options.ts'
import type { AuditLoggerOptions, LoggerSettings } from './pipeline/logger-options.ts'
import { LosslessBatchLogRecordProcessor } from './pipeline/export/lossless-batch-log-record-processor.ts'
import { maskedResource } from './pipeline/masked-resource.ts'
import { OtelAuditLogger } from './pipeline/otel-audit-logger.ts'
import { optionsText } from './pipeline/recorded-options.ts'

const UNLIMITED = { attributeCountLimit: Infinity, attributeValueLengthLimit: Infinity }

/**
 * Makes the process-wide audit logger, synchronously. A second call with equal options returns the same one.
 * @throws KansaError `KANSA_INVALID_OPTION`, `KANSA_DIR_LOCKED`, `KANSA_DIR_UNUSABLE`, `KANSA_FORMAT_NEWER`, or
 * `KANSA_ALREADY_INITIALIZED` when a logger with other options runs.
 */
export function initAuditLogger(options: AuditLoggerOptions = {}): AuditLogger {
  const running = getAuditLogger()
  if (running === undefined) return installLogger(settingsOf(options))
  if (isMadeFrom(globalLoggerSettings(), options)) return running
  throw new KansaError(
    'KANSA_ALREADY_INITIALIZED',
    'the audit logger of this process runs with other options: use getAuditLogger(), or shut it down first',
  )
}

/**
 * The process-wide logger for `kansa/register`, which runs in every process of a program: one that finds the folder taken
 * keeps a log of its own there. An `initAuditLogger` of the application's returns it, unless its options say otherwise.
 * @throws KansaError as `initAuditLogger`
 */
export function initRegisteredLogger(): AuditLogger {
  return (
    getAuditLogger() ??
    installLogger(Object.defineProperty(settingsOf(forManyProcesses({})), REGISTERED, { value: true }))
  )
}

/** Marks settings of `initRegisteredLogger`, whichever copy of the package made them. */
const REGISTERED = Symbol.for('kansa.registered')

function forManyProcesses(options: AuditLoggerOptions): AuditLoggerOptions {
  const isLeftOpen = settingsOf(options).readings.get('onLocked')?.source === 'default'
  return isLeftOpen ? { ...options, onLocked: 'own-folder' } : options
}

function installLogger(settings: LoggerSettings): AuditLogger {
  const { logger, report } = assemble(settings, removeGlobalLogger)
  const lostEarly = installGlobalLogger(logger, settings)
  if (lostEarly !== undefined) report(lostEarly)
  return logger
}

/** Providers are compared by identity: one that merely looks like another leads elsewhere. */
function isMadeFrom(running: unknown, options: AuditLoggerOptions): boolean {
  const given = settingsOf(options)
  if (typeof running !== 'object' || running === null) return false
  const settings = Reflect.get(running, REGISTERED) === true ? settingsOf(forManyProcesses(options)) : given
  // Equal values are equal, wherever they came from.
  const values = { ...running, readings: settings.readings }
  return Reflect.get(running, 'loggerProvider') === settings.loggerProvider && isDeepStrictEqual(values, settings)
}

/**
 * Makes an audit logger that is not the process-wide one.
 * @throws KansaError as `initAuditLogger`, but for `KANSA_ALREADY_INITIALIZED`
 */
export function createAuditLogger(options: AuditLoggerOptions = {}): AuditLogger {
  return assemble(settingsOf(options), () => {}).logger
}

function settingsOf(options: AuditLoggerOptions): LoggerSettings {
  const path = configPath(process.env)
  return readLoggerOptions(options, process.env, path === undefined ? {} : readConfigurationFile(path))
}

interface Assembled {
  readonly logger: AuditLogger
  readonly report: Report
}

function assemble(settings: LoggerSettings, onStop: (logger: AuditLogger) => void): Assembled {
  const { previewLength, maxEventBytes, capture, redaction, loggerProvider, onFailure } = settings
  const report = createReport(settings.onError)
  const { backend, masker } =
    loggerProvider === undefined
      ? backendOf(settings)
      : { backend: foreignBackend(loggerProvider), masker: maskerFor(redaction, undefined, report) }
  const shutdown = (): Promise<void> => {
    onStop(logger)
    return backend.shutdown()
  }
  const logger = new OtelAuditLogger(
    { ...backend, shutdown },
    { previewLength, maxEventBytes, capture, masker },
    report,
    onFailure,
    redaction.report,
  )
  return { logger, report }
}

interface MaskedBackend {
  readonly backend: LoggerBackend
  /** Of the logger too: the folder's key makes the same marks everywhere. */
  readonly masker: EventMasker | undefined
}

/** Journal and destinations behind a provider of Kansa's own, without limits: nothing of the application thins the audit. */
function backendOf(settings: LoggerSettings): MaskedBackend {
  const { dir } = settings
  const resource = resourceOf(settings)
  const destinations = resolveDestinations(settings.otlp)
  if (dir !== false) return journalBackend(dir, settings, resource, destinations)
  if (destinations.length > 0) return directBackend(settings, resource, destinations)
  throw new KansaError('KANSA_INVALID_OPTION', 'option `dir` is false and there is no `otlp`: records would go nowhere')
}

/** Records go to the journal, and from there to the destinations. */
function journalBackend(
  dir: string,
  settings: LoggerSettings,
  resource: Resource,
  destinations: readonly Destination[],
): MaskedBackend {
  const { onError, meterProvider } = settings
  let delivery: JournalDelivery | undefined
  const exporter = journalExporter(dir, settings, resource, destinations, () => delivery?.wake())
  if (destinations.length > 0) {
    delivery = new JournalDelivery({ dir: exporter.dir, destinations, report: createReport(onError), meterProvider })
  }
  const journal = new LosslessBatchLogRecordProcessor({ exporter, onError })
  const shown = maskedResource(resource, exporter.masker)
  const provider = new LoggerProvider({ resource: shown, processors: [journal], logRecordLimits: UNLIMITED })
  const backend = ownBackend(provider, journal, delivery === undefined ? [] : [delivery], () => {})
  return { backend, masker: exporter.masker }
}

/** Without a journal: records go straight to the destinations, and the log's own life too. */
function directBackend(
  settings: LoggerSettings,
  resource: Resource,
  destinations: readonly Destination[],
): MaskedBackend {
  const { maxQueueBytes, onError, flushIntervalMillis: scheduledDelayMillis } = settings
  const report = createReport(onError)
  const deliveries = destinations.map(destination => {
    const tell = (message: string): void =>
      report(new KansaError('KANSA_NOT_DELIVERED', `delivery to "${destination.name}": ${message}`))
    const exporter = new OtlpLogRecordExporter(destination, tell)
    return new LosslessBatchLogRecordProcessor({ exporter, scheduledDelayMillis, maxQueueBytes, onError })
  })
  const masker = maskerFor(settings.redaction, undefined, report)
  const shown = maskedResource(resource, masker)
  const plain = new LoggerProvider({ resource: shown, processors: deliveries, logRecordLimits: UNLIMITED })
  const emitLifecycle = (event: AuditEvent): void => loggerOf(plain).emit(toLogRecord(event))
  diag.warn(
    'kansa: there is no local journal (dir: false); what the destinations do not take is lost when the process ends',
  )
  const instanceId = newEventId(Date.now())
  const context = sourceContext({ instanceId, resource, capture: settings.capture })
  const options = optionsText(settings.readings)
  const started = lifecycleEvent('AuditStarted', 'Auditing started.', { ...context, options })
  emitLifecycle(maskLifecycleEvent(started, masker))
  const processors = [new ContentProcessor(), ...deliveries]
  const provider = new LoggerProvider({ resource: shown, processors, logRecordLimits: UNLIMITED })
  const backend = ownBackend(provider, undefined, deliveries, () => {
    const stopped = { reason: 'shutdown', instance_id: instanceId, never_called: neverCalledText() }
    emitLifecycle(lifecycleEvent('AuditStopped', 'Auditing stopped.', stopped))
  })
  return { backend, masker }
}

function journalExporter(
  dir: string,
  settings: LoggerSettings,
  resource: Resource,
  destinations: readonly Destination[],
  onCheckpoint: () => void,
): JsonlLogRecordExporter {
  const { origin, onLocked, flushIntervalMillis, maxFileBytes, maxBackups, maxEventBytes, maxQueueBytes } = settings
  const { fileMode, dirMode, onError, signer, signingKey, signingKeyFile } = settings
  const keys = { signer, signingKey, signingKeyFile }
  const { minRetentionDays, onRetentionConflict, minFreeBytes, minFreePercent, maxUndeliveredBackups } = settings
  const room = { minRetentionDays, onRetentionConflict, minFreeBytes, minFreePercent, maxUndeliveredBackups }
  const journal = { origin, onLocked, flushIntervalMillis, maxFileBytes, maxBackups, maxEventBytes, maxQueueBytes }
  const names = destinations.map(({ name }) => name)
  return new JsonlLogRecordExporter(
    { dir, ...journal, ...keys, ...room, fileMode, dirMode, onError, resource, destinations: names, onCheckpoint },
    settings,
  )
}

/** OpenTelemetry's default resource, its environment variables, then the option. */
function resourceOf({ resource }: LoggerSettings): Resource {
  const detected = defaultResource().merge(detectResources({ detectors: [envDetector] }))
  if (resource === undefined) return detected
  return detected.merge(isResource(resource) ? resource : resourceFromAttributes(resource))
}
