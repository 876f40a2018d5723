/** Options of an audit logger, read and checked. */
import { resolve } from 'node:path'
import type { LoggerProvider, MeterProvider } from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import { KansaError } from '../errors.ts'
import { DIR, OptionReader, PREVIEW_LENGTH } from '../options.ts'
import type { Environment, OptionReadings, OptionRule, PlainLoggerOptions } from '../options.ts'
import { isResource, readJournalSettings } from './exporter-options.ts'
import type { JournalSettings } from './exporter-options.ts'
import type { Capture } from '../events/capture.ts'
import { readCapture } from './capture-options.ts'
import type { CaptureOptions } from './capture-options.ts'
import { isSureToBlock, ON_FAILURE } from './failure-policy.ts'
import type { FailurePolicy } from './failure-policy.ts'
import type { KeyOptions } from './key-options.ts'
import { readRedaction } from './redaction-options.ts'
import type { Redaction, RedactionOption } from './redaction-options.ts'
import { readOtlpOptions } from './otlp-options.ts'
import type { OtlpOptions } from './otlp-options.ts'
import type { RoomOptions } from './room-options.ts'

/** Options of `initAuditLogger` and `createAuditLogger`. Unknown ones are refused by name. */
export interface AuditLoggerOptions
  extends PlainLoggerOptions,
    KeyOptions,
    RoomOptions,
    RedactionOption,
    CaptureOptions {
  /** Destinations beside the journal. Default: one where `OTEL_EXPORTER_OTLP_(LOGS_)ENDPOINT` is set, else none. */
  otlp?: OtlpOptions | readonly OtlpOptions[] | undefined
  /** Gets the numbers of the deliveries (`otel.sdk.exporter.log.exported` …). Default: the process-wide one. */
  meterProvider?: MeterProvider | undefined
  /** Added to OpenTelemetry's default resource and `OTEL_RESOURCE_ATTRIBUTES`: a `Resource` or plain attributes. */
  resource?: Resource | Readonly<Record<string, string | number | boolean>> | undefined
  /**
   * Emit through this provider instead of Kansa's own. It must have a `LosslessBatchLogRecordProcessor` with a
   * `JsonlLogRecordExporter`; its other processors, limits and shutdown then apply to audit records too. Folder and
   * OTLP options belong to its parts and are refused here.
   */
  loggerProvider?: LoggerProvider | undefined
  /**
   * Whether actions may happen that cannot be recorded: `report` (default) or `block`, for all, by kind, or decided by a
   * function for each; it must be synchronous. With `block`, `withAgent`, `wrapTool` and `wrapModelCall` first store an
   * `ActionIntended`, and refuse with `KANSA_NOT_RECORDED` when they cannot. It needs a journal.
   */
  onFailure?: FailurePolicy | undefined
}

/** The values in force. */
export interface LoggerSettings extends JournalSettings {
  readonly dir: string | false
  readonly otlp: readonly OtlpOptions[]
  readonly previewLength: number
  readonly redaction: Redaction
  readonly capture: Capture
  readonly resource: Resource | Readonly<Record<string, unknown>> | undefined
  readonly loggerProvider: LoggerProvider | undefined
  readonly meterProvider: MeterProvider | undefined
  readonly onFailure: FailurePolicy
  /** Where each of them came from. */
  readonly readings: OptionReadings
}

