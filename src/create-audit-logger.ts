/** The composition root: from options to a running logger. The only file that may import from everywhere. */
import { isDeepStrictEqual } from 'node:util'
import { diag } from '@opentelemetry/api'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import type { Resource } from '@opentelemetry/resources'
import { LoggerProvider } from '@opentelemetry/sdk-logs'
import { KansaError } from './errors.ts'
import { checkpointLogRecord } from './events/checkpoint-log-record.ts'
import type { LogCheckpoint } from './events/checkpoint-log-record.ts'
import { newEventId } from './events/event-id.ts'
import { DEFAULT_LIMITS } from './events/event-settings.ts'
import type { AuditEvent } from './events/kinds.ts'
import { toLogRecord } from './events/to-log-record.ts'
import { readConfigurationFile } from './journal/configuration-file.ts'
import type { OtlpOptions } from './options.ts'
import { AttributesProcessor } from './pipeline/attributes-processor.ts'
import type { AuditLogger } from './pipeline/audit-api.ts'
import { createReport } from './pipeline/failure-report.ts'
import type { Report } from './pipeline/failure-report.ts'
import {
  getAuditLogger,
  globalLoggerSettings,
  installGlobalLogger,
  removeGlobalLogger,
} from './pipeline/global-logger.ts'
import { JsonlLogRecordExporter } from './pipeline/jsonl-log-record-exporter.ts'
import { lifecycleEvent, sourceContext } from './pipeline/lifecycle-events.ts'
import { isResource } from './pipeline/exporter-options.ts'
import { foreignBackend, loggerOf, ownBackend } from './pipeline/logger-backend.ts'
import type { LoggerBackend } from './pipeline/logger-backend.ts'
import { configPath, readLoggerOptions } from './pipeline/logger-options.ts'
import type { AuditLoggerOptions, LoggerSettings } from './pipeline/logger-options.ts'
import { LosslessBatchLogRecordProcessor } from './pipeline/export/lossless-batch-log-record-processor.ts'
import { OtelAuditLogger } from './pipeline/otel-audit-logger.ts'
import { optionsText } from './pipeline/recorded-options.ts'

const UNLIMITED = { attributeCountLimit: Infinity, attributeValueLengthLimit: Infinity }

/**
 * Makes the process-wide audit logger, synchronously. A second call with equal options returns the same one.
 * @throws KansaError `KANSA_INVALID_OPTION`, `KANSA_DIR_LOCKED`, `KANSA_DIR_UNUSABLE`, `KANSA_FORMAT_NEWER`, or
 * `KANSA_ALREADY_INITIALIZED` when a logger with other options runs.
 */
export function initAuditLogger(options: AuditLoggerOptions = {}): AuditLogger {
  const settings = settingsOf(options)
  const running = getAuditLogger()
  if (running !== undefined) {
    if (isMadeFrom(globalLoggerSettings(), settings)) return running
    throw new KansaError(
      'KANSA_ALREADY_INITIALIZED',
      'the audit logger of this process runs with other options: use getAuditLogger(), or shut it down first',
    )
  }
  const { logger, report } = assemble(settings, removeGlobalLogger)
  const lostEarly = installGlobalLogger(logger, settings)
  if (lostEarly !== undefined) report(lostEarly)
  return logger
}

/** Providers are compared by identity: one that merely looks like another leads elsewhere. */
function isMadeFrom(running: unknown, settings: LoggerSettings): boolean {
  if (typeof running !== 'object' || running === null) return false
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
  const { previewLength, maxEventBytes, loggerProvider, onFailure } = settings
  const report = createReport(settings.onError)
  const backend = loggerProvider === undefined ? backendOf(settings) : foreignBackend(loggerProvider)
  const shutdown = (): Promise<void> => {
    onStop(logger)
    return backend.shutdown()
  }
  const logger = new OtelAuditLogger(
    { ...backend, shutdown },
    { ...DEFAULT_LIMITS, previewLength, maxEventBytes },
    report,
    onFailure,
  )
  return { logger, report }
}

