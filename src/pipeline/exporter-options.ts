/** Options of `JsonlLogRecordExporter`. */
import type { Resource } from '@opentelemetry/resources'
import type { LogCheckpoint } from '../events/checkpoint-log-record.ts'
import type { Capture } from '../events/capture.ts'
import type { AuditEvent } from '../events/kinds.ts'
import {
  DIR,
  DIR_MODE,
  FILE_MODE,
  FLUSH_INTERVAL_MILLIS,
  MAX_BACKUPS,
  MAX_BYTES_PER_EVENT,
  MAX_FILE_BYTES,
  MAX_QUEUE_BYTES,
  ON_ERROR,
  ON_LOCKED,
  OptionReader,
  ORIGIN,
} from '../options.ts'
import type { JournalFileOptions, OptionReadings, OptionRule } from '../options.ts'
import type { KansaError } from '../errors.ts'
import { DESTINATION_NAME } from '../journal/forwarding/destination-files.ts'
import type { GivenKeys } from '../journal/sealing/signing-keys.ts'
import { readCapture } from './capture-options.ts'
import type { CaptureOptions } from './capture-options.ts'
import { readGivenKeys } from './key-options.ts'
import type { KeyOptions } from './key-options.ts'
import { readRedaction } from './redaction-options.ts'
import type { Redaction, RedactionOption } from './redaction-options.ts'
import { readRoomSettings } from './room-options.ts'
import type { RoomOptions, RoomSettings } from './room-options.ts'

/**
 * `redaction` and `capture` are for records that do not come from one of Kansa's loggers: what these store is limited
 * already. A record keeps its content unless `capture` says `metadata`.
 */
export interface JsonlExporterOptions
  extends JournalFileOptions,
    KeyOptions,
    RoomOptions,
    RedactionOption,
    CaptureOptions {
  /**
   * Names of the destinations that the journal is delivered to from outside, by `kansa forward`: backups that one of them
   * lacks are kept, up to `maxUndeliveredBackups`.
   */
  destinations?: readonly string[] | undefined
  /** The resource of the records, where it is known before the first one arrives. */
  resource?: Resource | undefined
  /** Told about each event of the log's own life (`AuditStarted` …) when it is stored; for further destinations. */
  onLifecycleEvent?: ((event: AuditEvent) => void) | undefined
  /** Told about each checkpoint once it is durable, to be kept elsewhere; see `checkpointLogRecord`. */
  onCheckpoint?: ((checkpoint: LogCheckpoint) => void) | undefined
}

/** The values in force. */
export interface JournalSettings extends GivenKeys, RoomSettings {
  readonly origin: string | undefined
  readonly onLocked: 'refuse' | 'own-folder'
  readonly flushIntervalMillis: number
  readonly maxFileBytes: number
  readonly maxBackups: number
  readonly maxEventBytes: number
  readonly maxQueueBytes: number
  readonly fileMode: number
  readonly dirMode: number
  readonly onError: ((error: KansaError) => void) | undefined
}

export interface ResolvedExporterOptions extends JournalSettings {
  readonly dir: string
  readonly destinations: readonly string[]
  readonly capture: Capture
  readonly redaction: Redaction
  readonly resource: Resource | undefined
  readonly onLifecycleEvent: ((event: AuditEvent) => void) | undefined
  readonly onCheckpoint: ((checkpoint: LogCheckpoint) => void) | undefined
  /** Where each of them came from. */
  readonly readings: OptionReadings
}

const FOLDER: OptionRule<string> = {
  fallback: './audit',
  expected: 'a path',
  read: value => {
    const dir = DIR.read(value)
    return dir === false ? undefined : dir
  },
  toRecord: dir => DIR.toRecord?.(dir),
}
const DESTINATIONS: OptionRule<readonly string[]> = {
  fallback: [],
  expected: 'a list of names of destinations',
  read: value => (isListOfNames(value) ? value : undefined),
}
const RESOURCE: OptionRule<Resource | undefined> = {
  fallback: undefined,
  expected: 'a Resource of @opentelemetry/resources',
  read: value => (isResource(value) ? value : undefined),
}
const LISTENER: OptionRule<((event: AuditEvent) => void) | undefined> = {
  fallback: undefined,
  expected: 'a function',
  read: value => (isListener(value) ? value : undefined),
}
const CHECKPOINT_LISTENER: OptionRule<((checkpoint: LogCheckpoint) => void) | undefined> = {
  fallback: undefined,
  expected: 'a function',
  read: value => (isCheckpointListener(value) ? value : undefined),
}

/** What the logger in front of the exporter has read already. */
export type KnownSettings = Pick<ResolvedExporterOptions, 'capture' | 'redaction' | 'readings'>

/** @throws KansaError `KANSA_INVALID_OPTION` */
export function resolveExporterOptions(options: JsonlExporterOptions, known?: KnownSettings): ResolvedExporterOptions {
  const reader = new OptionReader(options, process.env)
  const resolved: ResolvedExporterOptions = {
    dir: reader.read('dir', FOLDER),
    destinations: reader.read('destinations', DESTINATIONS),
    ...readJournalSettings(reader),
    capture: known?.capture ?? readCapture(reader, process.env),
    redaction: known?.redaction ?? readRedaction(reader),
    resource: reader.read('resource', RESOURCE),
    onLifecycleEvent: reader.read('onLifecycleEvent', LISTENER),
    onCheckpoint: reader.read('onCheckpoint', CHECKPOINT_LISTENER),
    readings: known?.readings ?? reader.readings,
  }
  reader.refuseUnknown()
  return resolved
}

/** The journal's options, which the logger has too. @throws KansaError `KANSA_INVALID_OPTION` */
export function readJournalSettings(reader: OptionReader): JournalSettings {
  return {
    origin: reader.read('origin', ORIGIN),
    ...readGivenKeys(reader),
    onLocked: reader.read('onLocked', ON_LOCKED),
    flushIntervalMillis: reader.read('flushIntervalMillis', FLUSH_INTERVAL_MILLIS),
    maxFileBytes: reader.read('maxFileBytes', MAX_FILE_BYTES),
    maxBackups: reader.read('maxBackups', MAX_BACKUPS),
    ...readRoomSettings(reader),
    maxEventBytes: reader.read('maxEventBytes', MAX_BYTES_PER_EVENT),
    maxQueueBytes: reader.read('maxQueueBytes', MAX_QUEUE_BYTES),
    fileMode: reader.read('fileMode', FILE_MODE),
    dirMode: reader.read('dirMode', DIR_MODE),
    onError: reader.read('onError', ON_ERROR),
  }
}

export function isResource(value: unknown): value is Resource {
  return typeof value === 'object' && value !== null && 'attributes' in value && 'merge' in value
}

function isListOfNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(name => typeof name === 'string' && DESTINATION_NAME.test(name))
}

function isCheckpointListener(value: unknown): value is (checkpoint: LogCheckpoint) => void {
  return typeof value === 'function'
}

function isListener(value: unknown): value is (event: AuditEvent) => void {
  return typeof value === 'function'
}
