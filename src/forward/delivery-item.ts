/** One step of a delivery: what comes next in a log, and where the log stands after it. */
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { Cursor, DeliveryCounts } from '../journal/forwarding/cursor-file.ts'
import type { DeadLetter } from '../journal/forwarding/dead-letter-file.ts'

/** A cursor without what is counted. */
export type Position = Omit<Cursor, keyof DeliveryCounts>

export interface DeliveryItem {
  /** To be sent; undefined where there is nothing to send. */
  readonly record: ReadableLogRecord | undefined
  /** Names it in a dead letter. */
  readonly letter: Omit<DeadLetter, 'reason'>
  /** What is to be counted for it when it is over, and how it is called in the dead letters then. */
  readonly outcome: 'delivered' | 'checkpoint' | 'skipped' | 'missing' | 'unusable'
  /** In the dead letters, for `missing` and `unusable`. */
  readonly reason: string
  /** Records that it stands for. */
  readonly count: number
  /** About how much it adds to a request. */
  readonly bytes: number
  readonly after: Position
}
