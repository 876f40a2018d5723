/** What the lossless processor can be told, where each value comes from, and what is refused. */
import { diag, type MeterProvider } from '@opentelemetry/api'
import { getNumberFromEnv } from '@opentelemetry/core'
import type { LogRecordExporter } from '@opentelemetry/sdk-logs'
import { KansaError } from '../../errors.ts'

/**
 * Options of `LosslessBatchLogRecordProcessor`; those that OpenTelemetry's batch processor has too keep their names.
 * Precedence: the value given here, then its `OTEL_BLRP_*` variable, then the default. `undefined` means not given.
 */
export interface LosslessBatchLogRecordProcessorOptions {
  /** Where the records go. */
  exporter: LogRecordExporter
  /**
   * OpenTelemetry's bound of the queue. Here nothing is dropped at it: exports run by then, and the queue grows on up
   * to `maxQueueBytes`. It bounds `maxExportBatchSize` and is the capacity that the metrics show.
   * Default 2048, or `OTEL_BLRP_MAX_QUEUE_SIZE`.
   */
  maxQueueSize?: number | undefined
  /**
   * Most records in one export; as many waiting records start an export at once. At most `maxQueueSize`. Exports get
   * smaller than this while a destination refuses them. Default 512, or `OTEL_BLRP_MAX_EXPORT_BATCH_SIZE`.
   */
  maxExportBatchSize?: number | undefined
  /**
   * Longest time from the first waiting record to the start of its export. Default 5000, or `OTEL_BLRP_SCHEDULE_DELAY`.
   * An exporter that stores records at once (`JsonlLogRecordExporter`) has `flushIntervalMillis` of its own instead.
   */
  scheduledDelayMillis?: number | undefined
  /**
   * How long one export may take, and how long `shutdown()` may take in all. An export without an answer by then counts
   * as failed; it is given the same time once more to answer late before its batch is sent again.
   * Default 30000, or `OTEL_BLRP_EXPORT_TIMEOUT`.
   */
  exportTimeoutMillis?: number | undefined
  /**
   * Memory for waiting records, estimated. A record beyond it is refused, counted and reported.
   * Default 64 MiB. Nothing is queued in front of an exporter that stores records at once.
   */
  maxQueueBytes?: number | undefined
  /** Told about refused records, failing exports and records left over at shutdown; at most every 5 s for each. */
  onError?: ((error: KansaError) => void) | undefined
  /** Gets the processor's own metrics (`otel.sdk.processor.log.*`). Default none. */
  selfObsMeterProvider?: MeterProvider | undefined
}

/** The options after defaults and checks. */
export interface ProcessorSettings {
  readonly exporter: LogRecordExporter
  readonly maxQueueSize: number
  readonly maxExportBatchSize: number
  readonly scheduledDelayMillis: number
  readonly exportTimeoutMillis: number
  readonly maxQueueBytes: number
  readonly onError: ((error: KansaError) => void) | undefined
  readonly selfObsMeterProvider: MeterProvider | undefined
}

// Node turns a longer timer into 1 ms.
export const MAX_TIMER_MILLIS: number = 2 ** 31 - 1

interface NumberRule {
  readonly min: number
  readonly max: number
  readonly fallback: number
  readonly variable?: string
}

const NUMBERS = {
  maxQueueSize: { min: 1, max: Number.MAX_SAFE_INTEGER, fallback: 2048, variable: 'OTEL_BLRP_MAX_QUEUE_SIZE' },
  maxExportBatchSize: {
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    fallback: 512,
    variable: 'OTEL_BLRP_MAX_EXPORT_BATCH_SIZE',
  },
  scheduledDelayMillis: { min: 0, max: MAX_TIMER_MILLIS, fallback: 5000, variable: 'OTEL_BLRP_SCHEDULE_DELAY' },
  exportTimeoutMillis: { min: 1, max: MAX_TIMER_MILLIS, fallback: 30_000, variable: 'OTEL_BLRP_EXPORT_TIMEOUT' },
  maxQueueBytes: { min: 1, max: Number.MAX_SAFE_INTEGER, fallback: 64 * 1024 * 1024 },
} as const satisfies Record<string, NumberRule>

const KNOWN = new Set<string>([...Object.keys(NUMBERS), 'exporter', 'onError', 'selfObsMeterProvider'])

/** @throws KansaError `KANSA_INVALID_OPTION` naming the option. */
export function resolveProcessorOptions(options: LosslessBatchLogRecordProcessorOptions): ProcessorSettings {
  if (typeof options !== 'object' || options === null) throw invalid('options', 'an object with an `exporter`')
  for (const name of Object.keys(options)) {
    if (!KNOWN.has(name)) throw new KansaError('KANSA_INVALID_OPTION', `unknown option \`${name}\``)
  }
  const { exporter, onError, selfObsMeterProvider } = options
  if (!hasMethods(exporter, ['export', 'forceFlush', 'shutdown'])) throw invalid('exporter', 'a LogRecordExporter')
  if (onError !== undefined && typeof onError !== 'function') throw invalid('onError', 'a function')
  if (selfObsMeterProvider !== undefined && !hasMethods(selfObsMeterProvider, ['getMeter'])) {
    throw invalid('selfObsMeterProvider', 'a MeterProvider')
  }
  const maxQueueSize = numberOf(options, 'maxQueueSize')
  return {
    exporter,
    onError,
    selfObsMeterProvider,
    maxQueueSize,
    maxExportBatchSize: batchSizeOf(options, maxQueueSize),
    scheduledDelayMillis: numberOf(options, 'scheduledDelayMillis'),
    exportTimeoutMillis: numberOf(options, 'exportTimeoutMillis'),
    maxQueueBytes: numberOf(options, 'maxQueueBytes'),
  }
}

function batchSizeOf(options: LosslessBatchLogRecordProcessorOptions, maxQueueSize: number): number {
  const size = numberOf(options, 'maxExportBatchSize')
  if (size <= maxQueueSize) return size
  if (options.maxExportBatchSize !== undefined && options.maxQueueSize !== undefined) {
    throw invalid('maxExportBatchSize', `at most \`maxQueueSize\` (${maxQueueSize})`)
  }
  // One of the two comes from the environment or is a default: a contradiction there must not stop the application.
  if (size !== NUMBERS.maxExportBatchSize.fallback) {
    diag.warn(`kansa: the export batch size ${size} is above the queue size; using ${maxQueueSize}`)
  }
  return maxQueueSize
}

function numberOf(options: LosslessBatchLogRecordProcessorOptions, name: keyof typeof NUMBERS): number {
  const rule: NumberRule = NUMBERS[name]
  const expected = `an integer from ${rule.min} to ${rule.max}`
  const given = options[name]
  if (given !== undefined) {
    if (fits(given, rule)) return given
    throw invalid(name, expected)
  }
  if (rule.variable === undefined) return rule.fallback
  const fromEnvironment = getNumberFromEnv(rule.variable)
  if (fromEnvironment === undefined) return rule.fallback
  if (fits(fromEnvironment, rule)) return fromEnvironment
  diag.warn(`kansa: ${rule.variable} is not ${expected}; using ${rule.fallback}`)
  return rule.fallback
}

function fits(value: number, rule: NumberRule): boolean {
  return Number.isInteger(value) && value >= rule.min && value <= rule.max
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false
  return names.every(name => typeof Reflect.get(value, name) === 'function')
}

function invalid(name: string, expected: string): KansaError {
  return new KansaError('KANSA_INVALID_OPTION', `option \`${name}\` must be ${expected}`)
}