const RESOURCE: OptionRule<LoggerSettings['resource']> = {
  fallback: undefined,
  expected: 'a Resource or a map of strings, numbers and booleans',
  // OpenTelemetry would drop an attribute of another type without a word.
  read: value => (isResource(value) || (isMap(value) && Object.values(value).every(isPlain)) ? value : undefined),
}
const LOGGER_PROVIDER: OptionRule<LoggerProvider | undefined> = {
  fallback: undefined,
  expected: 'a LoggerProvider',
  read: value => (isLoggerProvider(value) ? value : undefined),
}
const METER_PROVIDER: OptionRule<MeterProvider | undefined> = {
  fallback: undefined,
  expected: 'a MeterProvider',
  read: value => (isMeterProvider(value) ? value : undefined),
}
const CONFIG: OptionRule<string | undefined> = {
  fallback: undefined,
  expected: 'a path',
  read: value => (typeof value === 'string' ? value : undefined),
}
const NOT_WITH_PROVIDER = [
  'dir',
  'otlp',
  'origin',
  'signer',
  'signingKey',
  'signingKeyFile',
  'onLocked',
  'flushIntervalMillis',
  'maxFileBytes',
  'maxBackups',
  'maxUndeliveredBackups',
  'minRetentionDays',
  'onRetentionConflict',
  'minFreeBytes',
  'minFreePercent',
  'maxQueueBytes',
  'fileMode',
  'dirMode',
  'resource',
  'meterProvider',
] as const

/** The file that `KANSA_CONFIG` names. */
export function configPath(environment: Environment): string | undefined {
  return new OptionReader({}, environment).read('config', CONFIG)
}

/** @throws KansaError `KANSA_INVALID_OPTION` naming the option. */
export function readLoggerOptions(
  options: AuditLoggerOptions,
  environment: Environment,
  file: unknown,
): LoggerSettings {
  const settings = readSettings(new OptionReader(options, environment, file), environment)
  if (settings.loggerProvider !== undefined) refuseContradictions(options)
  else if (settings.dir === false) refuseBlocking(settings.onFailure)
  return settings
}

export interface OptionSurvey {
  /** What a logger without options in code would run with; the default where it would refuse. */
  readonly settings: LoggerSettings
  /** Everything for which it would refuse to start. */
  readonly problems: readonly KansaError[]
}

/** For `kansa doctor`: never throws. */
export function surveyLoggerOptions(environment: Environment, file: unknown): OptionSurvey {
  const problems: KansaError[] = []
  const reader = new OptionReader({}, environment, file, error => problems.push(error))
  return { settings: readSettings(reader, environment), problems }
}

function readSettings(reader: OptionReader, environment: Environment): LoggerSettings {
  const settings = {
    dir: absolute(reader.read('dir', DIR)),
    ...readJournalSettings(reader),
    otlp: readOtlpOptions(reader, environment),
    previewLength: reader.read('previewLength', PREVIEW_LENGTH),
    redaction: readRedaction(reader),
    capture: readCapture(reader, environment),
    resource: reader.read('resource', RESOURCE),
    loggerProvider: reader.read('loggerProvider', LOGGER_PROVIDER),
    meterProvider: reader.read('meterProvider', METER_PROVIDER),
    onFailure: reader.read('onFailure', ON_FAILURE),
    readings: reader.readings,
  }
  reader.refuseUnknown()
  return settings
}

/** However a folder is written, it is the same one; and it stays that one when the process changes its directory. */
function absolute(dir: string | false): string | false {
  return dir === false ? false : resolve(dir)
}

function refuseContradictions(options: AuditLoggerOptions): void {
  const given = NOT_WITH_PROVIDER.find(name => options[name] !== undefined)
  if (given === undefined) return
  throw new KansaError(
    'KANSA_INVALID_OPTION',
    `option \`${given}\` does not go with \`loggerProvider\`: give it to the exporter inside that provider`,
  )
}

/** No destination can say at once that it has a record, so that every action would be refused. */
function refuseBlocking(onFailure: FailurePolicy): void {
  if (!isSureToBlock(onFailure)) return
  throw new KansaError(
    'KANSA_INVALID_OPTION',
    'option `onFailure` blocks what cannot be stored at once, but `dir` is false: give a folder for a journal',
  )
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isLoggerProvider(value: unknown): value is LoggerProvider {
  return isMap(value) && typeof value['getLogger'] === 'function'
}

function isMeterProvider(value: unknown): value is MeterProvider {
  return isMap(value) && typeof value['getMeter'] === 'function'
}
