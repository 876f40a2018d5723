/** An exporter that does what a test tells it, and what the tests of the processor share. */
import type { Logger } from '@opentelemetry/api'
import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import { type LogRecordExporter, LoggerProvider, type ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { KansaError } from '../../../src/errors.ts'
import type { ExportPauses } from '../../../src/pipeline/export/export-queue.ts'
import { LosslessBatchLogRecordProcessor } from '../../../src/pipeline/export/lossless-batch-log-record-processor.ts'
import type { LosslessBatchLogRecordProcessorOptions } from '../../../src/pipeline/export/processor-options.ts'

/** `hold`: the answer is given by the test, later. */
export type Step = 'take' | 'fail' | 'throw' | 'hold'

export interface Held {
  readonly bodies: readonly unknown[]
  take(): void
  fail(): void
}

export class ScriptedExporter implements LogRecordExporter {
  /** What the next exports do, in order; then `otherwise`. */
  readonly script: Step[] = []
  otherwise: Step = 'take'
  /** Bodies in the order in which they were taken. */
  readonly taken: unknown[] = []
  /** Sizes of all batches that were offered. */
  readonly offered: number[] = []
  readonly held: Held[] = []
  inFlight = 0
  mostInFlight = 0
  flushes = 0
  shutdowns = 0

  export(records: ReadableLogRecord[], done: (result: ExportResult) => void): void {
    const bodies = records.map(record => record.body)
    this.offered.push(records.length)
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight)
    const take = (): void => {
      this.inFlight--
      this.taken.push(...bodies)
      done({ code: ExportResultCode.SUCCESS })
    }
    const fail = (): void => {
      this.inFlight--
      done({ code: ExportResultCode.FAILED, error: new Error('destination is down') })
    }
    const step = this.script.shift() ?? this.otherwise
    if (step === 'take') take()
    else if (step === 'fail') fail()
    else if (step === 'hold') this.held.push({ bodies, take, fail })
    else {
      this.inFlight--
      throw new Error('thrown by export')
    }
  }

  async forceFlush(): Promise<void> {
    this.flushes++
  }

  async shutdown(): Promise<void> {
    this.shutdowns++
  }
}

export interface Setup {
  readonly processor: LosslessBatchLogRecordProcessor
  readonly logger: Logger
  readonly errors: KansaError[]
}

/** Short pauses, so that tests of retries take no time. */
export const SHORT_PAUSES: ExportPauses = { firstRetryMillis: 10, lastRetryMillis: 40, reportMillis: 5000 }

export function setUp(options: LosslessBatchLogRecordProcessorOptions, pauses: Partial<ExportPauses> = {}): Setup {
  const errors: KansaError[] = []
  const processor = new LosslessBatchLogRecordProcessor(
    { onError: error => errors.push(error), ...options },
    { ...SHORT_PAUSES, ...pauses },
  )
  return { processor, logger: new LoggerProvider({ processors: [processor] }).getLogger('test'), errors }
}

/** Emits records with the bodies `from` … `to - 1`, as text. */
export function emitNumbered(logger: Logger, from: number, to: number): void {
  for (let i = from; i < to; i++) logger.emit({ body: String(i) })
}

export function numbered(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => String(from + i))
}

/** Waits for a condition without depending on how fast the machine is. */
export async function eventually(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`never happened: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}

/** What a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<KansaError> {
  return promise.then(
    value => Promise.reject(new Error(`resolved with ${String(value)}`)),
    (error: KansaError) => error,
  )
}
