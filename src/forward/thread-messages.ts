/** What the agent's thread and the forwarder's say to each other: plain data. */
import type { DeliveryStatus } from './delivery-status.ts'
import type { Destination } from './destination.ts'
import type { ExportOperation } from './export-operation.ts'
import type { ForwarderPauses } from './forwarder.ts'

/** What the thread begins with. */
export interface ThreadSettings {
  readonly dir: string
  readonly destinations: readonly Destination[]
  readonly instance: string
  readonly pauses: ForwarderPauses
}

export type ToThread =
  /** A checkpoint became durable. */
  | { readonly kind: 'wake' }
  /** Answer when everything that is sealed by now is delivered. */
  | { readonly kind: 'drain'; readonly id: number }
  | { readonly kind: 'close' }

export type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'status'; readonly name: string; readonly status: DeliveryStatus }
  | { readonly kind: 'exported'; readonly name: string; readonly operation: ExportOperation }
  | { readonly kind: 'trouble'; readonly name: string; readonly message: string }
  | { readonly kind: 'drained'; readonly id: number }
  | { readonly kind: 'closed' }