/** Journal and destinations behind a provider of Kansa's own, without limits: nothing of the application thins the audit. */
function backendOf(settings: LoggerSettings): LoggerBackend {
  const { dir, maxQueueBytes, onError, flushIntervalMillis: scheduledDelayMillis } = settings
  if (dir === false && settings.otlp.length === 0) {
    throw new KansaError(
      'KANSA_INVALID_OPTION',
      'option `dir` is false and there is no `otlp`: records would go nowhere',
    )
  }
  const resource = resourceOf(settings)
  const instanceId = newEventId(Date.now())
  const deliveries = settings.otlp.map(
    otlp =>
      new LosslessBatchLogRecordProcessor({
        exporter: otlpExporter(otlp),
        scheduledDelayMillis,
        maxQueueBytes,
        onError,
      }),
  )
  // The log's own life goes to the destinations too; the journal writes it by itself.
  const toDeliveries = loggerOf(new LoggerProvider({ resource, processors: deliveries, logRecordLimits: UNLIMITED }))
  const emitLifecycle = (event: AuditEvent): void => toDeliveries.emit(toLogRecord(event))
  const emitCheckpoint = (checkpoint: LogCheckpoint): void => toDeliveries.emit(checkpointLogRecord(checkpoint))
  const journal = dir === false ? undefined : journalProcessor(dir, settings, resource, emitLifecycle, emitCheckpoint)
  if (journal === undefined) {
    diag.warn(
      'kansa: there is no local journal (dir: false); what the destinations do not take is lost when the process ends',
    )
    const context = sourceContext({ instanceId, resource, capture: DEFAULT_LIMITS.capture })
    const options = optionsText(settings.readings)
    emitLifecycle(lifecycleEvent('AuditStarted', 'Auditing started.', { ...context, options }))
  }
  const outward = deliveries.length === 0 ? [] : [new AttributesProcessor(), ...deliveries]
  const processors = journal === undefined ? outward : [journal, ...outward]
  const provider = new LoggerProvider({ resource, processors, logRecordLimits: UNLIMITED })
  return ownBackend(provider, journal, deliveries, () => {
    if (journal !== undefined) return
    const context = { reason: 'shutdown', instance_id: instanceId }
    emitLifecycle(lifecycleEvent('AuditStopped', 'Auditing stopped.', context))
  })
}

function journalProcessor(
  dir: string,
  settings: LoggerSettings,
  resource: Resource,
  onLifecycleEvent: (event: AuditEvent) => void,
  onCheckpoint: (checkpoint: LogCheckpoint) => void,
): LosslessBatchLogRecordProcessor {
  const { origin, onLocked, flushIntervalMillis, maxFileBytes, maxBackups, maxEventBytes, maxQueueBytes } = settings
  const { fileMode, dirMode, onError, signer, signingKey, signingKeyFile } = settings
  const keys = { signer, signingKey, signingKeyFile }
  const { minRetentionDays, onRetentionConflict, minFreeBytes, minFreePercent } = settings
  const room = { minRetentionDays, onRetentionConflict, minFreeBytes, minFreePercent }
  const journal = { origin, onLocked, flushIntervalMillis, maxFileBytes, maxBackups, maxEventBytes, maxQueueBytes }
  const exporter = new JsonlLogRecordExporter(
    { dir, ...journal, ...keys, ...room, fileMode, dirMode, onError, resource, onLifecycleEvent, onCheckpoint },
    settings.readings,
  )
  return new LosslessBatchLogRecordProcessor({ exporter, onError })
}

function otlpExporter({ url, headers, timeoutMillis, compression }: OtlpOptions): OTLPLogExporter {
  return new OTLPLogExporter({
    ...(url !== undefined && { url }),
    ...(headers !== undefined && { headers: { ...headers } }),
    ...(timeoutMillis !== undefined && { timeoutMillis }),
    ...(compression !== undefined && {
      compression: compression === 'gzip' ? CompressionAlgorithm.GZIP : CompressionAlgorithm.NONE,
    }),
  })
}

/** OpenTelemetry's default resource, its environment variables, then the option. */
function resourceOf({ resource }: LoggerSettings): Resource {
  const detected = defaultResource().merge(detectResources({ detectors: [envDetector] }))
  if (resource === undefined) return detected
  return detected.merge(isResource(resource) ? resource : resourceFromAttributes(resource))
}
