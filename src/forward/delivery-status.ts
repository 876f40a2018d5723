/** What is known about a delivery, for metrics and reports. */
import type { DeliveryCounts } from '../journal/forwarding/cursor-file.ts'

export interface DeliveryStatus extends DeliveryCounts {
  readonly state: DeliveryState
  /** The next record to be delivered. */
  readonly next: number
  /** Sealed records that wait. */
  readonly pending: number
  /** Records in the request that is under way. */
  readonly inflight: number
  /** Since when something waits, in milliseconds since 1970; undefined while nothing does. */
  readonly behindSince: number | undefined
}

export type DeliveryState =
  /** Everything is delivered. */
  | 'idle'
  | 'delivering'
  /** The destination does not take anything; it is tried again. */
  | 'failing'
  /** Somebody else delivers from this log to this destination. */
  | 'locked'

export const NOTHING_COUNTED: DeliveryCounts = { delivered: 0, rejected: 0, skipped: 0, missing: 0 }
