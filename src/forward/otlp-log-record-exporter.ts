/** OpenTelemetry's exporter interface on our own connection, for records that go straight to a destination. */
import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { messageOf } from '../errors.ts'
import type { Destination } from './destination.ts'
import { ENCODINGS } from './encoding.ts'
import { OtlpConnection } from './otlp-connection.ts'

/** One attempt per export: the processor in front of it tries again. */
export class OtlpLogRecordExporter implements LogRecordExporter {
  private readonly destination: Destination
  private readonly connection: OtlpConnection
  private readonly onTrouble: (message: string) => void
  private current: Promise<void> = Promise.resolve()

  constructor(destination: Destination, onTrouble: (message: string) => void) {
    this.destination = destination
    this.connection = new OtlpConnection(destination)
    this.onTrouble = onTrouble
  }

  export(records: ReadableLogRecord[], resultCallback: (result: ExportResult) => void): void {
    this.current = this.send(records).then(resultCallback)
  }

  forceFlush(): Promise<void> {
    return this.current
  }

  async shutdown(): Promise<void> {
    this.connection.close()
  }

  private async send(records: readonly ReadableLogRecord[]): Promise<ExportResult> {
    try {
      const verdict = await this.connection.send([ENCODINGS[this.destination.encoding].encode(records)])
      if (verdict.kind === 'delivered') return { code: ExportResultCode.SUCCESS }
      if (verdict.kind !== 'partial') return { code: ExportResultCode.FAILED, error: new Error(verdict.reason) }
      // The rest was taken, and nobody says which those were.
      this.onTrouble(`${verdict.rejected} of ${records.length} records were rejected and are lost`)
      return { code: ExportResultCode.SUCCESS }
    } catch (error) {
      return { code: ExportResultCode.FAILED, error: new Error(messageOf(error)) }
    }
  }
}
