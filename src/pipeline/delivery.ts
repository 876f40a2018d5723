/**
 * The thread between one `logX` call and the processor that stores its record. It travels in the OpenTelemetry context
 * of the emit call, so any processor chain passes it on, and it is the receipt the caller gets.
 */
import type { Context } from '@opentelemetry/api'
import { KansaError } from '../errors.ts'
import type { AuditEvent } from '../events/kinds.ts'
import type { AuditReceipt, StoredRecord } from './audit-api.ts'

// Registered globally: a processor from a second copy of the package finds the delivery too.
const DELIVERY_KEY = Symbol.for('kansa.delivery')

/** Something that takes responsibility for records and can say later when record `index` was stored. */
export interface RecordKeeper {
  whenStored(index: number): Promise<StoredRecord>
  /** Stores record `index` before it returns; why it could not, if so. Only where records are stored at once. */
  storeNow?(index: number): KansaError | undefined
}

/** One record on its way. Written by the logger and by the processors during the synchronous `emit` only. */
export class Delivery implements AuditReceipt {
  readonly id: string
  /** The event as built; only during `emit`, and only where nobody between logger and processor can change the record. */
  event: AuditEvent | undefined
  private keeper: RecordKeeper | undefined
  private index = -1
  private refused: KansaError | undefined
  private promise: Promise<StoredRecord> | undefined

  constructor(id: string, event: AuditEvent | undefined) {
    this.id = id
    this.event = event
  }

  /** True once a processor took or refused the record. */
  get claimed(): boolean {
    return this.keeper !== undefined || this.refused !== undefined
  }

  /**
   * Called by the processor that will store the record. The first keeper stays; but the journal's word counts before
   * that of a queue to some destination, in whatever order the application has put them.
   */
  claim(keeper: RecordKeeper, index: number): void {
    if (this.claimed && (keeper.storeNow === undefined || this.keeper?.storeNow !== undefined)) return
    this.keeper = keeper
    this.index = index
    this.refused = undefined
  }

  /** Called when the record will never be stored. */
  refuse(reason: KansaError): void {
    if (!this.claimed) this.refused = reason
  }

  /** Why the record will never be stored, if so. */
  get refusal(): KansaError | undefined {
    return this.refused
  }

  /** Sees to it that the record is stored when this returns; why it is not, if so. */
  storeNow(): KansaError | undefined {
    if (this.keeper === undefined) return this.refused ?? this.nobody()
    return this.keeper.storeNow === undefined ? noJournal() : this.keeper.storeNow(this.index)
  }

  get stored(): Promise<StoredRecord> {
    this.promise ??= this.outcome()
    // Pre-handled: an unread rejection must not end the agent's process.
    this.promise.catch(() => {})
    return this.promise
  }

  private outcome(): Promise<StoredRecord> {
    if (this.keeper !== undefined) return this.keeper.whenStored(this.index)
    return Promise.reject(this.refused ?? this.nobody())
  }

  private nobody(): KansaError {
    return new KansaError('KANSA_NOT_RECORDED', `nobody took the record ${this.id}`)
  }
}

function noJournal(): KansaError {
  return new KansaError(
    'KANSA_NOT_RECORDED',
    'only a journal can say at once that a record is stored: give `dir`, or a `loggerProvider` that has a ' +
      'JsonlLogRecordExporter behind a LosslessBatchLogRecordProcessor',
  )
}

/** The delivery of the record being emitted, if it comes from a Kansa logger. */
export function deliveryOf(context: Context | undefined): Delivery | undefined {
  const value = context?.getValue(DELIVERY_KEY)
  return isDelivery(value) ? value : undefined
}

function isDelivery(value: unknown): value is Delivery {
  return typeof value === 'object' && value !== null && 'claim' in value && 'refuse' in value
}

/** A context that adds the delivery to `parent`. Far cheaper than `setValue`, which copies the whole map. */
export class DeliveryContext implements Context {
  private readonly parent: Context
  private readonly delivery: Delivery

  constructor(parent: Context, delivery: Delivery) {
    this.parent = parent
    this.delivery = delivery
  }

  getValue(key: symbol): unknown {
    return key === DELIVERY_KEY ? this.delivery : this.parent.getValue(key)
  }

  setValue(key: symbol, value: unknown): Context {
    return this.parent.setValue(DELIVERY_KEY, this.delivery).setValue(key, value)
  }

  deleteValue(key: symbol): Context {
    if (key === DELIVERY_KEY) return this.parent
    return this.parent.setValue(DELIVERY_KEY, this.delivery).deleteValue(key)
  }
}
